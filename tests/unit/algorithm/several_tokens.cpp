// Several tokens against as many recursions, visits kept by the agents against visits that tokens carry, and what tokens
// and news weigh.
#include <cmath>

#include "core/base/random.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/algorithm/quadratics.hpp"
#include "tests/unit/algorithm/tick_world.hpp"

using namespace taubar;
using namespace taubar::test;
using algorithm::TokenSgdOptions;
using History = TokenSgdOptions::History;
using VisitCounts = TokenSgdOptions::VisitCounts;
using Repellence = algorithm::WalkOptions::Repellence;

namespace {

struct Five {
  Quadratics problem = five_quadratics();
  Matrix start = five_starts();
  topology::Digraph graph = graph_of(undirected_metropolis(), false);
  algorithm::Inputs inputs() const { return inputs_of(problem, graph, start); }
};

TokenSgdOptions options_of(std::int64_t tokens, double alpha, double a, VisitCounts counts = VisitCounts::carried) {
  TokenSgdOptions options;
  options.walk.alpha = alpha;
  options.walk.history_power = a;
  options.start = 3;
  options.tokens = tokens;
  options.visit_counts = counts;
  return options;
}

/// θ_n and X_n of one token by itself.
struct Alone {
  Vector theta;
  AgentId at;
  std::int64_t n = 0;
  Vector x = Vector::Constant(5, 0.2);

  void step(const Five& five, const TokenSgdOptions& options, std::uint64_t token, double step_size) {
    Vector weight(5), g(3);
    for (AgentId j = 0; j < 5; ++j) {
      const auto around = five.graph.out_neighbours(at);
      double p = 0;
      for (const AgentId k : around) {
        const double d = static_cast<double>(std::max(around.size(), five.graph.out_neighbours(k).size()));
        if (j == k) p += 1 / d;
        if (j == at) p += 1 / static_cast<double>(around.size()) - 1 / d;
      }
      weight[j] = p * std::pow(5 * x[j], -options.walk.alpha);
    }
    double left = weight.sum() * to_unit(random_word(1, Purpose::token_walk, 2 * token, 0, static_cast<std::uint64_t>(n)));
    AgentId next = at;
    for (const AgentId j : five.graph.out_neighbours(at))
      if (left >= 0 && (left -= weight[j]) < 0) next = j;
    at = next;
    ++n;
    Vector e = Vector::Zero(5);
    e[at] = 1;
    x += std::pow(static_cast<double>(n + 1), -options.walk.history_power) * (e - x);
    five.problem.local_gradient(at, theta, g);
    theta -= step_size * g;
  }
};

/// Token t as the agent knows it that has seen most of its steps.
agent::TokenView token(TickWorld& world, std::size_t t) {
  agent::TokenView last = *world.program(0).token(t);
  for (AgentId i = 1; i < 5; ++i)
    if (const auto seen = world.program(i).token(t); seen->newer_than(last)) last = *seen;
  return last;
}

Vector vector_of(std::span<const double> values) {
  return ConstVectorView(values.data(), static_cast<Eigen::Index>(values.size()));
}

/// Steps begun by agent.
std::vector<std::size_t> begun(const TickWorld& world) {
  std::vector<std::size_t> all;
  for (const auto& steps : world.trajectory) all.push_back(steps.size());
  return all;
}

}  // namespace

TEST_CASE("three tokens among 5 agents, at whatever times, equal three recursions to 1e-12, with carried and with kept visits") {
  const Five five;
  for (const auto counts : {VisitCounts::carried, VisitCounts::kept})
    for (const auto& [alpha, a] : {std::pair{0.0, 1.0}, {2.0, 1.0}, {5.0, 0.6}}) {
      CAPTURE(alpha, a);
      const auto options = options_of(3, alpha, a, counts);
      const auto steps = step(0.1);
      TickWorld world(algorithm::build_token_sgd(five.inputs(), steps, options), five.graph);
      Stream random(8, Purpose::test);
      world.compute_ticks = [&random](AgentId) { return 1 + static_cast<std::int64_t>(random.below(9)); };
      if (counts == VisitCounts::carried)
        world.latency_ticks = [&random](const SentMessage&) { return 1 + static_cast<std::int64_t>(random.below(5)); };
      // Start at 3 + ⌊5 t / 3⌋ modulo 5.
      const Vector start = five.start.colwise().mean();
      std::vector<Alone> alone{{start, 3}, {start, 4}, {start, 1}};
      while (token(world, 2).steps < 200) {
        world.run_until(world.tick());
        for (std::size_t t = 0; t < 3; ++t) {
          const auto seen = token(world, t);
          while (alone[t].n < seen.steps) alone[t].step(five, options, t, 0.1);
          REQUIRE((vector_of(seen.iterate) - alone[t].theta).cwiseAbs().maxCoeff() < 1e-12);
        }
      }
      for (std::size_t t = 0; t < 3; ++t) CHECK(token(world, t).steps > 100);
    }
}

TEST_CASE("kept visits are those carried: 1,000 steps of one token go to the same agents, by kernel and by target, for a = 1 and 0.6") {
  const Five five;
  for (const double a : {1.0, 0.6})
    for (const auto repellence : {Repellence::kernel, Repellence::history_driven_target}) {
      auto carries = options_of(1, 3, a), keeps = options_of(1, 3, a, VisitCounts::kept);
      carries.walk.repellence = keeps.walk.repellence = repellence;
      TickWorld carried(algorithm::build_token_sgd(five.inputs(), falling_step(0.1), carries), five.graph);
      TickWorld kept(algorithm::build_token_sgd(five.inputs(), falling_step(0.1), keeps), five.graph);
      while (token(carried, 0).steps < 1000) {
        carried.run_until(carried.tick());
        kept.run_until(kept.tick());
      }
      CHECK(carried.trajectory == kept.trajectory);
      CHECK(begun(carried) == begun(kept));
      const auto history = token(carried, 0).history;
      double sum = 0;
      for (AgentId j = 0; j < 5; ++j) sum += std::exp(*kept.program(j).visit_log_weight(0));
      for (AgentId j = 0; j < 5; ++j)
        CHECK(std::exp(*kept.program(j).visit_log_weight(0)) / sum == Approx(history[5] * history[j]).epsilon(1e-11));
      for (AgentId i = 0; i < 5; ++i) CHECK(kept.program(i).token_figures()->late_news == 0);
    }
}

TEST_CASE("with latencies of 1 to 8 ticks some news comes later than its token, and the visits are others than the carried ones") {
  const Five five;
  Stream random(9, Purpose::test);
  TickWorld kept(algorithm::build_token_sgd(five.inputs(), step(0.1), options_of(1, 3, 1, VisitCounts::kept)), five.graph);
  kept.latency_ticks = [&random](const SentMessage&) { return 1 + static_cast<std::int64_t>(random.below(8)); };
  TickWorld carried(algorithm::build_token_sgd(five.inputs(), step(0.1), options_of(1, 3, 1)), five.graph);
  while (token(kept, 0).steps < 300) kept.run_until(kept.tick());
  while (token(carried, 0).steps < 300) carried.run_until(carried.tick());
  std::int64_t news = 0, late = 0;
  for (AgentId i = 0; i < 5; ++i) {
    news += kept.program(i).token_figures()->news;
    late += kept.program(i).token_figures()->late_news;
  }
  CHECK(news >= 600);
  CHECK(late > 20);
  CHECK(late < news / 2);
  CHECK(begun(kept) != begun(carried));
}

TEST_CASE("a kept token of d = 3 weighs 3 values, one more where a < 1, and a visit costs a message of one value to each neighbour") {
  const Five five;
  for (const auto& [a, values] : {std::pair{1.0, 3u}, {0.6, 4u}}) {
    TickWorld world(algorithm::build_token_sgd(five.inputs(), step(0.1), options_of(1, 2, a, VisitCounts::kept)), five.graph);
    std::size_t tokens = 0, news = 0, expected = 0;
    world.copies = [&, size = values](const SentMessage& message) {
      if (message.values.size() == size) return ++tokens, 1;
      REQUIRE(message.values.size() == 1);
      return ++news, 1;
    };
    world.run_until(500);
    for (AgentId i = 0; i < 5; ++i)
      expected += static_cast<std::size_t>(world.runtime(i).steps_begun()) * five.graph.out_neighbours(i).size();
    CHECK(news == expected);
    CHECK(tokens > 100);
    CHECK(tokens + news == world.messages_sent());
  }
}

TEST_CASE("with a shared history a token turns from where another one has been, 30 times of 30; with its own it does not care") {
  // Agent 1 of the path 0 – 1 – 2 hears that token 1 was often at agent 0; then token 0 comes from there.
  Matrix one = Matrix::Constant(3, 1, 1.0), centre = Matrix::Zero(3, 1), start = Matrix::Zero(3, 1);
  const Quadratics problem(one, centre);
  const auto graph = topology::Digraph::from_links(3, {{0, 1}, {1, 2}}, false);
  const auto goes_on = [&](History history, std::uint64_t seed) {
    auto options = options_of(2, 10, 1, VisitCounts::kept);
    options.start = 0;
    options.history = history;
    auto inputs = inputs_of(problem, graph, start);
    inputs.seed = seed;
    const auto programs = algorithm::build_token_sgd(inputs, step(0.1), options);
    ScriptedRuntime runtime(1, graph, *programs[1]);
    constexpr agent::MessageKind token_0 = 2, news_of_token_1 = 3 | 1 << 8;
    runtime.deliver(0, news_of_token_1, 4, {std::log(1.0 / 3 + 3)});
    runtime.deliver(0, token_0, 3, {0.5});
    runtime.finish_compute();
    for (const auto& message : runtime.take_sent())
      if (message.kind == token_0) return message.to;
    FAIL("the token has not been sent on");
    return AgentId{0};
  };
  int back = 0;
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    CHECK(goes_on(History::shared, seed) == 2);
    back += goes_on(History::own, seed) == 0;
  }
  CHECK(back > 5);
  CHECK(back < 25);
}

TEST_CASE("of one shared history each agent keeps x_0 and the visits of all tokens where a = 1") {
  const Five five;
  auto options = options_of(3, 2, 1, VisitCounts::kept);
  options.history = History::shared;
  TickWorld world(algorithm::build_token_sgd(five.inputs(), step(0.1), options), five.graph);
  world.run_until(600);
  for (AgentId i = 0; i < 5; ++i) {
    CHECK(world.runtime(i).steps_begun() > 50);
    for (std::size_t t = 0; t < 3; ++t)
      CHECK(std::exp(*world.program(i).visit_log_weight(t)) ==
            Approx(0.2 + static_cast<double>(world.runtime(i).steps_begun())).epsilon(1e-12));
  }
}

TEST_CASE("token_sgd refuses 6 tokens among 5 agents, and a shared history that tokens carry") {
  const Five five;
  const auto said = [&](const TokenSgdOptions& options) {
    try {
      algorithm::build_token_sgd(five.inputs(), step(1), options);
    } catch (const InputError& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  CHECK(said(options_of(6, 0, 1)).find("accepted are 1 to 5") != std::string::npos);
  auto shared = options_of(2, 1, 1);
  shared.history = History::shared;
  CHECK(said(shared).find("/algorithm/history") == 0);
  shared.tokens = 1;
  CHECK(said(shared).empty());
}
