// A scenario's built objects: the only place that knows every axis. Scenario → Experiment.
#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/metric/metric.hpp"
#include "sim/experiment/scenario.hpp"
#include "sim/virtual_time/world.hpp"

namespace taubar::experiment {

struct BuildOptions {
  std::string cache_directory;  ///< of solved minimisers; "" = none
  int threads = 1;              ///< for local steps; where there are replicates, first for these
  bool solve = true;            ///< for the minimiser, where the problem has one
  /// Called with what is about to be done that may take long ("solving for the minimiser"); may be empty.
  std::function<void(const std::string&)> announce;
};

/// What does not depend on the seed, only on structure_seed; no run changes it, so that runs of several seeds share it.
struct Structure {
  topology::BuiltTopology topology;
  std::shared_ptr<const problem::Problem> problem;
  std::optional<problem::Reference> reference;
  metric::Goal goal;                  ///< refers to problem and reference
  Matrix initial;                     ///< n×d
  std::vector<std::int64_t> samples;  ///< sample gradients a local step uses, n values
};

/// Built objects that refer to each other; does not move.
struct Experiment {
  Experiment(const Scenario& of, std::shared_ptr<const Structure> under);

  Scenario scenario;
  std::shared_ptr<const Structure> structure;  ///< and its parts, by the names under which all ask for them:
  const topology::BuiltTopology& topology;
  const std::shared_ptr<const problem::Problem>& problem;
  const std::optional<problem::Reference>& reference;
  const metric::Goal& goal;
  const Matrix& initial;
  const std::vector<std::int64_t>& samples;
  std::vector<double> expected_rates;  ///< local steps a second (bounded: relative), n values; empty if a mean is infinite
  std::shared_ptr<const agent::TravelLaw> travel;  ///< of methods in which iterates travel; null for others
  std::unique_ptr<virtual_time::World> world;  ///< of virtual time; null for a replay

  std::size_t agents() const { return topology.graph.agents(); }
};

/// Who lives in a world, and at what pace.
struct Population {
  virtual_time::Programs programs;  ///< n agents, then a server if there is one
  std::vector<topology::Link> overlay;
  compute::ComputeModel compute;
  std::unique_ptr<asynchrony::BoundedSchedule> schedule;  ///< null: order follows from the laws of time
};

/// What the experiment's programs are built from; refers to it.
algorithm::Inputs inputs_of(const Experiment& experiment);
/// What all replicates of the scenario share. InputError where the parts do not fit together, RefusedError where they would
/// not fit the machine.
std::shared_ptr<const Structure> build_structure(const Scenario& scenario, const BuildOptions& options);
/// All but the world and its population.
std::unique_ptr<Experiment> prepare(const Scenario& scenario, const BuildOptions& options);
/// Fresh agents for a world; they refer to the experiment.
Population populate(Experiment& experiment, const delay::Placement& placement);
/// A complete experiment in virtual time.
std::unique_ptr<Experiment> build(const Scenario& scenario, const BuildOptions& options);
/// The same over a structure that is there already; `threads` are for local steps.
std::unique_ptr<Experiment> build(const Scenario& scenario, std::shared_ptr<const Structure> structure, int threads);

/// The topology alone, under the same rules and limits.
topology::BuiltTopology build_topology(const Scenario& scenario, int threads = 1);

}  // namespace taubar::experiment
