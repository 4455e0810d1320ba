// The extreme eigenvalues of AᵀA over a run of samples: what smoothness and strong convexity are made of.
#pragma once
#include "core/problem/sample_sum.hpp"

namespace taubar::problem {

struct Extremes {
  double largest = 0;   ///< an upper bound of λmax
  double smallest = 0;  ///< a lower bound of λmin, >= 0
};

/// With at most 512 columns or rows: exact but for rounding, which the bounds include (relative 1e-12 of
/// λmax). Above: λmax from 200 Lanczos steps, enlarged by 1 % — too small with a probability below 1e-13
/// (Kuczyński, Woźniakowski, "Estimating the largest eigenvalue by the power and Lanczos algorithms with a
/// random start", SIMAX 13(4), 1992, theorem 3.2) — and 0 for λmin.
Extremes gram_extremes(const FeatureMatrix& features, Run run);

}  // namespace taubar::problem
