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

/// The same where only Σ w_k, Σ w_k² and a bound on the largest w_k are known, of one degree of freedom each: outside with
/// probability `tail` at most on either side. For many equal weights an eighth (tail 1e-5) to a fifth (1e-3) wider, for few a half.
/// Q >= Σ w + 2 √(x Σ w²) + 2 x w_max and Q <= Σ w − 2 √(x Σ w²) have probability e^−x at most (Laurent, Massart, Annals of
/// Statistics 28, 2000, lemma 1).
Ends safe_ends_of_sum(double sum, double sum_of_squares, double largest, double tail);

}  // namespace taubar::bound
