// Posteriors against quadrature, closed forms and symmetries.
#include <cmath>

#include "core/base/dense.hpp"
#include "core/base/error.hpp"
#include "core/problem/predictor.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/problem/problems.hpp"

using namespace taubar;
using namespace taubar::test;

namespace {

// Eight labelled points of the plane; two more to predict.
const double points[][3] = {{1, 0.5, 1},   {2, -1, 1},   {-0.5, 1, 1}, {0.3, 0.2, 1},
                            {-1, -1, -1}, {0.5, -2, -1}, {-2, 0.1, -1}, {1, 1.5, -1}};
const double asked[][2] = {{1.5, 0}, {-1, 1}};
constexpr double prior_sigma = 1.5;

std::string rows_of_points() {
  std::string rows;
  for (const auto& [a, b, y] : points)
    rows += std::to_string(a) + "," + std::to_string(b) + "," + std::to_string(y) + "\n";
  return rows;
}

std::shared_ptr<const problem::Problem> plane_problem(const TemporaryDirectory& directory, std::int64_t agents) {
  const auto train = directory.write("train.csv", rows_of_points());
  const auto test = directory.write("test.csv", "1.5,0,1\n-1,1,-1\n");
  return build_problem(R"({"kind": "bayesian_logistic_regression", "prior_sigma": 1.5, "data": {"file": ")" + train +
                           R"(", "held_out_file": ")" + test + "\"}}",
                       agents);
}

/// −log of the density, by hand.
double plain_potential(double u, double v) {
  double sum = (u * u + v * v) / (2 * prior_sigma * prior_sigma);
  for (const auto& [a, b, y] : points) sum += std::log1p(std::exp(-y * (a * u + b * v)));
  return sum;
}

/// E u, E v, E u², E v², E uv and the predictive probabilities of +1.
using Moments = Eigen::Array<double, 7, 1>;

Moments observables(double u, double v) {
  Moments result;
  result << u, v, u * u, v * v, u * v, 1 / (1 + std::exp(-(asked[0][0] * u + asked[0][1] * v))),
      1 / (1 + std::exp(-(asked[1][0] * u + asked[1][1] * v)));
  return result;
}

/// By the trapezoidal rule on [−12, 12]², which converges geometrically here.
Moments moments_by_quadrature() {
  constexpr int steps = 240;
  Moments sum = Moments::Zero();
  double mass = 0;
  for (int i = 0; i <= steps; ++i)
    for (int j = 0; j <= steps; ++j) {
      const double u = -12 + 0.1 * i, v = -12 + 0.1 * j, density = std::exp(-plain_potential(u, v));
      sum += density * observables(u, v);
      mass += density;
    }
  return sum / mass;
}

/// What a chain of the Metropolis-adjusted Langevin algorithm (Roberts, Tweedie, Bernoulli 2(4), 1996) saw, in
/// batches.
class Chain {
 public:
  explicit Chain(const problem::Problem& problem) : p_(problem), x_(Vector::Zero(2)), g_(gradient_at(problem, x_)) {}

  Moments batch(int steps) {
    Moments sum = Moments::Zero();
    Matrix out;
    for (int step = 0; step < steps; ++step) {
      advance();
      p_.predictor()->predict(x_, out);
      Moments seen = observables(x_[0], x_[1]);
      seen[5] = out(0, 1);
      seen[6] = out(1, 1);
      sum += seen;
    }
    return sum / steps;
  }

 private:
  void advance() {
    Vector noise(2);
    for (double& value : noise) value = stream_.normal();
    const Vector y = x_ - h * g_ + std::sqrt(2 * h) * noise, g = gradient_at(p_, y);
    const double back = (x_ - y + h * g).squaredNorm() / (4 * h), forth = noise.squaredNorm() / 2;
    if (std::log(stream_.uniform()) >= p_.value(x_) - p_.value(y) - back + forth) return;
    x_ = y;
    g_ = g;
  }

  static constexpr double h = 0.3;
  const problem::Problem& p_;
  Vector x_, g_;
  Stream stream_{3, Purpose::test};
};

}  // namespace

TEST_CASE("the potential of logistic regression's posterior is the one written by hand, to 1e-14") {
  const TemporaryDirectory directory;
  const auto p = plane_problem(directory, 2);
  for (std::uint64_t number = 0; number < 20; ++number) {
    const Vector x = random_point(2, number, 2);
    CHECK(p->value(x) == Approx(plain_potential(x[0], x[1])).epsilon(1e-14));
  }
  CHECK(p->constants().strong_convexity == Approx(1 / 2.25).epsilon(1e-15));
  CHECK_FALSE(p->law(1).has_value());
}

// |z| > 5.2 with 39 degrees of freedom has probability 7e-6; 7 observables: a false alarm in 20,000 seeds.
TEST_CASE("a Metropolis-adjusted chain finds 7 moments and predictive probabilities of quadrature within 5.2 errors") {
  const TemporaryDirectory directory;
  const auto p = plane_problem(directory, 1);
  const Moments expected = moments_by_quadrature();
  Chain chain(*p);
  chain.batch(1000);
  constexpr int batches = 40;
  Moments sum = Moments::Zero(), squares = sum;
  for (int b = 0; b < batches; ++b) {
    const Moments mean = chain.batch(500);
    sum += mean;
    squares += mean * mean;
  }
  const Moments mean = sum / batches, deviation = ((squares / batches - mean * mean) / (batches - 1)).sqrt();
  for (int k = 0; k < 7; ++k) {
    INFO("observable " << k << ": " << mean[k] << " against " << expected[k] << " ± " << deviation[k]);
    CHECK(std::abs(mean[k] - expected[k]) < 5.2 * deviation[k]);
    CHECK(deviation[k] < 0.05);
  }
}

TEST_CASE("a linear model with Gaussian noise has the posterior N(m, P⁻¹) of the normal equations, to 1e-12") {
  const TemporaryDirectory directory;
  Eigen::MatrixXd a(9, 3);
  Vector y(9);
  std::string rows;
  for (Eigen::Index s = 0; s < 9; ++s) {
    Vector row = random_point(3, 70 + static_cast<std::uint64_t>(s));
    for (double& value : row) value = std::round(value * 1000) / 1000;
    a.row(s) << row[0], row[1], 1;
    y[s] = row[2];
    for (int j = 0; j < 3; ++j) rows += std::to_string(row[j]) + (j < 2 ? "," : "\n");
  }
  const auto file = directory.write("rows.csv", rows);
  const auto p = build_problem(R"({"kind": "bayesian_neural_network", "layers": [], "task": "regression", "noise": 0.3,
                                   "prior_sigma": 2, "data": {"file": ")" + file + "\"}}",
                               3);
  const Eigen::MatrixXd precision = a.transpose() * a / 0.09 + Eigen::MatrixXd::Identity(3, 3) / 4;
  const Vector mean = solve(precision, a.transpose() * y / 0.09);
  CHECK(gradient_at(*p, mean).norm() < 1e-12 * gradient_at(*p, Vector::Zero(3)).norm());
  for (std::uint64_t number = 0; number < 10; ++number) {
    const Vector x = random_point(3, number), away = x - mean;
    CHECK(p->value(x) - p->value(mean) == Approx(0.5 * away.dot(precision * away)).epsilon(1e-12));
  }
}

TEST_CASE("every agent has U and all 60 samples; with a partition the mean of the f_i is U, and samples add up") {
  for (const std::string head : {R"({"kind": "bayesian_neural_network", "layers": [4])",
                                 R"({"kind": "bayesian_logistic_regression")"}) {
    const std::string data = R"(, "data": {"generator": "sine", "rows": 60})";
    const auto shared = build_problem(head + data + "}", 5);
    const auto parted = build_problem(head + data + R"(, "partition": {"kind": "by_label"}})", 5);
    const Vector x = random_point(shared->dimension(), 1);
    double mean = 0;
    std::int64_t count = 0;
    for (AgentId i = 0; i < 5; ++i) {
      CHECK(shared->local_value(i, x) == shared->value(x));
      CHECK(local_gradient_at(*shared, i, x) == gradient_at(*shared, x));
      CHECK(shared->local_samples(i) == 60);
      mean += parted->local_value(i, x) / 5;
      count += parted->local_samples(i);
    }
    CHECK(parted->value(x) == shared->value(x));
    CHECK(parted->content_hash() == shared->content_hash());
    CHECK(mean == Approx(shared->value(x)).epsilon(1e-13));
    CHECK(std::abs(parted->local_value(0, x) - shared->value(x)) > 1e-3);
    CHECK(count == 60);
    CHECK_THROWS_AS(build_problem(head + data + R"(, "partition": {"kind": "uniform"}})", 61), InputError);
    CHECK(build_problem(head + data + "}", 61)->local_samples(60) == 60);
  }
}

TEST_CASE("a prior of sigma 2 instead of 1 lowers U by 3/8 ‖θ‖², and changes the key; so does the noise") {
  const auto with = [](const std::string& rest) {
    return build_problem(R"({"kind": "bayesian_neural_network", "task": "regression", "layers": [3],
                             "data": {"generator": "sine", "rows": 40})" + rest + "}",
                         2);
  };
  const auto one = with(""), two = with(R"(, "prior_sigma": 2)"), loud = with(R"(, "noise": 0.2)");
  const Vector x = random_point(one->dimension(), 1);
  CHECK(one->value(x) - two->value(x) == Approx(0.375 * x.squaredNorm()).epsilon(1e-10));
  CHECK(one->value(x) - 0.5 * x.squaredNorm() == Approx(4 * (loud->value(x) - 0.5 * x.squaredNorm())).epsilon(1e-12));
  CHECK(one->content_hash() != two->content_hash());
  CHECK(one->content_hash() != loud->content_hash());
  CHECK(one->content_hash() == with(R"(, "noise": 0.1)")->content_hash());
  CHECK(with(R"(, "activation": "relu")")->content_hash() != one->content_hash());
}

TEST_CASE("exchanging two tanh units, or turning the signs of one, leaves U as it is") {
  const auto p = build_problem(R"({"kind": "bayesian_neural_network", "task": "regression", "layers": [3],
                                   "data": {"generator": "sine", "rows": 40}})",
                               1);
  REQUIRE(p->dimension() == 10);  // w₁ w₂ w₃, b₁ b₂ b₃, v₁ v₂ v₃, c
  const Vector x = random_point(10, 4);
  Vector exchanged = x, turned = x;
  for (const Eigen::Index first : {0, 3, 6}) {
    std::swap(exchanged[first], exchanged[first + 2]);
    turned[first + 1] = -turned[first + 1];
  }
  CHECK(p->value(exchanged) == Approx(p->value(x)).epsilon(1e-14));
  CHECK(p->value(turned) == Approx(p->value(x)).epsilon(1e-14));
  CHECK(std::isnan(p->constants().smoothness));
}
