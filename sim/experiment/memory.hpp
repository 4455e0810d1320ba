// What a scenario would take, before it takes it.
#pragma once
#include "sim/experiment/scenario.hpp"

namespace taubar::experiment {

/// Bytes for n agents with `links` links and d-dimensional iterates, an upper estimate: programs, the world's slots,
/// links, and the messages and events on their way.
double estimated_bytes(const Scenario& scenario, double agents, double links, double dimension);

/// The scenario's limit, or nine tenths of the machine's memory.
double memory_limit(const Scenario& scenario);

/// RefusedError naming the estimate, the limit and /limits/memory if the estimate is above it, or if there are more
/// agents than the kernel can number.
void refuse_if_too_large(const Scenario& scenario, double agents, double links, double dimension);

}  // namespace taubar::experiment
