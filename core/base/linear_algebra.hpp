// Eigen, with the shapes the project uses. Iterates are stacked as rows: X is n×d, row-major.
#pragma once
#include <Eigen/Core>

namespace taubar {

using Vector = Eigen::VectorXd;
using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using VectorView = Eigen::Map<Vector>;
using ConstVectorView = Eigen::Map<const Vector>;
/// A read-only vector argument: takes Vector, views and rows alike, without a copy.
using ConstVectorRef = Eigen::Ref<const Vector>;
using VectorRef = Eigen::Ref<Vector>;

/// Fixes the block sizes of Eigen's products, which otherwise follow the CPU's caches and change the order of sums.
/// Call once, before any linear algebra.
void fix_linear_algebra();

}  // namespace taubar
