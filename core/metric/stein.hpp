// How far points are from a law of which only the score ∇ log p is known: the kernel Stein discrepancy with the inverse
// multiquadric kernel k(x, y) = (1 + ‖x − y‖²)^(−1/2) (Gorham, Mackey, ICML 2017),
//   KSD² = 1/n² Σ_ab k_p(x_a, x_b),   u = 1 + ‖δ‖², δ = x − y, s = ∇ log p:
//   k_p(x, y) = s(x)·s(y) u^(−1/2) + (s(x) − s(y))·δ u^(−3/2) + d u^(−3/2) − 3 ‖δ‖² u^(−5/2).
// 0 only for the law itself in the limit; a sample of n from it has KSD² of the mean (E‖s‖² + d)/n.
#pragma once
#include "core/base/linear_algebra.hpp"

namespace taubar::metric {

/// KSD of n points with their scores, both n×d; O(n² d). NaN for none.
double kernel_stein_discrepancy(const Matrix& points, const Matrix& scores);

}  // namespace taubar::metric
