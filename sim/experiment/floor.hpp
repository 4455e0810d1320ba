// How far a run was from the fastest that its workers allow.
#pragma once
#include "core/trace/trace.hpp"
#include "sim/experiment/experiment.hpp"

namespace taubar::experiment {

/// Of `gradients` local gradients in a run that took until `end`, by the mean times of local steps; a true floor where
/// times are constant. Nothing where no gradient was computed or a mean is infinite.
std::optional<trace::FloorDistance> distance_from_floor(const Experiment& experiment, std::int64_t gradients, Time end);

}  // namespace taubar::experiment
