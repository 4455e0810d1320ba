// Measured beside bound, along a run: the verdict's outcome, its tightest place and its curve.
#pragma once
#include <vector>

#include "core/bound/verdict.hpp"

namespace taubar::bound {

/// Holds if measured <= bound at every point, but for `round_off` added to the bound; else violated at the first such
/// point, which is then the place that is named. With `as_log10` the points' bounds are decimal logarithms (measured is
/// not). No points: does not apply.
void compare(Verdict& verdict, const std::vector<CurvePoint>& points, double round_off, bool as_log10 = false);

/// An invariant: `error` <= `tolerance`.
void require_small(Verdict& verdict, double error, double tolerance, std::int64_t at_k);

}  // namespace taubar::bound
