// The 2-Wasserstein distance of two normal laws (Dowson, Landau, Journal of Multivariate Analysis 12, 1982):
//   W₂² = ‖m − n‖² + tr(C + D − 2 (C^½ D C^½)^½).
// Of any two laws with these moments the distance is at least that (Gelbrich, Mathematische Nachrichten 147, 1990).
#pragma once
#include "core/base/linear_algebra.hpp"

namespace taubar::metric {

/// Covariances are symmetric positive semidefinite, d×d; O(d³).
double gaussian_distance(const Vector& mean, const Matrix& covariance, const Vector& other_mean, const Matrix& other_covariance);

}  // namespace taubar::metric
