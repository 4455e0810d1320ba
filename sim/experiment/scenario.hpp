// The scenario file as a struct: what a user may say, field by field (scenario.md is its contract).
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/algorithm/algorithm.hpp"
#include "core/config/document.hpp"
#include "core/config/fields.hpp"
#include "core/config/reader.hpp"
#include "core/problem/problem_spec.hpp"
#include "core/topology/topology.hpp"
#include "sim/asynchrony/asynchrony_spec.hpp"
#include "sim/compute/compute_model.hpp"
#include "sim/delay/network_model.hpp"
#include "sim/delay/placement.hpp"
#include "sim/fault/fault.hpp"

namespace taubar::experiment {

/// One value a metric, by name: {"suboptimality": 1e-2}.
struct MetricLevels {
  std::map<std::string, double> levels;
  void fields(config::Fields& f);
};

/// When a run ends: whatever comes first.
struct StopSpec {
  std::optional<double> virtual_time, wall_time;  ///< seconds
  std::optional<std::int64_t> updates, gradients, messages;
  std::optional<MetricLevels> target;  ///< the first record at or below any of them
  void fields(config::Fields& f);
};

/// How often to record: one of the three.
struct RecordEvery {
  std::optional<double> virtual_time;  ///< seconds
  std::optional<std::int64_t> updates;
  std::optional<std::int64_t> log;  ///< records a decade of virtual time, from 1 µs on
  void fields(config::Fields& f);
};

enum class TraceKind { none, timeline };

struct RecordSpec {
  std::optional<RecordEvery> every;  ///< default: a hundredth of stop.virtual_time, else of stop.updates
  std::vector<std::string> metrics;  ///< empty: all but those that cost n evaluations of F
  TraceKind trace = TraceKind::none;
  void fields(config::Fields& f);
};

/// What must hold of the run, for CI. One of `metric`, `time_to`, `measured`, `bound`.
struct ExpectSpec {
  std::string metric;                  ///< with `at` and bounds
  std::string at = "end";              ///< "end", "any", or an instant such as "5s"
  std::optional<MetricLevels> time_to;  ///< with `below`: seconds of virtual time
  std::string measured;                ///< a figure of the summary: tau_bar, idle_share, …; with bounds
  std::string bound;                   ///< a published guarantee: it applies and is not violated
  std::optional<double> below, above;
  std::vector<double> within;  ///< [low, high]
  void fields(config::Fields& f);
};

struct LimitsSpec {
  std::optional<double> memory;     ///< bytes; default: nine tenths of the machine's
  std::optional<double> wall_time;  ///< seconds
  std::optional<std::int64_t> events;
  void fields(config::Fields& f);
};

struct Scenario {
  std::string name = "unnamed", description;
  std::int64_t seed = 1;
  std::optional<std::int64_t> structure_seed;
  double confidence = 0.95;     ///< of the intervals over replicates
  std::int64_t replicates = 1;  ///< above 1: sim/experiment/replicates.hpp
  config::Choice<topology::TopologySpec> topology;
  config::Choice<problem::ProblemSpec> problem;
  config::Choice<algorithm::AlgorithmSpec> algorithm;
  compute::ComputeSpec compute;         ///< says nothing under bounded asynchrony, as network
  std::optional<delay::HostsSpec> hosts;  ///< absent: each agent on its own, in a replay as the ranks are
  delay::NetworkSpec network;
  fault::Faults faults;
  asynchrony::AsynchronySpec asynchrony;
  StopSpec stop;
  RecordSpec record;
  std::vector<ExpectSpec> expect;
  LimitsSpec limits;

  void fields(config::Fields& f);
  std::uint64_t structure() const { return static_cast<std::uint64_t>(structure_seed.value_or(seed)); }

  /// Replicate `index` of `replicates` as a scenario of its own: seed + index, and the structure of all.
  Scenario replicate(std::int64_t index) const;
  /// InputError of a scenario with replicates; `command` is what serves a single run only.
  void demand_one_run(const std::string& command) const;

  /// Reads and checks a document. InputError with all problems of the file.
  static Scenario read(const config::Document& document, const config::ReadOptions& options);
  /// The resolved scenario: every field with its value.
  config::Json echo() const;

 private:
  void demand_what_asynchrony_needs(config::Fields& f) const;
  void demand_what_faults_need(config::Fields& f) const;
};

/// The figures of a summary that `expect: {measured: …}` can name.
const std::vector<std::string>& measured_names();

}  // namespace taubar::experiment
