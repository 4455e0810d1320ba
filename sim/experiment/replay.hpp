// Experiment → Trace over real processes: the same agents, on MPI ranks.
#pragma once
#include <atomic>
#include <functional>
#include <string>

#include "core/trace/trace.hpp"
#include "sim/experiment/experiment.hpp"
#include "sim/experiment/run.hpp"
#include "sim/mpi/world.hpp"

namespace taubar::experiment {

struct ReplayOptions {
  mpi::Pace pace = mpi::Pace::native;
  double time_scale = 1;                ///< real seconds per virtual second
  std::optional<double> time_limit;     ///< real seconds; default: limits.wall_time, else from the stop rules
  mpi::ExchangeLimits exchange;
};

struct ReplayControl {
  /// 0, or the number of the signal that asks the run to end.
  const std::atomic<int>* signal = nullptr;
  /// On rank 0, a few times a second at most; may be empty.
  std::function<void(const Progress&)> progress;
  /// On rank 0, before the start, every second or so and when a signal comes: what has been recorded so far, perhaps
  /// nothing. May be empty.
  std::function<void(const trace::Trace&)> keep;
};

/// Of all ranks together. On rank 0 the whole trace; on the others only why it ended.
trace::Trace replay(Experiment& experiment, mpi::Transport& transport, const ReplayOptions& options,
                    const ReplayControl& control);

}  // namespace taubar::experiment
