#include "core/algorithm/builders.hpp"

namespace taubar::algorithm {

Vector common_start(const Matrix& initial) {
  const Vector first = initial.row(0);
  Vector excess = Vector::Zero(first.size());
  for (Eigen::Index i = 1; i < initial.rows(); ++i) excess += initial.row(i).transpose() - first;
  return first + excess / static_cast<double>(initial.rows());
}

}  // namespace taubar::algorithm
