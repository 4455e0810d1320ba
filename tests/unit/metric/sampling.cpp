// Measures of draws: against plain sums written apart (tools/papers/chain_diagnostics.py), closed forms and laws.
#include <cmath>

#include "core/metric/calibration.hpp"
#include "core/metric/effective_sample_size.hpp"
#include "core/metric/gaussian_distance.hpp"
#include "core/metric/metric.hpp"
#include "core/metric/stein.hpp"
#include "core/trace/chains.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/normal_target.hpp"

using namespace taubar;

namespace {

/// x_k = ρ x_{k−1} + √(1 − ρ²) ξ_k, stationary: variance 1. S×N.
Matrix autoregressive(double rho, Eigen::Index chains, Eigen::Index draws, std::uint64_t seed) {
  Stream random(seed, Purpose::test);
  Matrix x(chains, draws);
  for (Eigen::Index s = 0; s < chains; ++s)
    for (Eigen::Index k = 0; k < draws; ++k)
      x(s, k) = k == 0 ? random.normal() : rho * x(s, k - 1) + std::sqrt(1 - rho * rho) * random.normal();
  return x;
}

test::NormalTarget standard_normal(Eigen::Index d) {
  return {1, Vector::Zero(d), Matrix::Identity(d, d), Matrix::Identity(d, d), {1, 1}};
}

metric::Snapshot seen(const problem::Problem& problem, std::vector<const trace::Draws*> draws) {
  metric::Snapshot snapshot;
  snapshot.goal.problem = &problem;
  snapshot.estimate = Vector::Zero(problem.dimension());
  snapshot.draws = std::move(draws);
  return snapshot;
}

double value(const std::string& name, const metric::Snapshot& snapshot) {
  const auto* found = metric::find_metric(name);
  REQUIRE(found);
  REQUIRE(found->applies(snapshot));
  return found->value(snapshot);
}

/// Three classes with the probabilities of the row that x(0) names, or values N(x(0), 0.25) for K = 0.
struct TableModel final : problem::Predictor {
  std::vector<Matrix> tables;
  std::vector<double> wanted;
  std::int64_t kinds = 3;
  std::int64_t samples() const override { return std::ssize(wanted); }
  std::int64_t classes() const override { return kinds; }
  double target(std::int64_t s) const override { return wanted[static_cast<std::size_t>(s)]; }
  double noise_variance() const override { return kinds == 0 ? 0.25 : 0; }
  void predict(const ConstVectorRef& x, Matrix& out) const override { out = tables[static_cast<std::size_t>(x[0])]; }
};

}  // namespace

TEST_CASE("effective sample sizes and R-hat of three small sets of chains are what plain sums give, to 1e-9") {
  struct Case {
    const char* name;
    double rho, apart;
    Eigen::Index chains, draws;
    std::int64_t seed;
    double figures[5];
  };
  // tools/papers/chain_diagnostics.py
  const Case cases[] = {
      {"mixing", 0.5, 0.0, 4, 60, 1, {89.8864400459, 90.7050380646, 140.321018064, 1.02459471739, 1.00731231276}},
      {"apart", 0.8, 3.0, 3, 41, 2, {11.8138685845, 10.6623995927, 23.1094284501, 1.19783091899, 1.17298006028}},
      {"alternating", -0.3, 0.0, 2, 100, 3, {327.720455525, 341.921058416, 166.476223877, 0.999159011511, 0.999127133095}},
  };
  constexpr std::int64_t prime = 2147483647;
  for (const auto& c : cases) {
    Matrix x(c.chains, c.draws);
    for (Eigen::Index s = 0; s < c.chains; ++s) {
      std::int64_t state = 1000 * (s + 1) + c.seed;
      double last = static_cast<double>(s + 1) * c.apart;
      for (Eigen::Index k = 0; k < c.draws; ++k) {
        state = 16807 * state % prime;
        last = x(s, k) = c.rho * last + (static_cast<double>(state) / static_cast<double>(prime) - 0.5);
      }
    }
    CAPTURE(c.name);
    CHECK(metric::effective_sample_size(x) == Approx(c.figures[0]).epsilon(1e-9));
    CHECK(metric::bulk_effective_sample_size(x) == Approx(c.figures[1]).epsilon(1e-9));
    CHECK(metric::tail_effective_sample_size(x) == Approx(c.figures[2]).epsilon(1e-9));
    CHECK(metric::r_hat(x) == Approx(c.figures[3]).epsilon(1e-9));
    CHECK(metric::plain_r_hat(x) == Approx(c.figures[4]).epsilon(1e-9));
  }
}

TEST_CASE("draws of an autoregression with rho = -.3, 0, .5 and .9 are worth (1 - rho)/(1 + rho) of themselves, to 10 %") {
  for (const double rho : {-0.3, 0.0, 0.5, 0.9}) {
    const Matrix x = autoregressive(rho, 8, 4000, 5);  // the estimate of 1/N varies by about 4 %
    const double share = (1 - rho) / (1 + rho), all = static_cast<double>(x.size());
    CAPTURE(rho);
    CHECK(metric::effective_sample_size(x) / all == Approx(share).epsilon(0.1));
    CHECK(metric::bulk_effective_sample_size(x) / all == Approx(share).epsilon(0.1));
    CHECK(metric::bulk_effective_sample_size((x.array() * 2 + 7).cube().matrix()) / all == Approx(share).epsilon(0.1));  // ranks
  }
}

TEST_CASE("R-hat of independent chains is below 1.01; of chains √(1 + v) apart by means of variance v; of unequal scales above 1.1") {
  const Matrix x = autoregressive(0, 4, 1000, 8);
  CHECK(metric::r_hat(x) < 1.01);
  CHECK(metric::r_hat(x) > 0.998);
  Matrix apart = x;
  for (Eigen::Index s = 0; s < 4; ++s) apart.row(s).array() += 2.0 * static_cast<double>(s);
  // Means 0, 2, 4, 6, each of two halves: sample variance 2 Σ (m − 3)²/7 = 40/7.
  CHECK(metric::plain_r_hat(apart) == Approx(std::sqrt(1 + 40.0 / 7)).epsilon(0.03));
  CHECK(metric::r_hat(apart) > 1.5);
  Matrix scaled = x;
  scaled.row(0) *= 4;
  CHECK(metric::plain_r_hat(scaled) < 1.01);
  CHECK(metric::r_hat(scaled) > 1.1);
  Matrix drifting = x;
  for (Eigen::Index k = 500; k < 1000; ++k) drifting.col(k).array() += 2;
  CHECK(metric::r_hat(drifting) > 1.2);
}

TEST_CASE("three draws a chain, equal draws and draws that are not finite have no effective sample size and no R-hat") {
  Matrix bad = autoregressive(0, 2, 10, 1);
  bad(1, 4) = std::nan("");
  for (const Matrix& x : {autoregressive(0, 2, 3, 1), Matrix(Matrix::Constant(2, 10, 1.5)), bad, Matrix(0, 10)}) {
    CHECK(std::isnan(metric::effective_sample_size(x)));
    CHECK(std::isnan(metric::bulk_effective_sample_size(x)));
    CHECK(std::isnan(metric::tail_effective_sample_size(x)));
    CHECK(std::isnan(metric::r_hat(x)));
  }
  CHECK(metric::effective_sample_size(autoregressive(0, 2, 4, 1)) > 0);
}

TEST_CASE("hosts with 5, 12 and 12 draws at strides 4, 1 and 2 give chains of 3 draws at the same own updates") {
  const auto counted = [](std::int64_t count, std::int64_t keep) {
    double now = 0;
    return test::draws_of(2, 1, count, [&](std::span<double> x) { ++now, x[0] = now, x[1] = -now; }, {{}, 1, 0, keep});
  };
  const trace::Draws a = counted(12, 4), b = counted(12, 20), c = counted(24, 12);
  REQUIRE((a.stride() == 4 && b.stride() == 1 && c.stride() == 2));
  const std::vector<const trace::Draws*> hosts{&a, &b, &c};
  const trace::Chains chains(hosts);
  CHECK(chains.chains() == 6);
  CHECK(chains.spacing() == 4);
  const Matrix x = chains.coordinate(0);
  REQUIRE(x.cols() == 3);
  for (Eigen::Index s = 0; s < 6; ++s)
    for (Eigen::Index k = 0; k < 3; ++k) CHECK(x(s, k) == (s % 2 == 0 ? 1 : -1) * (1 + 4.0 * static_cast<double>(k)));
  CHECK(trace::Chains(hosts, 2).chains() == 2);
  CHECK(trace::Chains(hosts, 2).all_chains() == 6);
  CHECK(trace::Chains(hosts, 6, 2).spacing() == 8);
  CHECK(trace::pooled_count(hosts) == 2 * (a.count() + b.count() + c.count()));
  CHECK(trace::pooled_draws(hosts, 1000).rows() == trace::pooled_count(hosts));
  CHECK(trace::pooled_draws(hosts, 1000).sum() == 0);
  CHECK(trace::pooled_draws(hosts, 7).rows() == 7);
}

TEST_CASE("the kernel Stein discrepancy of one point is √(‖s‖² + d), and of the points 0 and 1 of N(0, 1) is √1.939 / 2") {
  CHECK(metric::kernel_stein_discrepancy((Matrix(1, 2) << 3, 4).finished(), (Matrix(1, 2) << -3, -4).finished()) ==
        Approx(std::sqrt(27.0)));
  // k_p(0,0) = 1, k_p(1,1) = 2, k_p(0,1) = 0 + (0 − (−1))(0 − 1)/2^1.5 + 1/2^1.5 − 3/2^2.5 = −3/2^2.5.
  const double expected = std::sqrt(3 - 6 / std::pow(2, 2.5)) / 2;
  CHECK(metric::kernel_stein_discrepancy((Matrix(2, 1) << 0, 1).finished(), (Matrix(2, 1) << 0, -1).finished()) ==
        Approx(expected));
  CHECK(std::isnan(metric::kernel_stein_discrepancy(Matrix(0, 2), Matrix(0, 2))));
}

TEST_CASE("the discrepancy of n normal draws falls as n^(-1/2): 2d/n is the mean of its square; of shifted draws it stays") {
  constexpr Eigen::Index d = 3;
  const auto square = [&](Eigen::Index n, double shift, std::uint64_t seed) {
    Stream random(seed, Purpose::test);
    Matrix x(n, d);
    for (Eigen::Index k = 0; k < x.size(); ++k) x.data()[k] = random.normal() + shift;
    return std::pow(metric::kernel_stein_discrepancy(x, -x), 2);
  };
  for (const Eigen::Index n : {10, 100}) {
    double sum = 0;
    for (std::uint64_t seed = 1; seed <= 100; ++seed) sum += square(n, 0, seed);
    CHECK(sum / 100 == Approx(2.0 * d / static_cast<double>(n)).epsilon(0.1));  // the mean of 100 varies by 3 %
  }
  CHECK(square(400, 0, 7) < 4.0 * d / 400);
  const double shifted = square(400, 1, 7);
  CHECK(shifted > 0.3);
  CHECK(square(100, 1, 7) == Approx(shifted).epsilon(0.5));
}

TEST_CASE("the distance of normal laws is |s - t| on a line, the norm of differences of roots where covariances commute, ‖m - n‖ for equal ones") {
  const auto line = [](double m, double v, double n, double w) {
    return metric::gaussian_distance(Vector::Constant(1, m), Matrix::Constant(1, 1, v), Vector::Constant(1, n), Matrix::Constant(1, 1, w));
  };
  CHECK(line(0, 4, 0, 9) == Approx(1));
  CHECK(line(1, 4, 4, 4) == Approx(3));
  CHECK(line(0, 0, 0, 2.25) == Approx(1.5));
  // Both covariances have the axes (3, 4)/5 and (−4, 3)/5.
  Matrix axes(2, 2);
  axes << 0.6, -0.8, 0.8, 0.6;
  const Matrix c = axes * Vector((Vector(2) << 1, 9).finished()).asDiagonal() * axes.transpose();
  const Matrix d = axes * Vector((Vector(2) << 4, 25).finished()).asDiagonal() * axes.transpose();
  const Vector m = Vector::Zero(2), n = (Vector(2) << 2, 0).finished();
  CHECK(metric::gaussian_distance(m, c, m, d) == Approx(std::sqrt(1 + 4)));
  CHECK(metric::gaussian_distance(m, c, n, d) == Approx(std::sqrt(4 + 1 + 4)));
  CHECK(metric::gaussian_distance(m, c, m, c) < 1e-6);
  // Not commuting, 2×2: tr (C^½ D C^½)^½ = √(tr CD + 2 √(det C det D)).
  const Matrix e = (Matrix(2, 2) << 2, 0, 0, 0.5).finished();
  const double cross = std::sqrt((c * e).trace() + 2 * std::sqrt(9.0 * 1.0));
  CHECK(metric::gaussian_distance(m, c, m, e) == Approx(std::sqrt(10 + 2.5 - 2 * cross)));
}

TEST_CASE("metrics of draws: the moments of four known draws, and NaN of fewer than four") {
  const auto target = standard_normal(2);
  // (±1, 0), (0, ±3) about (2, 0): covariance diag(2/3, 6).
  const double points[4][2] = {{3, 0}, {1, 0}, {2, 3}, {2, -3}};
  const auto four = [&](std::int64_t count) {
    int next = 0;
    return test::draws_of(1, 2, count, [&](std::span<double> x) { x[0] = points[next][0], x[1] = points[next][1], ++next; });
  };
  const trace::Draws draws = four(4), few = four(3);
  const auto snapshot = seen(target, {&draws});
  CHECK(value("posterior_mean_error", snapshot) == Approx(2));
  CHECK(value("posterior_covariance_error", snapshot) == Approx(std::sqrt(1.0 / 9 + 25) / std::sqrt(2.0)));
  CHECK(value("wasserstein_2", snapshot) == Approx(std::sqrt(4 + std::pow(std::sqrt(2.0 / 3) - 1, 2) + std::pow(std::sqrt(6.0) - 1, 2))));
  for (const char* name : {"posterior_mean_error", "posterior_covariance_error", "wasserstein_2", "effective_sample_size",
                           "effective_sample_size_tail", "r_hat", "relative_mcse"})
    CHECK(std::isnan(value(name, seen(target, {&few}))));
  CHECK(!metric::find_metric("effective_sample_size")->applies(seen(target, {})));
  auto unknown = standard_normal(2);
  unknown.gaussian = false;
  CHECK(!metric::find_metric("wasserstein_2")->applies(seen(unknown, {&draws})));
  CHECK(metric::find_metric("posterior_mean_error")->applies(seen(unknown, {&draws})));
  unknown.known = false;
  CHECK(!metric::find_metric("posterior_mean_error")->applies(seen(unknown, {&draws})));
  CHECK(metric::find_metric("kernel_stein_discrepancy")->applies(seen(unknown, {&draws})));
}

TEST_CASE("metrics of draws take the worst coordinate, count chains that are left out, and use the scores of F/T") {
  Stream random(3, Purpose::test);
  const auto target = standard_normal(2);
  std::vector<double> slow(300);
  for (double& x : slow) x = random.normal();
  const auto draws = test::draws_of(300, 2, 200, [&](std::span<double> x) {
    for (std::size_t p = 0; p < 300; ++p) {
      slow[p] = 0.5 * slow[p] + std::sqrt(0.75) * random.normal();
      x[2 * p] = random.normal();
      x[2 * p + 1] = slow[p];
    }
  });
  auto snapshot = seen(target, {&draws});
  CHECK(value("effective_sample_size", snapshot) == Approx(300 * 200 / 3.0).epsilon(0.1));
  CHECK(value("relative_mcse", snapshot) == Approx(std::sqrt(3 / (300 * 200.0))).epsilon(0.06));
  CHECK(value("effective_sample_size_tail", snapshot) > 300 * 200 / 4.0);
  CHECK(value("r_hat", snapshot) == Approx(1).margin(0.02));
  const double right = value("kernel_stein_discrepancy", snapshot);  // of 500 points
  CHECK(right < 2 * std::sqrt(4 / 500.0));
  snapshot.temperature = 4;
  CHECK(value("kernel_stein_discrepancy", snapshot) > 3 * right);
}

TEST_CASE("the calibration error by hand: bins of .95, .65 and .55, a tie, and 1; of a calibrated predictor it is small") {
  Matrix p(5, 2);
  p << 0.95, 0.05, 0.35, 0.65, 0.55, 0.45, 0.5, 0.5, 1, 0;
  const std::vector<double> classes{0, 1, 1, 1, 0};
  // .95 and 1 share (14/15, 1]: |2 − 1.95|; .65: |1 − .65|; .55: |0 − .55|; .5: |0 − .5|, all in bins of their own.
  CHECK(metric::calibration_error(p, classes) == Approx((0.05 + 0.35 + 0.55 + 0.5) / 5));
  Stream random(4, Purpose::test);
  constexpr Eigen::Index n = 20'000;
  Matrix calibrated(n, 2), sure(n, 2);
  std::vector<double> labels(n);
  for (Eigen::Index s = 0; s < n; ++s) {
    const double q = random.uniform();
    calibrated.row(s) << q, 1 - q;
    sure.row(s) << (q > 0.5 ? 0.99 : 0.01), (q > 0.5 ? 0.01 : 0.99);
    labels[static_cast<std::size_t>(s)] = random.uniform() < q ? 0 : 1;
  }
  CHECK(metric::calibration_error(calibrated, labels) < 0.015);
  CHECK(metric::calibration_error(sure, labels) == Approx(0.99 - 0.75).margin(0.015));
}

TEST_CASE("predictions average densities over draws, and are those of the estimate where there are none") {
  TableModel model;
  model.tables = {(Matrix(2, 3) << 0.8, 0.1, 0.1, 0.2, 0.5, 0.3).finished(), (Matrix(2, 3) << 0.2, 0.7, 0.1, 0.2, 0.1, 0.7).finished()};
  model.wanted = {0, 2};
  auto target = standard_normal(1);
  target.model = &model;
  const auto at_estimate = seen(target, {});  // table 0
  CHECK(value("predictive_log_likelihood", at_estimate) == Approx((std::log(0.8) + std::log(0.3)) / 2));
  CHECK(value("predictive_accuracy", at_estimate) == Approx(0.5));
  CHECK(value("calibration_error", at_estimate) == Approx((0.2 + 0.5) / 2));
  CHECK(!metric::find_metric("predictive_rmse")->applies(at_estimate));
  int next = 0;
  const auto draws = test::draws_of(1, 1, 4, [&](std::span<double> x) { x[0] = next++ % 2; });
  const auto sampled = seen(target, {&draws});  // .5 .4 .1 and .2 .3 .5
  CHECK(value("predictive_log_likelihood", sampled) == Approx(std::log(0.5)));
  CHECK(value("predictive_accuracy", sampled) == 1);
  CHECK(value("calibration_error", sampled) == Approx(0.5));
  const trace::Draws none({}, 1, 1);
  CHECK(std::isnan(value("predictive_log_likelihood", seen(target, {&none}))));

  model.kinds = 0;
  model.tables = {(Matrix(2, 1) << 1, 2).finished(), (Matrix(2, 1) << 3, 2).finished()};
  model.wanted = {2, 1};
  CHECK(value("predictive_rmse", sampled) == Approx(std::sqrt(0.5)));  // means 2 and 2
  const double at_one = -0.5 * std::log(2 * std::acos(-1.0) * 0.25) - 1 / 0.5;  // of a distance of 1
  CHECK(value("predictive_log_likelihood", sampled) == Approx(at_one));
  CHECK(!metric::find_metric("predictive_accuracy")->applies(sampled));
}

TEST_CASE("best_value is the least F of the particles, spread the mean of their groups' root mean square distances") {
  const auto target = standard_normal(2);
  auto snapshot = seen(target, {});
  CHECK(!metric::find_metric("best_value")->applies(snapshot));
  const std::vector<double> one{3, 0, 1, 0}, other{0, 4, 0, -4, 3, 0, -3, 0};
  snapshot.particles = {one, other};
  snapshot.goal.factor = 10;
  CHECK(value("best_value", snapshot) == Approx(5));
  CHECK(value("spread", snapshot) == Approx((1 + std::sqrt(12.5)) / 2));
}
