// Asynchrony measured after the fact, from the steps and messages of a replay: in real processes nobody counts k while
// the run goes on.
#pragma once
#include <cstdint>

#include "core/trace/replay.hpp"
#include "core/trace/staleness.hpp"

namespace taubar::trace {

struct MeasuredAsynchrony {
  std::int64_t k = 0, tau_proc = 0, tau_msg = 0;
  Staleness staleness;
};

/// k = number of distinct instants at which at least one of agents 0 … n−1 or the server completes a step; a message's
/// staleness is the k at which it was taken minus the k at which it was sent (scenario.md, "What the words mean"). As far
/// as steps and messages were kept.
MeasuredAsynchrony measure_asynchrony(const Replay& replay, std::size_t agents_with_data);

}  // namespace taubar::trace
