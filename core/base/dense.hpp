// Factorisations of dense matrices. The compiler takes 5 to 15 s for each of Eigen's in every file that names one; here they
// are compiled once. Arguments are read in columns: row-major ones are copied. Nothing is checked for size or finiteness.
#pragma once
#include <optional>

#include "core/base/linear_algebra.hpp"

namespace taubar {

using MatrixRef = Eigen::Ref<const Eigen::MatrixXd>;

/// A = V diag(values) Vᵀ, d×d.
struct SymmetricEigen {
  Vector values;            ///< ascending
  Eigen::MatrixXd vectors;  ///< V, orthonormal columns
  bool converged = false;   ///< false: values and vectors are of no use
};
/// All of a symmetric matrix, of which the lower triangle is read. d >= 1, about 9 d³ operations.
SymmetricEigen symmetric_eigen(const MatrixRef& a);
/// The eigenvalues alone, ascending: 4/3 d³ operations.
Vector symmetric_eigenvalues(const MatrixRef& a);
/// The same of the matrix with this diagonal (d values) and these numbers above and below it (d − 1).
Vector tridiagonal_eigenvalues(const ConstVectorRef& diagonal, const ConstVectorRef& beside);
/// A^½ of a symmetric positive semidefinite matrix: eigenvalues below 0, which rounding leaves, count as 0.
Eigen::MatrixXd symmetric_root(const MatrixRef& a);

/// A v_i = λ_i v_i, d×d, in no particular order.
struct ComplexEigen {
  Eigen::VectorXcd values;
  Eigen::MatrixXcd vectors;  ///< columns of norm 1
  bool converged = false;    ///< false: values and vectors are of no use
};
/// Of any real square matrix; about 25 d³ operations.
ComplexEigen complex_eigen(const MatrixRef& a);
/// The λ_i alone: 10 d³ operations.
Eigen::VectorXcd eigenvalues(const MatrixRef& a);

/// A⁻¹ b and A⁻¹ of an invertible matrix, by elimination with row pivots.
Vector solve(const MatrixRef& a, const ConstVectorRef& b);
Eigen::MatrixXd inverse(const MatrixRef& a);

/// Cholesky's A = L Lᵀ, which reads the lower triangle. Nothing where a pivot is not positive.
std::optional<Vector> solve_positive_definite(const MatrixRef& a, const ConstVectorRef& b);  ///< A⁻¹ b
std::optional<Vector> cholesky_diagonal(const MatrixRef& a);                                 ///< L_11 … L_dd
/// A⁻¹ of a matrix that is known to be positive definite; symmetric but for rounding.
Matrix inverse_of_positive_definite(const MatrixRef& a);

}  // namespace taubar
