#include "core/base/random.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/algorithm/quadratics.hpp"
#include "tests/unit/algorithm/tick_world.hpp"

using namespace taubar;
using namespace taubar::test;

namespace {

TickWorld dgd_world(const Quadratics& problem, const Matrix& w, const topology::Digraph& graph,
                    const Matrix& initial, algorithm::StepSize alpha) {
  return TickWorld(
      algorithm::build_decentralized_gradient_descent(
          inputs_of(problem, graph, initial), weights_of<topology::DoublyStochastic>(w, graph), alpha),
      graph);
}

}  // namespace

TEST_CASE(
    "decentralized_gradient_descent equals X' = W X - alpha grad F(X) to 1e-12 over 60 rounds of 5 agents") {
  const auto problem = five_quadratics();
  const Matrix start = five_starts(), w = undirected_metropolis();
  const auto graph = graph_of(w, false);
  const auto alpha = falling_step(0.3);
  auto world = dgd_world(problem, w, graph, start, alpha);
  world.run_steps(60, 5);
  Matrix x = start;
  std::vector<Matrix> reference{x};
  for (int k = 0; k + 1 < 60; ++k) {
    x = (w * x - alpha->at(k) * problem.gradients(x)).eval();
    reference.push_back(x);
  }
  CHECK(deviation(world.trajectory, reference) <= 1e-12);
  CHECK(world.tick() == 59 * 2 + 1);  // messages travel while the gradient is computed: a round is 1 s
}

TEST_CASE("decentralized_gradient_descent stops where (I - W) X = -alpha grad F(X), to 1e-12") {
  const auto problem = five_quadratics();
  const Matrix start = five_starts(), w = undirected_metropolis();
  const auto graph = graph_of(w, false);
  auto world = dgd_world(problem, w, graph, start, step(0.1));
  world.run_steps(2000, 5);
  Matrix x(5, 3);
  for (AgentId i = 0; i < 5; ++i) x.row(i) = world.iterate(i);
  CHECK((x - w * x + 0.1 * problem.gradients(x)).cwiseAbs().maxCoeff() <= 1e-12);
  CHECK((x.colwise().mean().transpose() - problem.minimiser()).norm() >
        1e-3);  // and that is not the minimiser
}

TEST_CASE("decentralized_gradient_descent gives the same bits under any times, reordering and duplicates") {
  const auto problem = five_quadratics();
  const Matrix start = five_starts(), w = undirected_metropolis();
  const auto graph = graph_of(w, false);
  auto lock_step = dgd_world(problem, w, graph, start, step(0.1));
  lock_step.run_steps(80, 5);
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    Stream random(seed, Purpose::test);
    auto world = dgd_world(problem, w, graph, start, step(0.1));
    world.compute_ticks = [&](AgentId i) {
      return 1 + static_cast<std::int64_t>(random.below(i == 2 ? 40 : 4));
    };
    world.latency_ticks = [&](const SentMessage&) { return 1 + static_cast<std::int64_t>(random.below(25)); };
    world.copies = [&](const SentMessage&) { return 1 + static_cast<int>(random.below(3)); };
    if (seed % 2 == 0)
      for (AgentId i = 0; i < 5; ++i) world.runtime(i).compute_at_begin = true;
    world.run_steps(80, 5);
    for (std::size_t i = 0; i < 5; ++i)
      for (std::size_t k = 0; k < 80; ++k) REQUIRE(world.trajectory[i][k] == lock_step.trajectory[i][k]);
  }
}

TEST_CASE(
    "decentralized_gradient_descent broadcasts before it computes: 1 payload, stamp 0, to both neighbours") {
  const auto problem = five_quadratics();
  const Matrix start = five_starts(), w = undirected_metropolis();
  const auto graph = graph_of(w, false);
  auto programs = algorithm::build_decentralized_gradient_descent(
      inputs_of(problem, graph, start), weights_of<topology::DoublyStochastic>(w, graph), step(0.1));
  ScriptedRuntime runtime(3, graph, *programs[3]);
  runtime.start();
  const auto sent = runtime.take_sent();
  REQUIRE(sent.size() == 2);
  CHECK(sent[0].to == 2);
  CHECK(sent[1].to == 4);
  CHECK(sent[0].payload == sent[1].payload);
  CHECK(sent[0].stamp == 0);
  CHECK(sent[0].values == std::vector<double>{start(3, 0), start(3, 1), start(3, 2)});
  CHECK(!programs[3]->push_mass().has_value());
}
