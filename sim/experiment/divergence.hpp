// Why a run became non-finite, in a sentence that names a figure and a remedy.
#pragma once
#include <span>

#include "core/trace/trace.hpp"
#include "sim/experiment/experiment.hpp"

namespace taubar::experiment {

/// Needs the trace's end, records, minimum weight and measured asynchrony, and every agent's last iterate.
trace::Divergence explain_divergence(const Experiment& experiment, const trace::Trace& trace,
                                     std::span<const std::span<const double>> iterates);

}  // namespace taubar::experiment
