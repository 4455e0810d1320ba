// What a run in which particles sample says of itself.
#pragma once
#include <optional>

#include "core/trace/trace.hpp"
#include "sim/experiment/experiment.hpp"

namespace taubar::experiment {

/// Nothing for methods without particles. `draws`: of the hosts that draw; `particles`: what all have counted.
std::optional<trace::SamplingFigures> sampling_figures(const Experiment& experiment, std::span<const trace::Draws* const> draws,
                                                       const trace::ParticleFigures& particles);

/// The same of a run in virtual time.
std::optional<trace::SamplingFigures> sampling_figures(const Experiment& experiment);

}  // namespace taubar::experiment
