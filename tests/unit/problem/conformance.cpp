// What every problem of the catalogue must keep, checked on its example.
#include <cmath>
#include <numeric>

#include "tests/support/catch.hpp"
#include "tests/unit/problem/problems.hpp"

using namespace taubar;
using namespace taubar::test;

namespace {

constexpr std::int64_t agents = 6;

struct Example {
  std::string name;
  std::shared_ptr<const problem::Problem> problem;
};

/// Whether all agents have one and the same function: targets and test functions, and data that everybody
/// has.
bool is_shared(const problem::Problem& p) {
  const Vector x = random_point(p.dimension(), 9);
  for (AgentId i = 0; i < agents; ++i)
    if (local_gradient_at(p, i, x) != gradient_at(p, x)) return false;
  return true;
}

/// The entries that know no minimiser: F has several, none in closed form.
bool knows_no_minimiser(const std::string& name) {
  return name == "gaussian_mixture" || name.ends_with("neural_network");
}

/// Every entry, besides the squared loss without a regulariser.
std::vector<Example> examples() {
  std::vector<Example> result;
  for (const auto& entry : problem::problems().any().entries)
    result.push_back({std::string(entry.name), build_problem(std::string(entry.example), agents)});
  result.push_back(
      {"least_squares without l2",
       build_problem(R"({"kind": "least_squares", "data": {"generator": "gaussian", "rows": 90}})", agents)});
  return result;
}

/// Central differences, step h; their error is O(h² f''') + O(ε|f|/h), about 1e-9 here.
template <class F>
Vector finite_differences(const F& f, const Vector& x) {
  constexpr double h = 1e-5;
  Vector g(x.size());
  for (Eigen::Index j = 0; j < x.size(); ++j) {
    Vector right = x, left = x;
    right[j] += h;
    left[j] -= h;
    g[j] = (f(right) - f(left)) / (right[j] - left[j]);
  }
  return g;
}

}  // namespace

TEST_CASE("gradients of F and of each f_i agree with central differences to 1e-7 at 3 random points") {
  for (const auto& [name, p] : examples()) {
    INFO(name);
    for (std::uint64_t number = 0; number < 3; ++number) {
      const Vector x = random_point(p->dimension(), number);
      const auto global = finite_differences([&](const Vector& y) { return p->value(y); }, x);
      CHECK((global - gradient_at(*p, x)).norm() < 1e-7 * (1 + global.norm()));
      for (AgentId i = 0; i < agents; ++i) {
        const auto local = finite_differences([&](const Vector& y) { return p->local_value(i, y); }, x);
        CHECK((local - local_gradient_at(*p, i, x)).norm() < 1e-7 * (1 + local.norm()));
      }
    }
  }
}

TEST_CASE("F is the mean of the f_i and its gradient the mean of theirs, to 1e-13") {
  for (const auto& [name, p] : examples()) {
    INFO(name);
    const Vector x = random_point(p->dimension(), 4);
    double value = 0;
    Vector g = Vector::Zero(x.size());
    for (AgentId i = 0; i < agents; ++i) {
      value += p->local_value(i, x) / agents;
      g += local_gradient_at(*p, i, x) / agents;
    }
    CHECK(p->value(x) == Approx(value).epsilon(1e-13));
    CHECK((gradient_at(*p, x) - g).norm() < 1e-13 * (1 + g.norm()));
  }
}

TEST_CASE(
    "the mean over all single samples is the full local gradient to 1e-12, and all samples at once are it "
    "too") {
  for (const auto& [name, p] : examples()) {
    INFO(name);
    const Vector x = random_point(p->dimension(), 5);
    for (AgentId i = 0; i < agents; ++i) {
      const auto count = p->local_samples(i);
      REQUIRE(count >= 1);
      Vector mean = Vector::Zero(x.size()), one(x.size());
      for (std::int64_t s = 0; s < count; ++s) {
        p->sampled_gradient(i, x, {&s, 1}, one);
        mean += one / static_cast<double>(count);
      }
      const Vector full = local_gradient_at(*p, i, x);
      CHECK((mean - full).norm() < 1e-12 * (1 + full.norm()));
      std::vector<std::int64_t> all(static_cast<std::size_t>(count));
      std::iota(all.begin(), all.end(), std::int64_t{0});
      p->sampled_gradient(i, x, all, one);
      CHECK((one - full).norm() < 1e-12 * (1 + full.norm()));
    }
  }
}

TEST_CASE("L and mu bound the gradients of F and of each f_i on 40 random pairs, near and far") {
  for (const auto& [name, p] : examples()) {
    INFO(name);
    const auto check_pair = [&](const problem::Constants& c, const Vector& dx, const Vector& dg) {
      constexpr double rounding = 1e-9;
      CHECK_FALSE(dg.norm() > c.smoothness * dx.norm() * (1 + rounding));  // of an unknown constant: no claim
      CHECK_FALSE(dg.dot(dx) < c.strong_convexity * dx.squaredNorm() * (1 - rounding));
    };
    for (std::uint64_t number = 0; number < 40; ++number) {
      const Vector x = random_point(p->dimension(), 100 + number, 0.1);
      const Vector dx = random_point(p->dimension(), 200 + number, number % 2 == 0 ? 1e-2 : 2);
      const Vector y = x + dx;
      check_pair(p->constants(), y - x, gradient_at(*p, y) - gradient_at(*p, x));
      for (AgentId i = 0; i < agents; ++i)
        check_pair(p->local_constants(i), y - x, local_gradient_at(*p, i, y) - local_gradient_at(*p, i, x));
    }
  }
}

TEST_CASE("L is attained to 1e-8 along the gradient's own leading direction where F is quadratic") {
  for (const auto& [name, p] : examples()) {
    if (name != "quadratic" && name.rfind("least_squares", 0) != 0) continue;
    INFO(name);
    const Vector origin = gradient_at(*p, Vector::Zero(p->dimension()));
    Vector direction = random_point(p->dimension(), 6);
    for (int step = 0; step < 5000; ++step)
      direction = (gradient_at(*p, direction / direction.norm()) - origin);
    CHECK(p->constants().smoothness == Approx(direction.norm()).epsilon(1e-8));
  }
}

TEST_CASE(
    "the minimiser has a relative gradient of 1e-12, and 20 random points near it obey strong convexity") {
  for (const auto& [name, p] : examples()) {
    INFO(name);
    const auto reference = problem::reference(*p, "");
    REQUIRE(reference.has_value() != knows_no_minimiser(name));
    if (!reference) continue;
    const double mu = p->constants().strong_convexity;
    const bool convex = !std::isnan(mu);
    const double scale = convex ? gradient_at(*p, Vector::Zero(p->dimension())).norm() : p->gradient_scale();
    REQUIRE(scale > 0);
    CHECK(gradient_at(*p, reference->minimiser).norm() <= 1e-12 * scale);
    CHECK(reference->gradient_norm == gradient_at(*p, reference->minimiser).norm());
    CHECK(reference->objective == p->value(reference->minimiser));
    if (convex) REQUIRE(mu > 0);
    for (std::uint64_t number = 0; number < 20; ++number) {
      const Vector dx = random_point(p->dimension(), 300 + number, 0.05);
      const double above = p->value(reference->minimiser + dx) - reference->objective;
      CHECK(above >= (convex ? 0.5 * mu * dx.squaredNorm() : 0.0) - 1e-14);
    }
  }
}

TEST_CASE("the minimiser of a weighted sum has a weighted gradient of 1e-12, whatever the start") {
  const std::vector<double> weights{0.3, 0.05, 0.25, 0, 0.15, 0.25};
  for (const auto& [name, p] : examples()) {
    INFO(name);
    if (knows_no_minimiser(name)) continue;
    const auto x = p->minimiser(weights, 1e-12, Vector::Zero(p->dimension()));
    const auto y = p->minimiser(weights, 1e-12, random_point(p->dimension(), 8, 3));
    REQUIRE(x);
    REQUIRE(y);
    const auto weighted_gradient = [&](const Vector& at) {
      Vector g = Vector::Zero(at.size());
      for (AgentId i = 0; i < agents; ++i) g += weights[i] * local_gradient_at(*p, i, at);
      return g.norm();
    };
    const double scale = std::isnan(p->constants().strong_convexity)
                             ? p->gradient_scale()
                             : weighted_gradient(Vector::Zero(p->dimension()));
    CHECK(weighted_gradient(*x) <= 1.1e-12 * scale);
    CHECK(weighted_gradient(*y) <= 1.1e-12 * scale);
    CHECK((*x - *y).norm() <= 1e-9 * x->norm());
    const auto reference = problem::reference(*p, "");
    CHECK(((*x - reference->minimiser).norm() > 1e-4) != is_shared(*p));
  }
}

TEST_CASE(
    "the key, F, its gradient and the minimiser have the same bits for every partition and 1, 4 and 7 "
    "agents") {
  for (const auto* kind : {"least_squares", "logistic_regression", "softmax_regression"}) {
    const std::string head = std::string(R"({"kind": ")") + kind +
                             R"(", "l2": 0.01, "data": {"generator": "gaussian", "rows": 70, "dimension": 5},
                                 "partition": )";
    const auto first = build_problem(head + R"({"kind": "contiguous"}})", 1);
    const Vector x = random_point(first->dimension(), 9);
    const auto expected = problem::reference(*first, "");
    for (const auto* partition : {"uniform", "contiguous", "by_label"})
      for (const std::int64_t n : {1, 4, 7}) {
        INFO(kind << " " << partition << " " << n);
        const auto p = build_problem(head + R"({"kind": ")" + partition + R"("}})", n);
        CHECK(p->content_hash() == first->content_hash());
        CHECK(p->value(x) == first->value(x));
        CHECK(gradient_at(*p, x) == gradient_at(*first, x));
        CHECK(problem::reference(*p, "")->minimiser == expected->minimiser);
      }
  }
}

TEST_CASE("what F depends on changes the key: data, loss, regulariser") {
  const auto key = [](const std::string& rest) {
    return build_problem(R"({"data": {"generator": "gaussian", "rows": 30}, )" + rest + "}", 2)
        ->content_hash();
  };
  const auto plain = key(R"("kind": "least_squares", "l2": 0.1)");
  CHECK(plain.size() == 32);
  CHECK(plain == key(R"("kind": "least_squares", "l2": 0.1)"));
  CHECK(plain != key(R"("kind": "least_squares", "l2": 0.2)"));
  CHECK(plain != key(R"("kind": "logistic_regression", "l2": 0.1)"));
  CHECK(key(R"("kind": "softmax_regression", "l2": 0.1)") !=
        key(R"("kind": "logistic_regression", "l2": 0.1)"));
  CHECK(plain !=
        build_problem(
            R"({"kind": "least_squares", "l2": 0.1, "data": {"generator": "gaussian", "rows": 31}})", 2)
            ->content_hash());
}

TEST_CASE("objective sum multiplies reported figures by n and leaves every function alone") {
  const auto sum = problem_spec(R"({"kind": "quadratic", "objective": "sum"})");
  const auto mean = problem_spec(R"({"kind": "quadratic"})");
  CHECK(problem::reported_factor(*sum, 8) == 8.0);
  CHECK(problem::reported_factor(*mean, 8) == 1.0);
  const Vector x = random_point(10, 1);
  CHECK(sum->build(8, 1)->value(x) == mean->build(8, 1)->value(x));
}
