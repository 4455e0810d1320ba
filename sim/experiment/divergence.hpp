// Why a run became non-finite, in a sentence that names a figure and a remedy.
#pragma once
#include "core/trace/trace.hpp"
#include "sim/experiment/experiment.hpp"

namespace taubar::experiment {

/// Needs the trace's end, records, minimum weight and measured asynchrony.
trace::Divergence explain_divergence(const Experiment& experiment, const trace::Trace& trace);

}  // namespace taubar::experiment
