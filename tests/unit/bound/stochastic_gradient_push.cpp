// The theory of stochastic gradient push, on runs written by hand.
#include "core/bound/bound.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/algorithm/quadratics.hpp"

using namespace taubar;
using bound::Outcome;

namespace {

struct Rounds {
  test::Quadratics problem;
  topology::Digraph graph;
  Matrix initial;
  Vector minimiser;
  bound::Setting setting;
  trace::Trace trace;

  /// n agents, d = 1, f_i = x²/2, shares of 1/N each.
  Rounds(Eigen::Index n, double N, std::int64_t diameter)
      : problem(Matrix::Ones(n, 1), Matrix::Zero(n, 1)),
        graph(test::graph_of(Matrix::Ones(n, n), true)),
        initial(Matrix::Constant(n, 1, 2.0)),
        minimiser(Vector::Zero(1)) {
    setting.problem = &problem;
    setting.graph = &graph;
    setting.initial = &initial;
    setting.minimiser = &minimiser;
    setting.weights.link.assign(graph.links(), 1 / N);
    setting.weights.own.assign(graph.agents(), 1 / N);
    setting.diameter = diameter;
    setting.method.name = "stochastic_gradient_push";
    setting.method.push = setting.method.by_round = setting.method.gradient_steps = true;
    setting.method.step = [](std::int64_t) { return 0.1; };
  }
  bound::Verdict promise(const char* name) const { return bound::promise(*bound::find_bound(name), setting); }
};

double constant(const bound::Verdict& verdict, const std::string& name) {
  for (const auto& c : verdict.constants)
    if (c.name == name) return c.value;
  FAIL("no constant " << name);
  return 0;
}

}  // namespace

TEST_CASE("lemma 3: for n = 2, D = 2, diameter 1 C = 20.16 and q = 0.7937; for n = 4, D = 5, diameter 2 and B = 8 C = 10^17.1, 1 - q = 10^-17.6") {
  const Rounds small(2, 2, 1);
  auto verdict = small.promise("stochastic_gradient_push.consensus");
  CHECK(verdict.outcome == Outcome::reported);
  CHECK(std::pow(10, constant(verdict, "C")) == Approx(2 * 4 / std::pow(0.5, 4.0 / 3)).epsilon(1e-9));
  CHECK(1 - std::pow(10, constant(verdict, "1 − q")) == Approx(0.793701).epsilon(1e-6));
  Rounds large(4, 5, 2);
  large.setting.method.period = 8;
  verdict = large.promise("stochastic_gradient_push.consensus");
  CHECK(constant(verdict, "W") == 24);
  CHECK(constant(verdict, "C") == Approx(17.1).margin(0.05));
  CHECK(constant(verdict, "1 − q") == Approx(-17.6).margin(0.05));
  CHECK(verdict.vacuous);
  large.setting.method.overlap = 2;
  CHECK(large.promise("stochastic_gradient_push.consensus").outcome == Outcome::does_not_apply);
}

TEST_CASE("theorem 1: from 2 to 0 with L = 1 and sigma = 3 the promise over K = 100 rounds of 4 agents is 12 (2 + 4.5)/20") {
  Rounds rounds(4, 5, 2);
  rounds.setting.gradient = {problem::GradientRule::Kind::noisy, 1, 3.0};
  rounds.trace.metrics = {"gradient_norm"};
  rounds.trace.records = {{0, {}, {2.0}}, {1, {}, {1.0}}};
  rounds.trace.steps = {100, 101, 100, 100};
  const auto verdict = bound::judge(*bound::find_bound("stochastic_gradient_push.rate"), bound::Evidence{rounds.setting, rounds.trace});
  CHECK(verdict.outcome == Outcome::reported);
  CHECK(*verdict.limit == Approx(12 * 6.5 / 20).epsilon(1e-12));
  CHECK(*verdict.measured == Approx(2.5).epsilon(1e-12));
  CHECK(constant(verdict, "alpha(0) / sqrt(n/K)") == Approx(0.1 / 0.2).epsilon(1e-12));
  // log10(4) + 4 log10 C + 2 log10 60 − 4 log10(1 − q) with D = 5, W = 3.
  const auto promise = rounds.promise("stochastic_gradient_push.consensus");
  CHECK(constant(verdict, "K threshold") ==
        Approx(std::log10(4) + 4 * constant(promise, "C") + 2 * std::log10(60) - 4 * constant(promise, "1 − q")).epsilon(1e-9));
  rounds.setting.gradient.kind = problem::GradientRule::Kind::minibatch;
  CHECK(rounds.promise("stochastic_gradient_push.rate").outcome == Outcome::does_not_apply);
}
