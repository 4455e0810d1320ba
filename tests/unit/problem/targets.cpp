// Test functions and sampling targets against what is known of them.
#include <cmath>

#include "core/base/dense.hpp"
#include "core/base/error.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/problem/problems.hpp"

using namespace taubar;
using namespace taubar::test;

namespace {

struct KnownFunction {
  const char* json;
  double least;  ///< F at its minimiser
  Vector at;     ///< a point …
  double value;  ///< … and F there, by hand
};

Vector point(std::initializer_list<double> values) {
  return ConstVectorView(values.begin(), static_cast<Eigen::Index>(values.size()));
}

/// The values at stated points are by hand: e.g. Rosenbrock's start (−1.2, 1) has 100 (1 − 1.44)² + 2.2²
/// = 24.2.
std::vector<KnownFunction> functions() {
  return {
      {R"({"kind": "rastrigin", "dimension": 2})", 0, point({0.5, 1}), 20.25 + 1},
      {R"({"kind": "ackley", "dimension": 2})", 0, point({1, -1}), 20 * (1 - std::exp(-0.2))},
      {R"({"kind": "rosenbrock", "dimension": 2})", 0, point({-1.2, 1}), 24.2},
      {R"({"kind": "rosenbrock", "dimension": 4})", 0, point({0, 0, 0, 0}), 3},
      {R"({"kind": "griewank", "dimension": 1})", 0, point({M_PI}), 2 + M_PI * M_PI / 4000},
      {R"({"kind": "griewank", "dimension": 3})", 0, point({0, M_PI * std::sqrt(2.0), 0}),
       2 + 2 * M_PI * M_PI / 4000},
      {R"({"kind": "styblinski_tang", "dimension": 2})", 2 * -39.166165703771415, point({1, 0}), -5},
      {R"({"kind": "hartmann6"})", -3.3223680114155147, Vector::Constant(6, 0.5), -0.5053149917022333},
      {R"({"kind": "double_well", "dimension": 2, "distance": 3, "barrier": 2})", 0, point({0, 3}), 2 + 18}};
}

/// ∇²F by central differences of the gradient.
Eigen::MatrixXd hessian(const problem::Problem& p, const Vector& x) {
  constexpr double h = 1e-5;
  Eigen::MatrixXd result(x.size(), x.size());
  for (Eigen::Index j = 0; j < x.size(); ++j) {
    const Vector step = h * Vector::Unit(x.size(), j);
    result.col(j) = (gradient_at(p, x + step) - gradient_at(p, x - step)) / (2 * h);
  }
  return 0.5 * (result + result.transpose());
}

Eigen::VectorXd curvatures(const problem::Problem& p, const Vector& x) {
  return symmetric_eigenvalues(hessian(p, x));
}

/// ∫ y^power exp(−U(y)/T) dy over [−30, 30] by Simpson's rule, in one dimension.
double moment(const problem::Problem& p, double temperature, int power) {
  constexpr int steps = 20000;
  double sum = 0;
  for (int k = 0; k <= steps; ++k) {
    const double y = -30 + 60.0 * k / steps;
    const double weight = k == 0 || k == steps ? 1 : (k % 2 == 1 ? 4 : 2);
    sum += weight * std::pow(y, power) * std::exp(-p.value(Vector::Constant(1, y)) / temperature);
  }
  return sum * 60 / steps / 3;
}

void check_law_by_quadrature(const std::string& json, double temperature) {
  INFO(json);
  const auto p = build_problem(json, 2);
  const auto law = p->law(temperature);
  REQUIRE(law);
  const double mass = moment(*p, temperature, 0), mean = moment(*p, temperature, 1) / mass;
  CHECK(std::abs(law->mean[0] - mean) < 1e-10);
  CHECK(law->covariance(0, 0) == Approx(moment(*p, temperature, 2) / mass - mean * mean).epsilon(1e-9));
}

bool refuses(const std::string& json) {
  try {
    problem_spec(json);
  } catch (const InputError&) {
    return true;
  }
  return false;
}

}  // namespace

TEST_CASE("each test function has the published least value, and values by hand to 1e-14") {
  for (const auto& [json, least, at, value] : functions()) {
    INFO(json);
    const auto p = build_problem(json, 3);
    const auto reference = problem::reference(*p, "");
    REQUIRE(reference);
    CHECK(std::abs(reference->objective - least) < 1e-14 * (1 + std::abs(least)));
    CHECK(std::abs(p->value(at) - value) < 1e-14 * (1 + std::abs(value)));
  }
}

TEST_CASE("at each minimiser ∇²F is positive definite, and none of 10,000 points near and far is lower") {
  for (const auto& known : functions()) {
    INFO(known.json);
    const auto p = build_problem(known.json, 1);
    const auto best = problem::reference(*p, "");
    REQUIRE(best);
    CHECK(curvatures(*p, best->minimiser).minCoeff() > 1e-3);
    Stream stream(12, Purpose::test);
    double lowest = best->objective + 1;
    for (int number = 0; number < 10000; ++number) {
      Vector x = best->minimiser;
      const double reach = number % 2 == 0 ? 5 : 0.3;
      for (double& value : x) value += reach * (2 * stream.uniform() - 1);
      lowest = std::min(lowest, p->value(x));
    }
    CHECK(lowest >= best->objective);
  }
}

TEST_CASE("a centre of 2.5 shifts function, minimiser and law, and changes the key") {
  for (const auto& known : functions()) {
    INFO(known.json);
    std::string shifted(known.json);
    shifted.insert(shifted.size() - 1, R"(, "centre": 2.5)");
    const auto p = build_problem(known.json, 2), q = build_problem(shifted, 2);
    const Vector x = random_point(p->dimension(), 1), y = x.array() + 2.5;
    CHECK(q->value(y) == Approx(p->value(x)).epsilon(1e-12));
    CHECK(q->content_hash() != p->content_hash());
    const auto reference = problem::reference(*q, "");
    REQUIRE(reference);
    CHECK((reference->minimiser.array() - 2.5 - problem::reference(*p, "")->minimiser.array())
              .abs()
              .maxCoeff() < 1e-15);
  }
  CHECK(build_problem(R"({"kind": "double_well", "centre": 2.5})", 1)->law(1)->mean[0] == 2.5);
}

TEST_CASE("the laws of double wells and 1-d mixtures agree with Simpson's rule to 1e-9") {
  for (const double temperature : {0.2, 1.0, 7.0})
    for (const auto* json :
         {R"({"kind": "double_well"})", R"({"kind": "double_well", "distance": 5, "barrier": 3})"})
      check_law_by_quadrature(json, temperature);
  check_law_by_quadrature(R"({"kind": "gaussian_mixture", "means": [[-4], [2], [3]], "weights": [1, 2, 5],
                              "variances": [0.5, 2, 1]})",
                          1);
  const auto p =
      build_problem(R"({"kind": "gaussian_mixture", "means": [[-4], [2]], "variances": [0.5]})", 1);
  CHECK(moment(*p, 1, 0) == Approx(1).epsilon(1e-12));  // U is minus the log of a density
  CHECK_FALSE(p->law(2).has_value());
}

TEST_CASE(
    "a mixture of ±3 with variance 1 has L = 8 at its middle, and U = ½·997² + log 2 + log 2π at (1000, 0)") {
  const auto p = build_problem(R"({"kind": "gaussian_mixture"})", 2);
  CHECK(p->constants().smoothness == Approx(8).epsilon(1e-9));
  CHECK(curvatures(*p, Vector::Zero(2)).cwiseAbs().maxCoeff() == Approx(8).epsilon(1e-6));
  CHECK(p->value(point({1000, 0})) == Approx(0.5 * 997 * 997 + std::log(4 * M_PI)).epsilon(1e-14));
  CHECK(gradient_at(*p, point({1000, 0}))[0] == Approx(997).epsilon(1e-14));
  const auto near = build_problem(R"({"kind": "gaussian_mixture", "means": [[-0.5], [0.5]]})", 2);
  CHECK(near->constants().strong_convexity == Approx(0.75).epsilon(1e-9));  // one mode: 1 − 1/4
  CHECK(curvatures(*near, Vector::Zero(1))[0] == Approx(0.75).epsilon(1e-6));
}

TEST_CASE(
    "a gaussian by its covariance, by its precision and by hand is one target; its law at T = 3 is N(m, "
    "3Σ)") {
  // Σ = (2, 0.6; 0.6, 0.5) has determinant 0.64 and inverse (0.78125, −0.9375; −0.9375, 3.125).
  const auto p =
      build_problem(R"({"kind": "gaussian", "mean": [1, -2], "covariance": [[2, 0.6], [0.6, 0.5]]})", 2);
  const auto q = build_problem(
      R"({"kind": "gaussian", "mean": [1, -2], "precision": [[0.78125, -0.9375], [-0.9375, 3.125]]})", 2);
  Matrix covariance(2, 2);
  covariance << 2, 0.6, 0.6, 0.5;
  for (const auto& target : {p, q}) {
    const auto law = target->law(3);
    REQUIRE(law);
    CHECK(law->gaussian);
    CHECK(law->mean == point({1, -2}));
    CHECK((law->covariance - 3 * covariance).norm() < 1e-14);
    CHECK(target->value(point({2, 0})) ==
          Approx(0.5 * (0.78125 - 2 * 2 * 0.9375 + 4 * 3.125)).epsilon(1e-14));
    const auto eigenvalues = curvatures(*target, Vector::Zero(2));
    CHECK(target->constants().strong_convexity == Approx(eigenvalues[0]).epsilon(1e-6));
    CHECK(target->constants().smoothness == Approx(eigenvalues[1]).epsilon(1e-6));
  }
  const auto diagonal = build_problem(R"({"kind": "gaussian", "dimension": 3, "condition_number": 100})", 2);
  CHECK((diagonal->law(1)->covariance.diagonal() - point({100, 10, 1})).norm() < 1e-12);
  CHECK(diagonal->value(point({1, 1, 1})) == Approx(0.5 * 1.11).epsilon(1e-14));
}

TEST_CASE("what is no law is refused: 9 targets") {
  CHECK(refuses(R"({"kind": "gaussian", "covariance": [[1, 0.5], [0.4, 1]]})"));
  CHECK(refuses(R"({"kind": "gaussian", "covariance": [[1, 2], [2, 1]]})"));
  CHECK(refuses(R"({"kind": "gaussian", "precision": [[1, 0]]})"));
  CHECK(refuses(R"({"kind": "gaussian", "precision": [[1]], "covariance": [[1]]})"));
  CHECK(refuses(R"({"kind": "gaussian", "precision": [[1]], "dimension": 1})"));
  CHECK(refuses(R"({"kind": "gaussian", "mean": [1, 2], "dimension": 3})"));
  CHECK(refuses(R"({"kind": "gaussian_mixture", "weights": [1, 2, 3]})"));
  CHECK(refuses(R"({"kind": "gaussian_mixture", "variances": [1, 2, 3]})"));
  CHECK(refuses(R"({"kind": "rosenbrock", "dimension": 1})"));
  CHECK_FALSE(refuses(R"({"kind": "gaussian_mixture", "weights": [1, 2], "variances": [1, 2]})"));
}
