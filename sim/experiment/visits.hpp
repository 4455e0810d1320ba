// What the updates of a run say of the walk that its token made.
#pragma once
#include <optional>
#include <vector>

#include "core/trace/trace.hpp"
#include "sim/experiment/experiment.hpp"

namespace taubar::experiment {

/// `steps`: updates by agent. Nothing for methods without a token, and before its first step.
std::optional<trace::VisitFigures> visit_figures(const Experiment& experiment, const std::vector<std::int64_t>& steps);

/// The tokens of the snapshot at the end.
std::vector<trace::TokenEnd> token_ends(const metric::Snapshot& snapshot);

/// What the agents of a run in virtual time have counted; nothing where they do not.
std::optional<trace::TokenFigures> token_figures(const Experiment& experiment);

}  // namespace taubar::experiment
