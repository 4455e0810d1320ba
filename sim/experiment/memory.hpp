// What a scenario would take, before it takes it.
#pragma once
#include "sim/experiment/scenario.hpp"

namespace taubar::experiment {

struct Size {
  double agents, links, dimension;
  bool directed;
};

/// Bytes for the programs, the world's slots, links, and the messages and events on their way; an upper estimate where
/// a step takes an agent no longer than a few steps of its neighbours. What asynchronous neighbours send to one that is
/// busy for much longer waits for it: those messages are not in the estimate. Of replicates as many worlds stand at once as
/// there are threads, and every trace is kept; they share graph, initial points and problem.
double estimated_bytes(const Scenario& scenario, const Size& size, int threads = 1);

/// The scenario's limit, or nine tenths of the machine's memory.
double memory_limit(const Scenario& scenario);

/// RefusedError naming the estimate, the limit and /limits/memory if the estimate is above it, or if there are more
/// agents than the kernel can number.
void refuse_if_too_large(const Scenario& scenario, const Size& size, int threads = 1);

}  // namespace taubar::experiment
