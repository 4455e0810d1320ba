#include "core/base/error.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/problem/problems.hpp"

using namespace taubar;
using namespace taubar::test;

TEST_CASE("a quadratic of dimension 5 and condition 16 has curvatures 1/16, 1/8, 1/4, 1/2, 1") {
  const auto p = build_problem(
      R"({"kind": "quadratic", "dimension": 5, "condition_number": 16, "heterogeneity": 0})", 3);
  const Vector g = local_gradient_at(*p, 2, Vector::Ones(5));
  for (int j = 0; j < 5; ++j) CHECK(g[j] == Approx(std::pow(2.0, j - 4)).epsilon(1e-14));
  CHECK(p->constants().smoothness == 1.0);
  CHECK(p->constants().strong_convexity == Approx(1.0 / 16).epsilon(1e-14));
  CHECK(p->value(Vector::Ones(5)) == Approx(31.0 / 32).epsilon(1e-14));
}

TEST_CASE("explicit curvatures (1,3) and centres (2,-1): x* = -1/4, F = 27/16 + (x+1/4)² as by hand") {
  const auto p =
      build_problem(R"({"kind": "quadratic", "curvatures": [[1], [3]], "centres": [[2], [-1]]})", 2);
  const auto reference = problem::reference(*p, "");
  REQUIRE(reference);
  CHECK(reference->minimiser[0] == -0.25);
  CHECK(reference->gradient_norm == 0.0);
  // f_1 + f_2 = ½(x−2)² + 3/2 (x+1)²; at −1/4: 81/32 + 27/32; half of it is 27/16.
  CHECK(reference->objective == Approx(27.0 / 16).epsilon(1e-15));
  CHECK(p->value(Vector::Constant(1, 1.75)) == Approx(27.0 / 16 + 4).epsilon(1e-15));
  CHECK(p->local_constants(1).smoothness == 3.0);
  CHECK(p->local_constants(1).strong_convexity == 3.0);
  CHECK(p->constants().smoothness == 2.0);
  // Weighted 2/3, 1/3: (2/3·2 − 1/3·3)/(2/3 + 1) = 1/5.
  CHECK((*p->minimiser({2.0 / 3, 1.0 / 3}, 1e-12, Vector::Zero(1)))[0] == Approx(0.2).epsilon(1e-15));
}

TEST_CASE("exp(−F/T) of curvatures (1,3) and centres (2,-1) at T = 1/2 is N(-1/4, 1/4)") {
  const auto p =
      build_problem(R"({"kind": "quadratic", "curvatures": [[1], [3]], "centres": [[2], [-1]]})", 2);
  const auto law = p->law(0.5);
  REQUIRE(law);
  CHECK(law->gaussian);
  CHECK(law->mean[0] == -0.25);
  CHECK(law->covariance(0, 0) == 0.25);
  CHECK(p->predictor() == nullptr);
}

TEST_CASE("centres have the stated heterogeneity: 4,000 coordinates within 5 standard errors of variance 9") {
  const auto p = build_problem(
      R"({"kind": "quadratic", "dimension": 4, "condition_number": 1, "heterogeneity": 3})", 1000);
  double square = 0;
  for (AgentId i = 0; i < 1000; ++i) square += local_gradient_at(*p, i, Vector::Zero(4)).squaredNorm() / 4000;
  CHECK(std::abs(square - 9) < 5 * 9 * std::sqrt(2.0 / 4000));
}

TEST_CASE("adding an agent moves nobody else's centre") {
  const auto small = build_problem(R"({"kind": "quadratic"})", 4, 3),
             large = build_problem(R"({"kind": "quadratic"})", 5, 3);
  const Vector zero = Vector::Zero(10);
  for (AgentId i = 0; i < 4; ++i)
    CHECK(local_gradient_at(*small, i, zero) == local_gradient_at(*large, i, zero));
}

TEST_CASE("a coordinate without curvature leaves no unique minimiser, and none is reported") {
  const auto p = build_problem(
      R"({"kind": "quadratic", "curvatures": [[1, 0], [3, 0]], "centres": [[2, 1], [-1, 1]]})", 2);
  CHECK_FALSE(problem::reference(*p, "").has_value());
  CHECK_FALSE(p->minimiser({0.7, 0.3}, 1e-12, Vector::Zero(2)).has_value());
}

TEST_CASE("curvatures for 2 agents are refused for 3") {
  const auto spec =
      problem_spec(R"({"kind": "quadratic", "curvatures": [[1], [3]], "centres": [[2], [-1]]})");
  CHECK_THROWS_AS(spec->build(3, 1), InputError);
}
