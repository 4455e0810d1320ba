// Experiment → Trace: lets virtual time go on until a stop rule says so.
#pragma once
#include <atomic>
#include <functional>

#include "core/trace/trace.hpp"
#include "sim/experiment/experiment.hpp"

namespace taubar::experiment {

/// How far a run is, for a progress display.
struct Progress {
  double share = 0;  ///< 0 … 1 of the nearest stop rule; 0 where none can be measured
  Time time = 0;
  std::uint64_t events = 0;
  double wall_seconds = 0;
  std::int64_t replicates = 1, finished = 0;  ///< where there are several, the rest is of all of them together
};

struct RunControl {
  /// 0, or the number of the signal that asks the run to end; looked at about every 256 events.
  const std::atomic<int>* signal = nullptr;
  /// Called a few times a second at most; may be empty.
  std::function<void(const Progress&)> progress;
};

/// Runs to the end; always returns what was recorded, with the reason for the end in `stopped_by`.
trace::Trace run(Experiment& experiment, const RunControl& control = {});

}  // namespace taubar::experiment
