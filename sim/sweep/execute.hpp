// One run of the plan, from its place in the plan to its result. Nothing a run does ends the sweep: what goes wrong is its
// result.
#pragma once
#include <atomic>
#include <optional>
#include <string>
#include <vector>

#include "sim/sweep/outcome.hpp"
#include "sim/sweep/plan.hpp"
#include "sim/sweep/structure_cache.hpp"

namespace taubar::sweep {

struct RunSettings {
  config::ReadOptions read;
  std::string cache_directory;         ///< of solved minimisers; "" = none
  std::optional<double> time_limit;    ///< real seconds of one run
  int at_once = 1;                     ///< runs that share the machine's memory
  std::optional<double> memory;        ///< bytes of all of them together; default: what scenario or machine allow
};

/// `stop`: not 0 asks the run to end, and its result is then pending.
Outcome execute(const SweepSpec& spec, const Plan& plan, const PlannedRun& run, const RunSettings& settings, StructureCache& cache,
                const std::atomic<int>* stop = nullptr);

/// How much of a machine's memory structures may hold between runs, one of `at_once` workers.
double cache_bytes(const RunSettings& settings);

}  // namespace taubar::sweep
