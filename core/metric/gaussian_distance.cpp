#include "core/metric/gaussian_distance.hpp"

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>

namespace taubar::metric {

double gaussian_distance(const Vector& mean, const Matrix& covariance, const Vector& other_mean, const Matrix& other_covariance) {
  using Solver = Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>;
  const Solver own(covariance);
  const Vector roots = own.eigenvalues().cwiseMax(0).cwiseSqrt();
  const Eigen::MatrixXd root = own.eigenvectors() * roots.asDiagonal() * own.eigenvectors().transpose();
  const Eigen::MatrixXd both = root * other_covariance * root;
  const Vector cross = Solver(both, Eigen::EigenvaluesOnly).eigenvalues().cwiseMax(0).cwiseSqrt();
  const double square = (mean - other_mean).squaredNorm() + covariance.trace() + other_covariance.trace() - 2 * cross.sum();
  return std::sqrt(std::max(0.0, square));
}

}  // namespace taubar::metric
