// One direction of a Langevin chain with old gradients: against companion matrices, Lyapunov's equation, quadrature and the table.
#include "core/bound/delayed_recursion.hpp"

#include <cmath>

#include "core/base/dense.hpp"
#include "core/bound/chi_square.hpp"
#include "tests/support/catch.hpp"

using namespace taubar;
using bound::Course;
using bound::DelayedRecursion;
using bound::stability_limit;
using Eigen::MatrixXd;

namespace {

/// (y_k, …, y_{k−τ}) → (y_{k+1}, …, y_{k−τ+1})
MatrixXd companion_of(double c, int tau) {
  MatrixXd m = MatrixXd::Zero(tau + 1, tau + 1);
  m(0, 0) = 1;
  m(0, tau) -= c;
  for (int i = 0; i < tau; ++i) m(i + 1, i) = 1;
  return m;
}

double radius_of(double c, int tau) { return eigenvalues(companion_of(c, tau)).cwiseAbs().maxCoeff(); }

/// P = M P Mᵀ + q e_0 e_0ᵀ, as linear equations for its entries.
MatrixXd lyapunov(double c, double q, int tau) {
  const MatrixXd m = companion_of(c, tau);
  const Eigen::Index n = tau + 1;
  MatrixXd system = MatrixXd::Identity(n * n, n * n);
  for (Eigen::Index i = 0; i < n; ++i)
    for (Eigen::Index j = 0; j < n; ++j)
      for (Eigen::Index k = 0; k < n; ++k)
        for (Eigen::Index l = 0; l < n; ++l) system(i * n + j, k * n + l) -= m(i, k) * m(j, l);
  Eigen::VectorXd right = Eigen::VectorXd::Zero(n * n);
  right[0] = q;
  const Eigen::VectorXd entries = solve(system, right);
  MatrixXd p(n, n);
  for (Eigen::Index i = 0; i < n; ++i)
    for (Eigen::Index j = 0; j < n; ++j) p(i, j) = entries[i * n + j];
  return p;
}

/// (q/π) ∫_0^π dw / |1 − e^{−iw} + c e^{−iw(τ+1)}|², midpoints: of a periodic function the error falls geometrically.
double integral_of(double c, double q, int tau) {
  constexpr int points = 20'000;
  double sum = 0;
  for (int k = 0; k < points; ++k) {
    const double w = M_PI * (k + 0.5) / points;
    const double re = 1 - std::cos(w) + c * std::cos(w * (tau + 1)), im = std::sin(w) - c * std::sin(w * (tau + 1));
    sum += 1 / (re * re + im * im);
  }
  return q * sum / points;
}

}  // namespace

TEST_CASE("delayed gradients are stable below 2, 1, 0.618034, 0.347296 at tau = 0, 1, 2, 4, and below the same of a companion matrix to 8") {
  CHECK(stability_limit(0) == Approx(2).epsilon(1e-14));
  CHECK(stability_limit(1) == Approx(1).epsilon(1e-14));
  CHECK(stability_limit(2) == Approx(0.618034).epsilon(1e-6));
  CHECK(stability_limit(4) == Approx(0.3472964).epsilon(1e-6));
  for (int tau = 0; tau <= 8; ++tau) {
    CAPTURE(tau);
    CHECK(radius_of(0.999 * stability_limit(tau), tau) < 1);
    CHECK(radius_of(1.001 * stability_limit(tau), tau) > 1);
    CHECK(radius_of(stability_limit(tau), tau) == Approx(1).epsilon(1e-9));
  }
}

TEST_CASE("the variance for a = 1, eta = 0.1 is 1.0526, 1.1640, 1.2892, 1.5959 at tau = 0, 1, 2, 4") {
  const double table[] = {1.0526, 1.1640, 1.2892, 0, 1.5959};
  for (const int tau : {0, 1, 2, 4}) CHECK(DelayedRecursion(0.1, 0.2, tau).variance() == Approx(table[tau]).margin(5e-5));
  CHECK(DelayedRecursion(0.1, 0.2, 0).variance() == Approx(20.0 / 19).epsilon(1e-14));                      // 1.052632
  CHECK(DelayedRecursion(0.1, 0.2, 1).variance() == Approx(2 * 1.1 / (0.9 * 2.1)).epsilon(1e-14));          // 1.164021
}

TEST_CASE("variance and autocovariances equal Lyapunov's equation to 1e-9 and the integral to 1e-8, tau 0 to 6, up to 0.9 of the limit") {
  for (int tau = 0; tau <= 6; ++tau)
    for (const double share : {0.05, 0.3, 0.7, 0.9}) {
      const double c = share * stability_limit(tau), q = 0.37;
      CAPTURE(tau, c);
      const DelayedRecursion of(c, q, tau);
      const MatrixXd p = lyapunov(c, q, tau), m = companion_of(c, tau);
      CHECK(of.variance() == Approx(p(0, 0)).epsilon(1e-9));
      CHECK(of.variance() == Approx(integral_of(c, q, tau)).epsilon(1e-8));
      MatrixXd later = p;  // E (y_{k+h}, …)(y_k, …)ᵀ
      const auto all = of.autocovariances(60, 1), third = of.autocovariances(20, 3);
      for (std::size_t h = 0; h < 60; ++h, later = m * later) {
        CHECK(all[h] == Approx(later(0, 0)).margin(1e-9 * p(0, 0)));
        if (h % 3 == 0) CHECK(third[h / 3] == all[h]);
      }
    }
}

TEST_CASE("for small c the variance is (q/2c)(1 + c(tau + 1/2)) but for the order c^2") {
  for (const int tau : {0, 1, 2, 4, 8, 32})
    for (const double c : {1e-3, 1e-4}) {
      CAPTURE(tau, c);
      const double relative = DelayedRecursion(c, 2 * c, tau).variance() - 1;
      CHECK(std::abs(relative - c * (tau + 0.5)) < 2 * c * c * (tau + 1) * (tau + 1));
    }
}

TEST_CASE("without delay the mean decays by (1 − c)^k, and what is missing of the variance by (1 − c)^2k") {
  for (const double c : {0.05, 0.5, 1.3}) {
    Course course(c, 0);
    const double limit = DelayedRecursion(c, 1, 0).variance();
    for (int k = 0; k < 30; ++k, course.advance()) {
      CHECK(course.factor() == Approx(std::pow(1 - c, k)).epsilon(1e-12));
      CHECK(1 - course.share() / limit == Approx(std::pow(1 - c, 2 * k)).margin(1e-13));
    }
  }
}

TEST_CASE("mean, variance and what moves in tau updates equal the companion's recursion from a constant past, 120 updates") {
  for (const int tau : {0, 1, 2, 3, 7}) {
    const double c = 0.8 * stability_limit(tau);
    CAPTURE(tau);
    const MatrixXd m = companion_of(c, tau);
    const Eigen::Index n = tau + 1;
    Eigen::VectorXd mean = Eigen::VectorXd::Ones(n), moved = Eigen::VectorXd::Zero(n);
    moved[0] = 1;
    moved[tau] -= 1;
    MatrixXd p = MatrixXd::Zero(n, n);
    Course course(c, tau);
    for (int k = 0; k < 120; ++k) {
      REQUIRE(course.factor() == Approx(mean[0]).margin(1e-12));
      REQUIRE(course.share() == Approx(p(0, 0)).margin(1e-12));
      REQUIRE(course.factor_moved() == Approx(moved.dot(mean)).margin(1e-12));
      REQUIRE(course.share_moved() == Approx(moved.dot(p * moved)).margin(1e-12));
      course.advance();
      mean = m * mean;
      p = m * p * m.transpose();
      p(0, 0) += 1;
    }
    while (!course.settled()) course.advance();
    const DelayedRecursion of(c, 1, tau);
    CHECK(course.share() == Approx(of.variance()).epsilon(1e-10));
    CHECK(course.share_moved() == Approx(2 * (of.variance() - of.autocovariance(tau))).margin(1e-10));
  }
}

TEST_CASE("safe ends of sums of chi-squares hold the saddlepoint's, and are at most a third wider for 300 equal weights, a half for falling ones") {
  for (const double decay : {0.0, 0.01}) {
    Vector weights(300);
    for (Eigen::Index k = 0; k < weights.size(); ++k) weights[k] = std::exp(-decay * static_cast<double>(k));
    for (const double tail : {1e-3, 1e-5}) {
      const auto sharp = bound::ends_of_sum(weights, 1, tail);
      const auto safe = bound::safe_ends_of_sum(weights.sum(), weights.squaredNorm(), weights.maxCoeff(), tail);
      CHECK(safe.low < sharp.low);
      CHECK(safe.high > sharp.high);
      CHECK(safe.high - safe.low < (decay == 0 ? 1.34 : 1.5) * (sharp.high - sharp.low));
    }
  }
}
