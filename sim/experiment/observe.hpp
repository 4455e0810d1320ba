// A world seen from outside, between two events.
#pragma once
#include "core/metric/snapshot.hpp"
#include "sim/experiment/experiment.hpp"

namespace taubar::experiment {

/// Reads the agents' iterates (no copies), the estimate and the mass balance. Valid until the world goes on.
metric::Snapshot observe(const Experiment& experiment);

/// The estimate of a run in which iterates travel.
Vector mean_iterate(const std::vector<agent::TokenView>& tokens);

}  // namespace taubar::experiment
