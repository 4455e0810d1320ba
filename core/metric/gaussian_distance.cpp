#include "core/metric/gaussian_distance.hpp"

#include <algorithm>
#include <cmath>

#include "core/base/dense.hpp"

namespace taubar::metric {

double gaussian_distance(const Vector& mean, const Matrix& covariance, const Vector& other_mean, const Matrix& other_covariance) {
  const Eigen::MatrixXd root = symmetric_root(covariance);
  const Eigen::MatrixXd both = root * other_covariance * root;
  const Vector cross = symmetric_eigenvalues(both).cwiseMax(0).cwiseSqrt();
  const double square = (mean - other_mean).squaredNorm() + covariance.trace() + other_covariance.trace() - 2 * cross.sum();
  return std::sqrt(std::max(0.0, square));
}

}  // namespace taubar::metric
