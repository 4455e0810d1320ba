// Where a sum of squares of normal numbers lies, for bounds of class STAT.
#pragma once
#include "core/base/linear_algebra.hpp"

namespace taubar::bound {

struct Ends {
  double low = 0, high = 0;
};

/// Σ_k w_k χ²_ν, independent terms of ν degrees of freedom each, w_k >= 0 and not all 0, is below `low` with probability `tail`
/// < 0.1, and above `high` with the same, to about 1 % of `tail`: by the saddlepoint approximation. With K(t) =
/// −ν/2 Σ log(1 − 2 t w_k), w = ±√(2 (t K' − K)) and v = t √K'', the end K'(t) is at the standard normal quantile w + log(v/w)/w
/// (Barndorff-Nielsen, Biometrika 73, 1986, r*; Lugannani, Rice, Adv. Appl. Prob. 12, 1980).
Ends ends_of_sum(const Vector& weights, double nu, double tail);

}  // namespace taubar::bound
