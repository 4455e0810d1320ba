// The token against its recursion, whose walk is drawn here from dense matrices, under unequal times; duplicates, loss,
// and what a token weighs.
#include <cmath>

#include "core/base/random.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/algorithm/quadratics.hpp"
#include "tests/unit/algorithm/tick_world.hpp"

using namespace taubar;
using namespace taubar::test;
using algorithm::TokenSgdOptions;
using Optimizer = TokenSgdOptions::Optimizer;

namespace {

struct FiveVisited {
  Quadratics problem = five_quadratics();
  Matrix start = five_starts();
  topology::Digraph graph = graph_of(undirected_metropolis(), false);
  algorithm::Inputs inputs() const { return inputs_of(problem, graph, start); }
};

TokenSgdOptions options_of(Optimizer optimizer, double alpha, double a) {
  TokenSgdOptions options;
  options.optimizer = optimizer;
  options.walk.alpha = alpha;
  options.walk.history_power = a;
  options.start = 3;
  return options;
}

/// θ_0 … θ_steps and X_0 … X_steps.
struct Journey {
  std::vector<Vector> theta;
  std::vector<AgentId> at;
};

Journey journey(const FiveVisited& five, const algorithm::ScheduleSpec& alpha, const TokenSgdOptions& options, std::int64_t steps) {
  Matrix p = Matrix::Zero(5, 5);  // Metropolis–Hastings for the uniform target
  for (AgentId i = 0; i < 5; ++i) {
    for (const AgentId j : five.graph.out_neighbours(i))
      p(i, j) = 1.0 / static_cast<double>(std::max(five.graph.out_neighbours(i).size(), five.graph.out_neighbours(j).size()));
    p(i, i) = 1 - p.row(i).sum();
  }
  Journey done;
  Vector theta = five.start.colwise().mean(), v = Vector::Zero(3), s = v, g(3), x = Vector::Constant(5, 0.2);
  AgentId at = static_cast<AgentId>(options.start);
  done.theta.push_back(theta);
  done.at.push_back(at);
  for (std::int64_t n = 0; n < steps; ++n) {
    Vector weight(5);
    for (Eigen::Index j = 0; j < 5; ++j) weight[j] = p(at, j) * std::pow(5 * x[j], -options.walk.alpha);
    // A neighbour's weight at a time, the agent's own at last.
    double left = weight.sum() * to_unit(random_word(1, Purpose::token_walk, 0, 0, static_cast<std::uint64_t>(n)));
    AgentId next = at;
    for (const AgentId j : five.graph.out_neighbours(at))
      if (left >= 0 && (left -= weight[j]) < 0) next = j;
    at = next;
    Vector e = Vector::Zero(5);
    e[at] = 1;
    x += std::pow(static_cast<double>(n + 2), -options.walk.history_power) * (e - x);
    five.problem.local_gradient(at, theta, g);
    const double step = alpha.at(n), power = static_cast<double>(n + 1);
    if (options.optimizer == Optimizer::sgd) {
      theta -= step * g;
    } else if (options.optimizer == Optimizer::heavy_ball) {
      v = 0.9 * v + g;
      theta -= step * v;
    } else {
      for (Eigen::Index c = 0; c < 3; ++c) {
        v[c] = 0.9 * v[c] + 0.1 * g[c];
        s[c] = 0.999 * s[c] + 0.001 * g[c] * g[c];
        const double first = v[c] / (1 - std::pow(0.9, power)), second = s[c] / (1 - std::pow(0.999, power));
        theta[c] -= step * first / (std::sqrt(second) + 1e-8);
      }
    }
    done.theta.push_back(theta);
    done.at.push_back(at);
  }
  return done;
}

/// Where the token is, or was last, and the steps that it has made.
std::pair<AgentId, std::int64_t> token(TickWorld& world) {
  AgentId last = 0;
  for (AgentId i = 1; i < 5; ++i)
    if (world.program(i).token(0)->steps > world.program(last).token(0)->steps) last = i;
  return {last, world.program(last).token(0)->steps};
}

}  // namespace

TEST_CASE("token_sgd equals its recursion to 1e-10 over 300 steps, with 3 optimizers and 4 walks, whatever the times") {
  const FiveVisited five;
  for (const auto optimizer : {Optimizer::sgd, Optimizer::heavy_ball, Optimizer::adam})
    for (const auto& [alpha, a] : {std::pair{0.0, 1.0}, {1.0, 1.0}, {2.0, 0.6}, {10.0, 0.8}}) {
      const auto options = options_of(optimizer, alpha, a);
      const auto steps = falling_step(0.1);
      TickWorld world(algorithm::build_token_sgd(five.inputs(), steps, options), five.graph);
      Stream random(6, Purpose::test);
      world.compute_ticks = [&random](AgentId) { return 1 + static_cast<std::int64_t>(random.below(9)); };
      world.latency_ticks = [&random](const SentMessage&) { return 1 + static_cast<std::int64_t>(random.below(5)); };
      const auto expected = journey(five, *steps, options, 400);
      std::int64_t seen = 0;
      while (token(world).second < 300) {
        world.run_until(world.tick());
        const auto [at, n] = token(world);
        REQUIRE((world.iterate(at) - expected.theta[static_cast<std::size_t>(n)]).cwiseAbs().maxCoeff() < 1e-10);
        if (n > seen) CHECK(at == expected.at[static_cast<std::size_t>(n)]);
        seen = n;
      }
      std::int64_t begun = 0;
      for (AgentId i = 0; i < 5; ++i) begun += world.runtime(i).steps_begun();
      CHECK(begun >= 300);
      CHECK(begun <= 301);
      CHECK(world.in_flight().size() <= 1);
    }
}

TEST_CASE("token_sgd: second and third copies of the token change no bit in 2,000 ticks, and one lost token ends all work") {
  const FiveVisited five;
  const auto options = options_of(Optimizer::heavy_ball, 2, 0.6);
  const auto build = [&] { return algorithm::build_token_sgd(five.inputs(), falling_step(0.1), options); };
  TickWorld once(build(), five.graph), thrice(build(), five.graph), loses(build(), five.graph);
  thrice.copies = [](const SentMessage&) { return 3; };
  loses.copies = [&](const SentMessage& message) { return message.stamp >= 100 ? 0 : 1; };
  for (auto* world : {&once, &thrice, &loses}) world->run_until(2000);
  CHECK(once.trajectory == thrice.trajectory);
  CHECK(token(once).second > 300);
  const auto ended = token(loses).second;
  CHECK(ended >= 100);
  CHECK(ended < 120);  // it may have stayed where it was for some steps
  CHECK(loses.in_flight().empty());
}

TEST_CASE("a token of d = 3 among 5 agents holds 3, 6 or 9 values, and 6 more where the walk looks back") {
  const FiveVisited five;
  for (const auto& [optimizer, values] : {std::pair{Optimizer::sgd, 3}, {Optimizer::heavy_ball, 6}, {Optimizer::adam, 9}})
    for (const double alpha : {0.0, 2.0}) {
      TickWorld world(algorithm::build_token_sgd(five.inputs(), step(0.1), options_of(optimizer, alpha, 1)), five.graph);
      world.latency_ticks = [](const SentMessage&) { return 1000; };
      world.run_until(100);
      REQUIRE(world.in_flight().size() == 1);
      CHECK(world.in_flight()[0].values.size() == static_cast<std::size_t>(values) + (alpha > 0 ? 6 : 0));
    }
}

TEST_CASE("token_sgd comes within 0.1 of the target's minimiser in 20,000 steps: uniform on 3 walks, degrees on the simple walk") {
  FiveVisited five;
  const auto comes_to = [&](const algorithm::WalkOptions& walk, const std::vector<double>& weights) {
    TokenSgdOptions options;
    options.walk = walk;
    struct Step final : algorithm::ScheduleSpec {
      void fields(config::Fields&) override {}
      double at(std::int64_t k) const override { return 2 / (static_cast<double>(k) + 20); }
    };
    TickWorld world(algorithm::build_token_sgd(five.inputs(), std::make_shared<Step>(), options), five.graph);
    while (token(world).second < 20'000) world.run_until(world.tick());
    const auto expected = *five.problem.minimiser(weights, 0, Vector());
    return (world.iterate(token(world).first) - expected).norm();
  };
  using Kind = algorithm::WalkOptions::Kind;
  const std::vector<double> equal(5, 0.2), degrees{3.0 / 12, 2.0 / 12, 3.0 / 12, 2.0 / 12, 2.0 / 12};
  CHECK(comes_to({Kind::metropolis_hastings, false, 0, 1}, equal) < 0.1);
  CHECK(comes_to({Kind::metropolis_hastings, true, 5, 0.6}, equal) < 0.1);
  CHECK(comes_to({Kind::simple_random_walk, false, 5, 0.6}, degrees) < 0.1);
  CHECK(comes_to({Kind::simple_random_walk, false, 5, 0.6}, equal) > 0.1);
  five.graph = topology::Digraph::from_links(
      5, {{0, 1}, {0, 2}, {0, 3}, {0, 4}, {1, 2}, {1, 3}, {1, 4}, {2, 3}, {2, 4}, {3, 4}}, false);
  CHECK(comes_to({Kind::iid, false, 0, 1, {1, 4, 2, 0.5, 2.5}}, {0.1, 0.4, 0.2, 0.05, 0.25}) < 0.1);
  CHECK(comes_to({Kind::reshuffling}, equal) < 0.02);
}

TEST_CASE("token_sgd refuses a start that is no agent, with the numbers that are") {
  const FiveVisited five;
  TokenSgdOptions options;
  options.start = 5;
  try {
    algorithm::build_token_sgd(five.inputs(), step(1), options);
    FAIL("it was accepted");
  } catch (const InputError& error) {
    CHECK(std::string(error.what()).find("accepted are 0 to 4") != std::string::npos);
  }
}
