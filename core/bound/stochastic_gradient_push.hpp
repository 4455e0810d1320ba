// The constants of the theory of stochastic gradient push, which its two bounds share.
#pragma once
#include <optional>

#include "core/bound/setting.hpp"
#include "core/bound/verdict.hpp"

namespace taubar::bound {

/// Decimal logarithms: C overflows and 1 − q vanishes for all but the smallest graphs.
struct RoundsConstants {
  double log10_C = 0, log10_one_minus_q = 0;
};

/// Notes what the theory assumes of method and graph, and the constants. Nothing where an assumption fails.
std::optional<RoundsConstants> rounds_constants(Verdict& verdict, const Setting& setting);

}  // namespace taubar::bound
