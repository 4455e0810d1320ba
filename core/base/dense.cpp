#include "core/base/dense.hpp"

#include <Eigen/Cholesky>
#include <Eigen/Eigenvalues>
#include <Eigen/LU>

namespace taubar {

using SymmetricSolver = Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>;
using Cholesky = Eigen::LLT<Eigen::MatrixXd>;

SymmetricEigen symmetric_eigen(const MatrixRef& a) {
  const SymmetricSolver solver(a);
  return {solver.eigenvalues(), solver.eigenvectors(), solver.info() == Eigen::Success};
}

Vector symmetric_eigenvalues(const MatrixRef& a) { return SymmetricSolver(a, Eigen::EigenvaluesOnly).eigenvalues(); }

Vector tridiagonal_eigenvalues(const ConstVectorRef& diagonal, const ConstVectorRef& beside) {
  SymmetricSolver solver;
  solver.computeFromTridiagonal(diagonal, beside, Eigen::EigenvaluesOnly);
  return solver.eigenvalues();
}

Eigen::MatrixXd symmetric_root(const MatrixRef& a) {
  const SymmetricSolver solver(a);
  const Vector roots = solver.eigenvalues().cwiseMax(0).cwiseSqrt();
  return solver.eigenvectors() * roots.asDiagonal() * solver.eigenvectors().transpose();
}

ComplexEigen complex_eigen(const MatrixRef& a) {
  const Eigen::EigenSolver<Eigen::MatrixXd> solver(a);
  if (solver.info() != Eigen::Success) return {};
  return {solver.eigenvalues(), solver.eigenvectors(), true};
}

Eigen::VectorXcd eigenvalues(const MatrixRef& a) { return Eigen::EigenSolver<Eigen::MatrixXd>(a, false).eigenvalues(); }

Vector solve(const MatrixRef& a, const ConstVectorRef& b) { return Eigen::PartialPivLU<Eigen::MatrixXd>(a).solve(b); }

Eigen::MatrixXd inverse(const MatrixRef& a) { return Eigen::PartialPivLU<Eigen::MatrixXd>(a).inverse(); }

std::optional<Vector> solve_positive_definite(const MatrixRef& a, const ConstVectorRef& b) {
  const Cholesky factor(a);
  if (factor.info() != Eigen::Success) return std::nullopt;
  return Vector(factor.solve(b));
}

std::optional<Vector> cholesky_diagonal(const MatrixRef& a) {
  const Cholesky factor(a);
  if (factor.info() != Eigen::Success) return std::nullopt;
  return Vector(factor.matrixLLT().diagonal());
}

Matrix inverse_of_positive_definite(const MatrixRef& a) {
  return Cholesky(a).solve(Eigen::MatrixXd::Identity(a.rows(), a.cols()));
}

}  // namespace taubar
