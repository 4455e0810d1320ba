// SweepSpec → Plan: every point as a scenario that has been read, every run with the key under which it is kept.
//
// The key of a run is XXH3-128 of what decides its result: the number of the results' version, the resolved scenario
// without name and description (its seed among it), and the content of the files it names. So another order of keys, a
// new name or more values in the sweep leave a run its key, and whatever changes its result gives it another.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "sim/experiment/scenario.hpp"
#include "sim/sweep/sweep_spec.hpp"

namespace taubar::sweep {

/// To be raised with any change after which the same scenario gives other numbers.
inline constexpr int result_version = 1;

/// A plan with more runs is refused before it is made.
inline constexpr double most_runs = 1e6;

struct PlannedRun {
  std::string key;
  std::int64_t point = 0, seed = 0;
};

struct Plan {
  std::vector<SharedParameters> points;
  std::vector<PlannedRun> runs;       ///< point by point, seed by seed; no key twice
  std::vector<std::size_t> first_run;  ///< of each point
  std::size_t repeated = 0;           ///< runs that are another one over again, and so are left out
  const Parameters& parameters(const PlannedRun& run) const { return *points[static_cast<std::size_t>(run.point)]; }
};

/// Points × seeds, counted without expanding them.
double count_points(const SweepSpec& spec);
double count_runs(const SweepSpec& spec);

/// RefusedError where there are too many runs. InputError with every distinct problem of a point once: unknown pointers,
/// values out of range, missing files. `directory`: where digests of many points are kept (point_digests.hpp); "" = nowhere.
Plan make_plan(const SweepSpec& spec, const config::ReadOptions& options, const std::string& directory = "");

/// The scenario of a run, as a document and read.
config::Document document_of(const SweepSpec& spec, const Parameters& parameters);
experiment::Scenario scenario_of(const SweepSpec& spec, const Parameters& parameters, std::int64_t seed, const config::ReadOptions& options);

/// Run I of N (from 1) of the shards into which keys fall; whatever else is in the plan, a key stays in its shard.
struct Shard {
  std::int64_t index = 1, count = 1;
  bool holds(const std::string& key) const;
  /// "3/8", or "auto": by Slurm's array (SLURM_ARRAY_TASK_ID, _MIN, _COUNT). InputError for others.
  static Shard of(const std::string& text);
};

/// "/algorithm/step_size = 0.1, /topology/agents = 8"
std::string in_words(const Parameters& parameters);

}  // namespace taubar::sweep
