// The bounds on a token's walk over replicates: on tokens walked here by hand, of which the law holds, and on others.
#include <cmath>

#include "core/algorithm/walk.hpp"
#include "core/base/math.hpp"
#include "core/bound/bound.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/algorithm/quadratics.hpp"

using namespace taubar;
using namespace taubar::test;

namespace {

using Kind = algorithm::WalkOptions::Kind;
constexpr const char* visits = "self_repellent_walk.visits";
constexpr const char* iterate = "self_repellent_walk.iterate";
constexpr const char* slope = "self_repellent_walk.slope";

Matrix centres() {
  Matrix b(6, 2);
  b << 1, -0.4, -0.6, 0.3, 0.8, 1.1, -1.2, 0.5, 0.2, -0.9, 1.5, 0.1;
  return b;
}

/// A token on 6 agents that minimises quadratics of curvatures 1 and 0.6, β_n = (n+1)^−power.
struct WalkStage {
  WalkStage(double alpha_, double a, double power_, std::vector<double> target = {})
      : alpha(alpha_),
        power(power_),
        problem((Matrix(6, 2) << Vector::Ones(6), 0.6 * Vector::Ones(6)).finished(), centres()),
        graph(topology::Digraph::from_links(6, {{0, 1}, {1, 2}, {2, 3}, {3, 4}, {4, 5}, {0, 2}, {1, 4}}, false)),
        initial(Matrix::Zero(6, 2)) {
    options.alpha = alpha;
    options.history_power = a;
    options.target = std::move(target);
    const algorithm::WalkLaw law(graph, options);
    auto chain = std::make_shared<topology::ReversibleChain>();
    chain->graph = &graph;
    chain->target.assign(law.target().begin(), law.target().end());
    for (AgentId i = 0; i < 6; ++i) {
      chain->own.push_back(law.staying(i));
      for (const double p : law.along_links(i)) chain->link.push_back(p);
    }
    minimiser = *problem.minimiser(chain->target, 0, {});
    setting.problem = &problem;
    setting.graph = &graph;
    setting.initial = &initial;
    setting.method.name = "token_sgd";
    bound::TokenWalk& walk = setting.method.walk.emplace();
    walk.chain = chain;
    walk.alpha = alpha;
    walk.history_power = a;
    walk.plain_sgd = true;
    walk.step = {1, power, 2};
  }

  /// `shrink`: θ − θ* is multiplied by it at the end.
  void walk(int replicates, std::int64_t steps, double shrink = 1) {
    const algorithm::WalkLaw law(graph, options);
    for (int r = 0; r < replicates; ++r) {
      algorithm::Walk own(law, 100 + static_cast<std::uint64_t>(r));
      AgentId at = 0;
      Vector theta = Vector::Zero(2), g(2);
      for (std::int64_t n = 0; n < steps; ++n) {
        at = own.next(at, n);
        own.visit(at, n + 1);
        problem.local_gradient(at, theta, g);
        theta -= math::pow(static_cast<double>(n + 2), -power) * g;
      }
      theta = minimiser + shrink * (theta - minimiser);
      trace::Trace& trace = traces.emplace_back();
      auto& token = trace.tokens.emplace_back();
      token.steps = steps;
      token.iterate.assign(theta.begin(), theta.end());
      for (AgentId j = 0; j < 6; ++j) token.history.push_back(own.share(j));
    }
  }

  bound::Verdict judge(const char* name) const {
    std::vector<bound::Evidence> evidence;
    for (const auto& trace : traces) evidence.push_back({setting, trace});
    return bound::judge(*bound::find_bound(name), evidence);
  }

  double alpha, power;
  algorithm::WalkOptions options;
  Quadratics problem;
  topology::Digraph graph;
  Matrix initial;
  Vector minimiser;
  bound::Setting setting;
  std::vector<trace::Trace> traces;
};

double figure_of(const bound::Verdict& verdict, const std::string& name) {
  for (const auto& c : verdict.constants)
    if (c.name == name) return c.value;
  return std::nan("");
}

}  // namespace

TEST_CASE("the law holds for 100 tokens of 4,000 steps in the three regimes, and of a target that is not uniform") {
  for (const auto& [a, power] : {std::pair(0.6, 0.8), {0.8, 0.8}, {0.9, 0.7}}) {
    WalkStage stage(3, a, power, {1, 2, 1.5, 1, 1, 1.8});
    stage.walk(100, 4000);
    CAPTURE(a, power);
    for (const char* name : {visits, iterate}) {
      const auto verdict = stage.judge(name);
      INFO(name << ": " << verdict.reason);
      CHECK(verdict.outcome == bound::Outcome::holds);
      CHECK(verdict.at_k == 4000);
      CHECK(!verdict.vacuous);
      CHECK(figure_of(verdict, "measured") == Approx(figure_of(verdict, "law at this n")).epsilon(0.35));
      CHECK(figure_of(verdict, "mean") < 30);
    }
  }
}

TEST_CASE("tokens of another alpha, or that move too little, are found by 60 replicates") {
  WalkStage stage(3, 0.6, 0.8);
  stage.walk(60, 4000);
  REQUIRE(stage.judge(visits).outcome == bound::Outcome::holds);
  REQUIRE(stage.judge(iterate).outcome == bound::Outcome::holds);
  stage.setting.method.walk->alpha = 0.3;  // what the runs are said to have had
  const auto seen = stage.judge(visits), moved = stage.judge(iterate);
  CHECK(seen.outcome == bound::Outcome::violated);
  CHECK(seen.reason.find("less") != std::string::npos);
  CHECK(*seen.slack_decades < 0);
  CHECK(moved.outcome == bound::Outcome::violated);

  WalkStage still(3, 0.6, 0.8);
  still.walk(60, 4000, 0.5);
  CHECK(still.judge(visits).outcome == bound::Outcome::holds);
  CHECK(still.judge(iterate).outcome == bound::Outcome::violated);
}

TEST_CASE("what the law does not cover is declined: few runs, unequal lengths, moments, walks from anywhere, early ends") {
  using bound::Outcome;
  WalkStage stage(2, 0.7, 0.8);
  stage.walk(12, 2000);
  REQUIRE(stage.judge(iterate).outcome == Outcome::holds);
  const auto declined = [](WalkStage& s, const char* name, const std::string& part) {
    const auto verdict = s.judge(name);
    INFO(verdict.reason);
    return verdict.outcome == Outcome::does_not_apply && verdict.reason.find(part) != std::string::npos;
  };
  stage.setting.method.walk->plain_sgd = false;
  CHECK(declined(stage, iterate, "optimizer"));
  CHECK(stage.judge(visits).outcome == Outcome::holds);
  stage.setting.method.walk->plain_sgd = true;
  stage.setting.gradient = {problem::GradientRule::Kind::noisy, 1, 0.1};
  CHECK(declined(stage, iterate, "gradients"));
  stage.setting.gradient = {};
  stage.setting.method.walk->step.reset();
  CHECK(declined(stage, iterate, "step size"));
  stage.setting.method.walk->step = {0.7, 1, 2};  // 0.7 · 0.6 < 1/2
  CHECK(declined(stage, iterate, "s kappa_min"));
  stage.setting.method.walk->step = {1, 0.9, 2};
  stage.traces.back().tokens.front().steps = 1999;
  CHECK(declined(stage, visits, "steps of the token"));
  stage.traces.resize(9);
  CHECK(declined(stage, visits, "replicates: required at least 10"));

  WalkStage early(2, 0.8, 0.9);
  early.walk(12, 60);
  CHECK(declined(early, visits, "relaxation"));
  WalkStage anywhere(0, 0.8, 0.9);
  anywhere.walk(12, 2000);
  anywhere.setting.method.walk->chain = nullptr;
  CHECK(declined(anywhere, visits, "along links"));

  const auto alone = bound::judge(*bound::find_bound(visits), bound::Evidence{early.setting, early.traces.front()});
  CHECK(alone.outcome == Outcome::does_not_apply);
  CHECK(alone.reason == "judged over replicates; set replicates to 30, say");
}

TEST_CASE("the slopes in alpha go to -2, -1 and 0 by the regime, and that of the history to -1") {
  for (const auto& [a, power, expected] : {std::tuple(0.6, 0.9, -2.0), {0.8, 0.8, -1.0}, {0.9, 0.6, 0.0}}) {
    WalkStage stage(20, a, power);
    const auto found = bound::promise(*bound::find_bound(slope), stage.setting);
    CAPTURE(a, power, found.reason);
    CHECK(found.outcome == bound::Outcome::reported);
    CHECK(*found.limit == expected);
    CHECK(figure_of(found, "of the iterate, n to infinity") == Approx(expected).margin(0.15));
    CHECK(figure_of(found, "of the history, n to infinity") == Approx(-1).margin(0.1));
    CHECK((*found.measured > -2 && *found.measured < 0));
  }
}
