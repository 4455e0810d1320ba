// Sparse symmetric factorisation with a look at its cost first.
#pragma once
#include <Eigen/SparseCholesky>
#include <Eigen/SparseCore>

namespace taubar::topology {

using Sparse = Eigen::SparseMatrix<double>;

/// A fill-reducing order (approximate minimum degree) of a matrix with symmetric pattern, and the
/// multiplications that its factorisation takes: Σ_j (entries below the diagonal of column j of the factor)²,
/// at most `limit` counted.
using Permutation = Eigen::PermutationMatrix<Eigen::Dynamic, Eigen::Dynamic, int>;
struct Ordering {
  Permutation to_new;
  double work = 0;
};
Ordering fill_reducing(const Sparse& matrix, double limit);

/// Rows and columns in the new order.
Sparse permuted(const Sparse& matrix, const Permutation& to_new);

/// LDLᵀ of a matrix that is already in its order.
using Factor = Eigen::SimplicialLDLT<Sparse, Eigen::Lower, Eigen::NaturalOrdering<int>>;

}  // namespace taubar::topology
