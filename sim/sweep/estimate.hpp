// How long a run takes, from the beginning of one.
#pragma once
#include <optional>

#include "sim/sweep/execute.hpp"

namespace taubar::sweep {

/// Seconds for building and for the whole run: `most_seconds` of it, and what is left of the nearest stop rule at the speed of
/// their second half. Nothing where the run fails or no stop rule tells its share.
std::optional<double> probe(const SweepSpec& spec, const Plan& plan, const PlannedRun& run, const RunSettings& settings, double most_seconds);

}  // namespace taubar::sweep
