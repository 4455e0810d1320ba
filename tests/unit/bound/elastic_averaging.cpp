// The law and the stability of elastic averaging: against Lyapunov's equation, spectral radii, and runs made by hand.
#include <cmath>

#include "core/base/dense.hpp"
#include "core/base/random.hpp"
#include "core/bound/bound.hpp"
#include "core/bound/elastic_averaging.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/algorithm/quadratics.hpp"

using namespace taubar;
using namespace taubar::test;

namespace {

/// A round of (x̃, x_1 … x_p).
Matrix round_matrix(int p, double step_times_h, double alpha) {
  Matrix m = Matrix::Identity(p + 1, p + 1) * (1 - step_times_h - alpha);
  m.row(0).setConstant(alpha);
  m.col(0).setConstant(alpha);
  m(0, 0) = 1 - p * alpha;
  return m;
}
/// Of (x̃, mean of the x_i).
Matrix mean_round_matrix(double p, double step_times_h, double alpha) {
  Matrix m(2, 2);
  m << 1 - p * alpha, p * alpha, alpha, 1 - alpha - step_times_h;
  return m;
}

/// X = M X Mᵀ + Q by doubling, 2^14 terms.
Matrix lyapunov(Matrix m, Matrix q) {
  for (int i = 0; i < 14; ++i) {
    q += (m * q * m.transpose()).eval();
    m = (m * m).eval();
  }
  return q;
}
Matrix noise(Eigen::Index n, double step, double variance) {
  Matrix q = Matrix::Identity(n, n) * (step * step * variance);
  q(0, 0) = 0;
  return q;
}

/// (pαη/(γ−φ))² ( γ²/(1−γ²) + φ²/(1−φ²) − 2γφ/(1−γφ) )/p, as published.
double as_published(double p, double step, double h, double alpha) {
  const auto [g, f] = bound::elastic_roots(p, step * h, alpha);
  return std::pow(p * alpha * step / (g - f), 2) * (g * g / (1 - g * g) + f * f / (1 - f * f) - 2 * g * f / (1 - g * f)) / p;
}

double spectral_radius(const Matrix& m) { return eigenvalues(m).cwiseAbs().maxCoeff(); }
/// The largest singular value.
double norm_of(const Matrix& m) { return std::sqrt(symmetric_eigenvalues(m.transpose() * m).maxCoeff()); }
/// Worker 1, then worker 2, …, then worker p, h = 1.
double radius_of_turns(int p, double eta, double alpha) {
  Matrix product = Matrix::Identity(p + 1, p + 1);
  for (int i = 1; i <= p; ++i) {
    Matrix exchange = Matrix::Identity(p + 1, p + 1);
    exchange(0, 0) = 1 - alpha;
    exchange(0, i) = exchange(i, 0) = alpha;
    exchange(i, i) = 1 - alpha - eta;
    product = (exchange * product).eval();
  }
  return spectral_radius(product);
}
template <class Radius>
double largest_stable(const Radius& radius) {
  double stable = 1e-3, unstable = 2;
  for (int i = 0; i < 50; ++i) {
    const double alpha = (stable + unstable) / 2;
    (radius(alpha) < 1 ? stable : unstable) = alpha;
  }
  return stable;
}

/// p workers on f_i = h/2 ‖x − 1‖², d coordinates, normal noise of variance 1 a coordinate, from x = 0.
struct Stage {
  explicit Stage(std::int64_t d, Eigen::Index p = 4, double h = 1)
      : problem(Matrix::Constant(p, d, h), Matrix::Ones(p, d)),
        graph(topology::Digraph::from_links(static_cast<std::size_t>(p), {}, true)),
        initial(Matrix::Zero(p, d)),
        minimiser(Vector::Ones(d)) {
    setting.problem = &problem;
    setting.graph = &graph;
    setting.initial = &initial;
    setting.minimiser = &minimiser;
    setting.gradient = {problem::GradientRule::Kind::noisy, 1, std::sqrt(static_cast<double>(d))};
    setting.method.name = "elastic_averaging_sgd";
    setting.method.server = true;
    setting.method.batch = 0;
    setting.method.elasticity = 0.05;
    setting.method.step = [](std::int64_t) { return 0.1; };
    trace.server.emplace().updates = 1000;
    trace.steps.assign(static_cast<std::size_t>(p), 1000);
    trace.counts.gradients = 1000 * p;
  }
  bound::Verdict judge(const std::string& name, const Vector& estimate) {
    return bound::judge(*bound::find_bound(name), {setting, trace, nullptr, trace.server, nullptr, 0, estimate});
  }
  bound::Verdict promise(const std::string& name) { return bound::promise(*bound::find_bound(name), setting); }
  /// x* + scale (z_1, …, z_d), standard normal.
  Vector thrown(double scale, std::uint64_t seed) const {
    Stream random(seed, Purpose::test);
    Vector x = minimiser;
    for (auto& value : x) value += scale * random.normal();
    return x;
  }

  Quadratics problem;
  topology::Digraph graph;
  Matrix initial;
  Vector minimiser;
  bound::Setting setting;
  trace::Trace trace;
};

constexpr const char* variance = "elastic_averaging.variance";
constexpr const char* stability = "elastic_averaging.stability";

}  // namespace

TEST_CASE("E11: eta = .1, alpha = .05, p = 4, h = 1 has gamma = .9281, phi = .7219 and a variance of .00762") {
  const auto roots = bound::elastic_roots(4, 0.1, 0.05);
  CHECK(roots.gamma == Approx(0.9281).margin(5e-5));
  CHECK(roots.phi == Approx(0.7219).margin(5e-5));
  CHECK(roots.stable());
  CHECK(bound::centre_variance(4, 0.1, 1, 0.05) == Approx(0.00762).margin(5e-6));
  // The same beta = .2 over many workers.
  CHECK(1e4 * bound::centre_variance(1e4, 0.1, 1, 0.2 / 1e4) == Approx(0.03592).margin(5e-6));
  CHECK(bound::centre_variance_of_many(0.1, 1, 0.2) == Approx(0.03592).margin(5e-6));
}

TEST_CASE("the variance solves Lyapunov's equation of (x̃, x_1 … x_p) to 1e-12, and equals the published form, on 72 settings") {
  for (const int p : {1, 4, 9})
    for (const double h : {0.3, 1.0, 2.5})
      for (const double eta : {0.02, 0.1, 0.35, 0.7})
        for (const double part : {0.2, 0.9}) {
          const double alpha = part * bound::largest_elasticity_of_rounds(p, eta * h);
          const Matrix all = lyapunov(round_matrix(p, eta * h, alpha), noise(p + 1, eta, 1));
          CAPTURE(p, h, eta, alpha);
          CHECK(bound::centre_variance(p, eta, h, alpha) == Approx(all(0, 0)).epsilon(1e-12));
          CHECK(as_published(p, eta, h, alpha) == Approx(all(0, 0)).epsilon(1e-10));
        }
}

TEST_CASE("p times the variance of 10,000 workers solves Lyapunov's equation to 1e-12 and is within 1e-3 of its limit") {
  for (const double beta : {0.2, 0.9, 1.5})
    for (const double h : {0.5, 2.0}) {
      const double p = 1e4;
      const Matrix mean = lyapunov(mean_round_matrix(p, 0.1 * h, beta / p), noise(2, 0.1, 1 / p));
      CHECK(bound::centre_variance(p, 0.1, h, beta / p) == Approx(mean(0, 0)).epsilon(1e-12));
      CHECK(p * bound::centre_variance(p, 0.1, h, beta / p) == Approx(bound::centre_variance_of_many(0.1, h, beta)).epsilon(1e-3));
      CHECK(1e8 * bound::centre_variance(1e8, 0.1, h, beta / 1e8) == Approx(bound::centre_variance_of_many(0.1, h, beta)).epsilon(1e-7));
    }
}

TEST_CASE("what is missing of the variance after 1 to 60 rounds is what Lyapunov's recursion has not yet, to 1e-12, with roots of both signs") {
  for (const double alpha : {0.05, 0.35}) {
    const Matrix m = mean_round_matrix(4, 0.1, alpha), q = noise(2, 0.1, 0.25);
    const double whole = lyapunov(m, q)(0, 0);
    const auto roots = bound::elastic_roots(4, 0.1, alpha);
    CHECK((roots.phi < 0) == (alpha > 0.1));
    Matrix now = Matrix::Zero(2, 2);
    for (int k = 1; k <= 60; ++k) {
      now = (m * now * m.transpose() + q).eval();
      CHECK(bound::centre_variance_missing(roots, k) == Approx(1 - now(0, 0) / whole).margin(1e-12));
    }
  }
}

TEST_CASE("rounds: the spectral radius of (x̃, x_1 … x_p) is max(|gamma|, |phi|), and passes 1 at the largest elasticity") {
  for (const int p : {1, 2, 5, 12})
    for (const double eta : {0.1, 0.5, 1.0, 1.5}) {
      const double limit = bound::largest_elasticity_of_rounds(p, eta);
      for (const double part : {0.3, 0.99, 1.05}) {
        const auto roots = bound::elastic_roots(p, eta, part * limit);
        const double radius = spectral_radius(round_matrix(p, eta, part * limit));
        CHECK(radius == Approx(std::max(std::abs(roots.gamma), std::abs(roots.phi))).epsilon(1e-12));
        CHECK(roots.stable() == (part < 1));
      }
    }
}

TEST_CASE("turns: (4 − 2 eta)/(4 − eta) is exact for p = 1, 3, 5, 7, and for p = 2 leaves .891, .707, .414 at eta = .5, 1, 1.5") {
  const double etas[] = {0.5, 1, 1.5}, published[] = {0.857, 0.667, 0.400}, even[] = {0.891, 0.707, 0.414};
  for (int e = 0; e < 3; ++e) {
    const double limit = bound::largest_elasticity_of_turns(etas[e]);
    CHECK(limit == Approx(published[e]).margin(5e-4));
    for (int p = 1; p <= 8; ++p) {
      const double exact = largest_stable([&](double alpha) { return radius_of_turns(p, etas[e], alpha); });
      CAPTURE(p, etas[e], exact);
      if (p % 2 == 1) CHECK(exact == Approx(limit).margin(1e-6));
      if (p % 2 == 0) CHECK(exact > limit + 1e-4);
      if (p == 2) CHECK(exact == Approx(even[e]).margin(5e-4));
    }
  }
}

TEST_CASE("no product of 200 exchanges in random order, with curvatures between mu and L, has a norm above 1 at the largest elasticity") {
  Stream random(11, Purpose::test);
  for (int trial = 0; trial < 20; ++trial) {
    const int p = 2 + trial % 5;
    const double eta = 0.2 + 0.08 * trial, alpha = bound::largest_elasticity_of_turns(eta);  // L = 1
    Matrix product = Matrix::Identity(p + 1, p + 1);
    for (int k = 0; k < 200; ++k) {
      const auto i = static_cast<Eigen::Index>(1 + random.below(static_cast<std::uint64_t>(p)));
      Matrix exchange = Matrix::Identity(p + 1, p + 1);
      exchange(0, 0) = 1 - alpha;
      exchange(0, i) = exchange(i, 0) = alpha;
      exchange(i, i) = 1 - alpha - eta * (0.1 + 0.9 * random.uniform());
      product = (exchange * product).eval();
      REQUIRE(norm_of(product) <= 1 + 1e-12);
    }
  }
}

TEST_CASE("elastic_averaging.variance accepts the law's own draws in 200 of 200 cases at d = 1, 20 and 500, and no other variance at d = 2,000") {
  const double sd = std::sqrt(bound::centre_variance(4, 0.1, 1, 0.05));
  for (const std::int64_t d : {1, 20, 500}) {  // 600 correct runs: a false alarm in 1,600 of these tests
    Stage stage(d);
    int holds = 0;
    for (std::uint64_t seed = 1; seed <= 200; ++seed)
      holds += stage.judge(variance, stage.thrown(sd, seed)).outcome == bound::Outcome::holds;
    CHECK(holds == 200);
    CHECK(stage.judge(variance, stage.thrown(sd, 1)).vacuous == (d < 100));
  }
  Stage stage(2000);
  for (const double factor : {0.7, 1.4}) {
    const auto verdict = stage.judge(variance, stage.thrown(std::sqrt(factor) * sd, 3));
    CHECK(verdict.outcome == bound::Outcome::violated);
    CHECK(*verdict.slack_decades < 0);
    CHECK(!verdict.vacuous);
  }
  CHECK(stage.judge(variance, Vector::Constant(2000, std::nan(""))).outcome == bound::Outcome::violated);
  const auto promised = stage.promise(variance);
  CHECK(promised.outcome == bound::Outcome::reported);
  CHECK(*promised.limit == Approx(sd * sd).epsilon(1e-12));
}

TEST_CASE("the ends of the interval leave Chernoff's log(2e6) to each side at d = 1, 10 and 1,000") {
  for (const std::int64_t d : {1, 10, 1000}) {
    Stage stage(d);
    const auto verdict = stage.judge(variance, stage.minimiser + Vector::Constant(d, 0.08));
    const double law = bound::centre_variance(4, 0.1, 1, 0.05);
    int ends = 0;
    for (const auto& c : verdict.constants) {
      if (c.name != "interval, lower end" && c.name != "interval, upper end") continue;
      const double u = c.value / law;
      CHECK((u < 1) == (c.name == "interval, lower end"));
      CHECK(static_cast<double>(d) / 2 * (u - 1 - std::log(u)) == Approx(std::log(2e6)).epsilon(1e-9));
      ++ends;
    }
    CHECK(ends == 2);
  }
}

TEST_CASE("elastic_averaging.variance does not apply: to turns, periods, falling steps, two curvatures, other data, no noise, 20 rounds, instability") {
  const auto outcome = [](const std::function<void(Stage&)>& change) {
    Stage stage(50);
    change(stage);
    const auto verdict = stage.judge(variance, stage.minimiser);
    CHECK((verdict.outcome == bound::Outcome::violated || !verdict.reason.empty()));
    return verdict.outcome;
  };
  CHECK(outcome([](Stage&) {}) == bound::Outcome::violated);  // x̃ = x* exactly: noise has been left out
  const std::function<void(Stage&)> changes[] = {
      [](Stage& s) { s.setting.method.asynchronous = true; },
      [](Stage& s) { s.setting.method.exchange_period = 2; },
      [](Stage& s) { s.setting.method.step = [](std::int64_t k) { return k < 900 ? 0.1 : 0.05; }; },
      [](Stage& s) { s.setting.method.name = "minibatch_sgd"; },
      [](Stage& s) { s.setting.gradient = {}; },
      [](Stage& s) { s.setting.minimiser = nullptr; },
      [](Stage& s) { s.setting.method.elasticity = 0.5; },
      [](Stage& s) { s.trace.server->updates = 20; },
      [](Stage& s) { s.trace.server.reset(); },
      [](Stage& s) {
        Matrix a = Matrix::Constant(4, 50, 1);
        a.col(7).setConstant(1.001);
        s.problem = Quadratics(a, Matrix::Ones(4, 50));
      },
      [](Stage& s) {
        Matrix b = Matrix::Ones(4, 50);
        b(2, 3) = 1.5;
        s.problem = Quadratics(Matrix::Ones(4, 50), b);
      },
  };
  for (const auto& change : changes) CHECK(outcome(change) == bound::Outcome::does_not_apply);
}

TEST_CASE("elastic_averaging.stability: without noise 30 rounds are judged by r^30, and r is max(|gamma(mu)|, |phi(L)|)") {
  Stage stage(2);
  Matrix a(4, 2);
  a << 1, 0.2, 0.9, 0.4, 0.5, 0.3, 1, 1;
  stage.problem = Quadratics(a, Matrix::Ones(4, 2));
  stage.setting.gradient = {};
  stage.trace.server->updates = 30;
  const double start = std::sqrt(10.0);  // 5 vectors at √2 from x*
  const double r = std::max(bound::elastic_roots(4, 0.02, 0.05).gamma, std::abs(bound::elastic_roots(4, 0.1, 0.05).phi));
  const double limit = std::pow(r, 30) * start;
  const Vector along = Vector::Constant(2, std::sqrt(0.5));
  CHECK(*stage.judge(stability, stage.minimiser).limit == Approx(limit).epsilon(1e-12));
  CHECK(stage.judge(stability, stage.minimiser + 0.999 * limit * along).outcome == bound::Outcome::holds);
  CHECK(stage.judge(stability, stage.minimiser + 1.001 * limit * along).outcome == bound::Outcome::violated);
  // The recursion itself, curvature by curvature.
  for (Eigen::Index c = 0; c < 2; ++c) {
    Matrix m = round_matrix(4, 0, 0.05);
    for (Eigen::Index i = 0; i < 4; ++i) m(i + 1, i + 1) -= 0.1 * a(i, c);
    CHECK(norm_of(m) <= r + 1e-12);
    CHECK(norm_of(m) > 0.9 * r);
  }
}

TEST_CASE("elastic_averaging.stability does not apply: to elasticities beyond the limit, overlapping exchanges, different minimisers, samples") {
  Stage stage(3);
  stage.setting.method.elasticity = bound::largest_elasticity_of_rounds(4, 0.1);
  CHECK(stage.judge(stability, stage.minimiser).outcome == bound::Outcome::holds);
  stage.setting.method.elasticity *= 1.001;
  CHECK(stage.judge(stability, stage.minimiser).outcome == bound::Outcome::does_not_apply);
  stage.setting.method.asynchronous = true;  // (4 − .2)/(4 − .1) allows more
  CHECK(stage.judge(stability, stage.minimiser).outcome == bound::Outcome::holds);
  CHECK(*stage.promise(stability).limit == Approx(3.8 / 3.9).epsilon(1e-12));
  stage.trace.staleness.add(1);
  const auto overlapping = stage.judge(stability, stage.minimiser);
  CHECK(overlapping.outcome == bound::Outcome::does_not_apply);
  CHECK(overlapping.reason.find("one after the other") != std::string::npos);
  stage.setting.method.asynchronous = false;
  stage.setting.method.elasticity = 0.05;
  CHECK(stage.judge(stability, stage.minimiser).outcome == bound::Outcome::holds);
  stage.setting.gradient = {problem::GradientRule::Kind::single_sample, 1, 0};
  stage.setting.method.step = [](std::int64_t) { return 2.1; };
  CHECK(stage.judge(stability, stage.minimiser).outcome == bound::Outcome::does_not_apply);
  stage.setting.method.step = [](std::int64_t) { return 0.1; };
  Matrix b = Matrix::Ones(4, 3);
  b(0, 0) = 1.001;
  stage.problem = Quadratics(Matrix::Ones(4, 3), b);
  CHECK(stage.judge(stability, stage.minimiser).outcome == bound::Outcome::does_not_apply);
}
