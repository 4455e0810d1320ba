// Dense factorisations against closed forms.
#include "core/base/dense.hpp"

#include <algorithm>
#include <cmath>

#include "core/base/random.hpp"
#include "tests/support/catch.hpp"

using namespace taubar;

namespace {

constexpr double pi = 3.14159265358979323846;

/// Laplacian of a path of n: eigenvalues 2 − 2 cos(πk/n), eigenvectors cos(πk(i + ½)/n), k = 0 … n−1.
Matrix path(Eigen::Index n) {
  Matrix a = Matrix::Zero(n, n);
  for (Eigen::Index i = 0; i + 1 < n; ++i) {
    a(i, i) += 1;
    a(i + 1, i + 1) += 1;
    a(i, i + 1) = a(i + 1, i) = -1;
  }
  return a;
}
Vector path_eigenvalues(Eigen::Index n) {
  Vector values(n);
  for (Eigen::Index k = 0; k < n; ++k) values[k] = 2 - 2 * std::cos(pi * static_cast<double>(k) / static_cast<double>(n));
  return values;
}

Matrix drawn(Eigen::Index rows, Eigen::Index columns, std::uint64_t seed) {
  Stream random(seed, Purpose::test);
  Matrix a(rows, columns);
  for (Eigen::Index i = 0; i < a.size(); ++i) a.data()[i] = random.normal();
  return a;
}

}  // namespace

TEST_CASE("paths of 1, 2, 3 and 40 have the eigenvalues 2 − 2 cos(pi k/n), ascending, and cosines as eigenvectors, to 1e-13") {
  for (const Eigen::Index n : {1, 2, 3, 40}) {
    CAPTURE(n);
    const Vector exact = path_eigenvalues(n);
    const SymmetricEigen all = symmetric_eigen(path(n));
    REQUIRE(all.converged);
    CHECK((all.values - exact).norm() < 1e-13);
    for (Eigen::Index k = 0; k < n; ++k) {
      Vector cosines(n);
      for (Eigen::Index i = 0; i < n; ++i)
        cosines[i] = std::cos(pi * static_cast<double>(k) * (static_cast<double>(i) + 0.5) / static_cast<double>(n));
      CHECK(std::abs(std::abs(all.vectors.col(k).dot(cosines)) - cosines.norm()) < 1e-12);
    }
    CHECK((symmetric_eigenvalues(path(n)) - exact).norm() < 1e-13);
    const Matrix a = path(n);
    CHECK((tridiagonal_eigenvalues(a.diagonal(), Vector::Constant(n - 1, -1)) - exact).norm() < 1e-13);
  }
}

TEST_CASE("symmetric solvers and Cholesky read the lower triangle only, of row-major matrices too") {
  const Eigen::Index n = 12;
  const Matrix a = path(n) + Matrix::Identity(n, n);
  Matrix spoilt = a;
  for (Eigen::Index i = 0; i < n; ++i)
    for (Eigen::Index j = i + 1; j < n; ++j) spoilt(i, j) = std::nan("");
  CHECK(symmetric_eigen(spoilt).values == symmetric_eigen(a).values);
  CHECK(symmetric_eigen(spoilt).vectors == symmetric_eigen(a).vectors);
  CHECK(symmetric_eigenvalues(spoilt) == symmetric_eigenvalues(a));
  CHECK(*cholesky_diagonal(spoilt) == *cholesky_diagonal(a));
}

TEST_CASE("the root of a 9x9 square of rank 4 is symmetric and its square is that to 1e-13") {
  const Matrix half = drawn(9, 4, 1), a = half * half.transpose() / 9;
  const Eigen::MatrixXd root = symmetric_root(a);
  CHECK((root - root.transpose()).norm() < 1e-13);
  CHECK((root * root - a).norm() < 1e-13);
}

TEST_CASE("a rotation by 0.3, stretched by 2, has the eigenvalues 2 exp(± 0.3 i)") {
  Matrix turn(2, 2);
  turn << std::cos(0.3), -std::sin(0.3), std::sin(0.3), std::cos(0.3);
  const Eigen::VectorXcd values = eigenvalues(2 * turn);
  CHECK((values.real() - Vector::Constant(2, 2 * std::cos(0.3))).norm() < 1e-14);
  CHECK(values.imag().cwiseAbs().minCoeff() == Approx(2 * std::sin(0.3)).epsilon(1e-14));
  CHECK(std::abs(values.imag().sum()) < 1e-14);
}

TEST_CASE("A x = b and A^-1 by elimination where the first pivot is 0, and on 30 drawn unknowns to 1e-11") {
  Matrix a(3, 3);
  a << 0, 2, 1, 1, 0, 3, 2, 1, 0;  // determinant 13
  const Vector x = (Vector(3) << 1, -2, 3).finished();
  CHECK((solve(a, a * x) - x).norm() < 1e-14);
  Matrix exact(3, 3);
  exact << -3, 1, 6, 6, -2, 1, 1, 4, -2;
  CHECK((inverse(a) - exact / 13).norm() < 1e-14);
  const Matrix large = drawn(30, 30, 2);
  const Vector y = drawn(30, 1, 3).col(0);
  CHECK((solve(large, large * y) - y).norm() < 1e-11);
}

TEST_CASE("Cholesky: min(i, j) has L of ones and the inverse −1, 2, −1; nothing comes of matrices that are not positive definite") {
  const Eigen::Index n = 20;
  Matrix least(n, n), exact = path(n);
  for (Eigen::Index i = 0; i < n; ++i)
    for (Eigen::Index j = 0; j < n; ++j) least(i, j) = static_cast<double>(std::min(i, j) + 1);
  exact(0, 0) = 2;
  CHECK(*cholesky_diagonal(least) == Vector::Ones(n));
  CHECK((inverse_of_positive_definite(least) - exact).norm() < 1e-13);
  const Vector x = drawn(n, 1, 4).col(0);
  CHECK((*solve_positive_definite(least, least * x) - x).norm() < 1e-12);
  least(7, 7) = -1;
  CHECK_FALSE(cholesky_diagonal(least).has_value());
  CHECK_FALSE(solve_positive_definite(least, x).has_value());
}
