#include <cmath>
#include <map>

#include "tests/support/allocation_counter.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/problem/problems.hpp"

using namespace taubar;
using namespace taubar::test;
using problem::GradientOracle;
using problem::GradientRule;

namespace {

GradientRule rule(GradientRule::Kind kind, std::int64_t batch = 1, double sigma = 0) {
  GradientRule result;
  result.kind = kind;
  result.batch = batch;
  result.sigma = sigma;
  return result;
}

/// 3 agents with 5 samples each, dimension 5: sample s of an agent has features e_s, so that a gradient shows
/// which samples were drawn.
std::shared_ptr<const problem::Problem> revealing_problem(const TemporaryDirectory& directory) {
  std::string rows;
  for (int i = 0; i < 15; ++i) rows += "1 " + std::to_string(i % 5 + 1) + ":1\n";
  const auto file = directory.write("unit.libsvm", rows);
  return build_problem(
      R"({"kind": "least_squares", "partition": {"kind": "contiguous"}, "data": {"file": ")" + file +
          R"("}})",
      3);
}

}  // namespace

TEST_CASE(
    "a minibatch of 2 of 5 holds 2 different samples, each pair equally often: chi-square below its 1e-6 "
    "quantile") {
  const TemporaryDirectory directory;
  const auto p = revealing_problem(directory);
  GradientOracle oracle(*p, 1, rule(GradientRule::Kind::minibatch, 2), 11);
  CHECK(oracle.samples() == 2);
  std::map<std::pair<int, int>, int> pairs;
  Vector g(5);
  constexpr int draws = 20000;
  for (int draw = 0; draw < draws; ++draw) {
    oracle(Vector::Zero(5), g);
    std::vector<int> drawn;
    for (int j = 0; j < 5; ++j)
      if (g[j] != 0) drawn.push_back(j);
    REQUIRE(drawn.size() == 2);
    // n/N · 5/2 · (−1) in each drawn coordinate.
    CHECK(g[drawn[0]] == Approx(-3.0 / 15 * 5 / 2));
    ++pairs[{drawn[0], drawn[1]}];
  }
  double chi_square = 0;
  for (int i = 0; i < 5; ++i)
    for (int j = i + 1; j < 5; ++j) chi_square += std::pow(pairs[{i, j}] - draws / 10.0, 2) / (draws / 10.0);
  CHECK(chi_square < 45.1);  // 9 degrees of freedom: P(above) = 9e-7
}

TEST_CASE("a minibatch larger than the agent's share is the full gradient; single_sample draws one") {
  const TemporaryDirectory directory;
  const auto p = revealing_problem(directory);
  const Vector x = random_point(5, 1);
  Vector g(5);
  GradientOracle all(*p, 0, rule(GradientRule::Kind::minibatch, 32), 1);
  CHECK(all.samples() == 5);
  all(x, g);
  CHECK((g - local_gradient_at(*p, 0, x)).norm() < 1e-15);
  GradientOracle one(*p, 0, rule(GradientRule::Kind::single_sample), 1);
  CHECK(one.samples() == 1);
  Vector sum = Vector::Zero(5);
  int counts[5] = {};
  for (int draw = 0; draw < 5000; ++draw) {
    one(Vector::Zero(5), g);
    REQUIRE((g.array() != 0).count() == 1);
    for (int j = 0; j < 5; ++j) counts[j] += g[j] != 0;
  }
  double chi_square = 0;
  for (const int count : counts) chi_square += std::pow(count - 1000, 2) / 1000.0;
  CHECK(chi_square < 33.4);  // 4 degrees of freedom: P(above) = 1e-6
}

TEST_CASE("noise has E‖noise‖² = sigma² = 4 within 5 standard errors over 20,000 draws, and mean 0") {
  const auto p = build_problem(R"({"kind": "quadratic", "dimension": 8})", 2);
  GradientOracle oracle(*p, 1, rule(GradientRule::Kind::noisy, 1, 2.0), 5);
  const Vector x = random_point(8, 2), exact = local_gradient_at(*p, 1, x);
  Vector g(8), mean = Vector::Zero(8);
  double square = 0;
  constexpr int draws = 20000;
  for (int draw = 0; draw < draws; ++draw) {
    oracle(x, g);
    square += (g - exact).squaredNorm() / draws;
    mean += (g - exact) / draws;
  }
  // ‖noise‖² = (4/8) χ²_8: standard deviation 0.5 · 4 = 2.
  CHECK(std::abs(square - 4) < 5 * 2 / std::sqrt(1.0 * draws));
  CHECK(mean.cwiseAbs().maxCoeff() < 5 * std::sqrt(0.5 / draws));
}

TEST_CASE("each agent has a stream of its own, and a full gradient draws nothing") {
  const auto p = build_problem(R"({"kind": "quadratic", "dimension": 3, "heterogeneity": 0})", 3);
  Vector a(3), b(3), again(3);
  GradientOracle first(*p, 0, rule(GradientRule::Kind::noisy, 1, 1.0), 5);
  GradientOracle second(*p, 1, rule(GradientRule::Kind::noisy, 1, 1.0), 5);
  GradientOracle repeat(*p, 0, rule(GradientRule::Kind::noisy, 1, 1.0), 5);
  first(Vector::Zero(3), a);
  second(Vector::Zero(3), b);
  repeat(Vector::Zero(3), again);
  CHECK((a - b).norm() > 1e-3);
  CHECK(a == again);
  CHECK(first.position() == 3);
  GradientOracle full(*p, 0, rule(GradientRule::Kind::full), 5);
  full(Vector::Zero(3), a);
  CHECK(full.position() == 0);
}

TEST_CASE(
    "no gradient allocates after its first call: full, minibatch, single sample, noisy on all problems") {
  for (const auto& entry : problem::problems().any().entries) {
    const auto p = build_problem(std::string(entry.example), 4);
    const Vector x = random_point(p->dimension(), 3);
    Vector g(p->dimension());
    for (const auto kind : {GradientRule::Kind::full, GradientRule::Kind::minibatch,
                            GradientRule::Kind::noisy, GradientRule::Kind::single_sample}) {
      GradientOracle oracle(*p, 2, rule(kind, 7, 0.1), 1);
      oracle(x, g);
      const std::size_t before = allocations();
      {
        const Counting on(true);
        for (int call = 0; call < 10; ++call) oracle(x, g);
      }
      INFO(entry.name);
      CHECK(allocations() == before);
    }
  }
}
