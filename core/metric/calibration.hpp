// How far a model's confidence is from how often it is right: the expected calibration error (Naeini, Cooper, Hauskrecht,
// AAAI 2015; Guo, Pleiss, Sun, Weinberger, ICML 2017). Samples go by their largest probability into 15 bins of equal width,
// (0, 1/15], …, (14/15, 1]; of bin b with N_b of N samples
//   ECE = Σ_b N_b/N |share of them whose most likely class is right − mean of their largest probability|.
#pragma once
#include <span>

#include "core/base/linear_algebra.hpp"

namespace taubar::metric {

inline constexpr int calibration_bins = 15;

/// `probabilities` N×K, `classes` N numbers 0 … K−1; of classes that are equally likely the first is taken.
double calibration_error(const Matrix& probabilities, std::span<const double> classes);

}  // namespace taubar::metric
