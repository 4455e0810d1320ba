#include "core/base/random.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/algorithm/quadratics.hpp"
#include "tests/unit/algorithm/tick_world.hpp"

using namespace taubar;
using namespace taubar::test;

namespace {

TickWorld gradient_push_world(const Quadratics& problem, const Matrix& p, const topology::Digraph& graph,
                              const Matrix& initial, algorithm::StepSize alpha) {
  return TickWorld(algorithm::build_gradient_push(inputs_of(problem, graph, initial),
                                                  weights_of<topology::ColumnStochastic>(p, graph), alpha),
                   graph);
}

/// Z of rounds 0 … rounds−1: X ← P (X − α ∇F(Z)), y ← P y, Z = X / y by rows.
std::vector<Matrix> synchronous_recursion(const Quadratics& problem, const Matrix& p, Matrix x,
                              const algorithm::ScheduleSpec& alpha, int rounds) {
  Vector y = Vector::Ones(x.rows());
  Matrix z = x;
  std::vector<Matrix> all{z};
  for (int r = 0; r + 1 < rounds; ++r) {
    x = (p * (x - alpha.at(r) * problem.gradients(z))).eval();
    y = (p * y).eval();
    z = y.cwiseInverse().asDiagonal() * x;
    all.push_back(z);
  }
  return all;
}

}  // namespace

TEST_CASE(
    "gradient_push equals its matrix recursion to 1e-12 over 60 rounds on 5 agents, directed and "
    "undirected") {
  const auto problem = five_quadratics();
  const Matrix start = five_starts();
  const auto alpha = falling_step(0.3);
  const Matrix mixings[] = {uniform_directed(), uneven_directed(), undirected_metropolis()};
  for (const auto& p : mixings) {
    const auto graph = graph_of(p, true);
    auto world = gradient_push_world(problem, p, graph, start, alpha);
    world.run_steps(60, 5);
    CHECK(deviation(world.trajectory, synchronous_recursion(problem, p, start, *alpha, 60)) <= 1e-12);
    CHECK(world.tick() == 59 * 3 + 1);  // a round is 1 s of compute and half a second of latency
  }
}

TEST_CASE("gradient_push gives the same bits under any compute times, latencies, reordering and duplicates") {
  const auto problem = five_quadratics();
  const Matrix start = five_starts(), p = uneven_directed();
  const auto graph = graph_of(p, true);
  auto lock_step = gradient_push_world(problem, p, graph, start, step(0.2));
  lock_step.run_steps(80, 5);
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    Stream random(seed, Purpose::test);
    auto world = gradient_push_world(problem, p, graph, start, step(0.2));
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
    "T1: 2 agents that share halves agree after each mix and follow xbar' - x* = (1 - alpha (a1+a2)/2)(xbar "
    "- x*)") {
  const double alpha = 0.1;
  Matrix a(2, 1), b(2, 1), start(2, 1), p(2, 2);
  a << 1, 1;
  b << 2, -1;
  start << 3, -5;
  p << 0.5, 0.5, 0.5, 0.5;
  // With curvatures a1 = a2 the gradients at different z_i of round 0 average to that at xbar; later z_1 =
  // z_2.
  for (const double second : {1.0, 3.0}) {
    a(1, 0) = second;
    if (second != 1.0) start << -1, -1;  // a common start, else round 0 is another recursion
    const Quadratics problem(a, b);
    const auto graph = graph_of(p, true);
    auto world = gradient_push_world(problem, p, graph, start, step(alpha));
    world.run_steps(40, 2);
    const double solution = problem.minimiser()[0];
    double xbar = start.mean();
    for (std::size_t k = 1; k < 40; ++k) {
      xbar = solution + (1 - alpha * (a(0, 0) + a(1, 0)) / 2) * (xbar - solution);
      CHECK(world.trajectory[0][k] == world.trajectory[1][k]);
      CHECK(std::fabs(world.trajectory[0][k][0] - xbar) <= 1e-14);
    }
    CHECK(world.program(0).push_mass()->perturbation.size() == 1);
  }
}

TEST_CASE(
    "T2 and E1: 2 agents with p = 0.3, alpha = 0.05, a = (1, 3), b = (2, -1) stop at z = (-1/7, -2/7)") {
  const double p = 0.3, alpha = 0.05;
  Matrix a(2, 1), b(2, 1), mixing(2, 2);
  a << 1, 3;
  b << 2, -1;
  mixing << 1 - p, p, p, 1 - p;
  const Quadratics problem(a, b);
  const auto graph = graph_of(mixing, true);
  const Matrix start = Matrix::Zero(2, 1);
  auto world = gradient_push_world(problem, mixing, graph, start, step(alpha));
  world.run_steps(800, 2);
  const double g = -(b(0, 0) - b(1, 0)) / (1 / a(0, 0) + 1 / a(1, 0) + (1 - 2 * p) * alpha / p);
  CHECK(std::fabs(world.iterate(0)[0] - (b(0, 0) + g / a(0, 0))) <= 1e-12);
  CHECK(std::fabs(world.iterate(1)[0] - (b(1, 0) - g / a(1, 0))) <= 1e-12);
  CHECK(std::fabs(world.iterate(0)[0] + 1.0 / 7) <= 1e-12);
  CHECK(std::fabs(world.iterate(1)[0] + 2.0 / 7) <= 1e-12);
  CHECK(std::fabs((world.iterate(0)[0] + world.iterate(1)[0]) / 2 + 3.0 / 14) <= 1e-12);
}

TEST_CASE("gradient_push keeps its mass, early shares included, to 1e-12 at every one of 600 ticks") {
  const auto problem = five_quadratics();
  const Matrix start = five_starts(), p = uneven_directed();
  const auto graph = graph_of(p, true);
  auto world = gradient_push_world(problem, p, graph, start, step(0.2));
  Stream random(7, Purpose::test);
  world.compute_ticks = [&](AgentId i) {
    return 1 + static_cast<std::int64_t>(random.below(i == 4 ? 30 : 3));
  };
  const Vector total = start.colwise().sum();
  int ticks = 0;
  double error = 0;
  world.after_tick = [&] {
    const auto [x, y] = world.mass(3);
    error = std::max({error, std::fabs(y - 5), (x - total).cwiseAbs().maxCoeff()});
    ++ticks;
  };
  world.run_until(599);
  CHECK(ticks == 600);
  CHECK(error <= 1e-12);
}

TEST_CASE("gradient_push stops for ever, all 5 agents of it, when 1 message is lost") {
  const auto problem = five_quadratics();
  const Matrix start = five_starts(), p = uniform_directed();
  const auto graph = graph_of(p, true);
  auto world = gradient_push_world(problem, p, graph, start, step(0.2));
  world.copies = [](const SentMessage& m) { return m.from == 1 && m.to == 2 && m.stamp == 10 ? 0 : 1; };
  world.run_until(2000);
  CHECK(world.trajectory[2].size() == 11);  // rounds 0 … 10 were begun
  for (const auto& steps : world.trajectory) CHECK(steps.size() < 11 + 5);
  CHECK(world.in_flight().empty());
}

TEST_CASE("gradient_push sends 1 payload to all out-neighbours when their weights are equal, else 1 each") {
  const auto problem = five_quadratics();
  const Matrix start = five_starts();
  for (const bool uniform : {true, false}) {
    const Matrix p = uniform ? uniform_directed() : uneven_directed();
    const auto graph = graph_of(p, true);
    auto programs = algorithm::build_gradient_push(
        inputs_of(problem, graph, start), weights_of<topology::ColumnStochastic>(p, graph), step(0.0));
    ScriptedRuntime runtime(0, graph, *programs[0]);
    runtime.start();
    runtime.finish_compute();
    const auto sent = runtime.take_sent();
    REQUIRE(sent.size() == 2);
    CHECK((sent[0].payload == sent[1].payload) == uniform);
    for (const auto& message : sent) {
      CHECK(message.kind == agent::push_share);
      CHECK(message.stamp == 0);
      REQUIRE(message.values.size() == 4);
      CHECK(message.values[3] == p(message.to, 0));
      for (int c = 0; c < 3; ++c)
        CHECK(message.values[static_cast<std::size_t>(c)] == p(message.to, 0) * start(0, c));
    }
  }
}

TEST_CASE("gradient_push takes shares of rounds 0, 1 and 2 that arrive in the order 2, 0, 1, and each once") {
  // Agent 2 of the directed graph hears 0 and 1. α = 0, so that z is the mix alone.
  const auto problem = five_quadratics();
  const Matrix start = five_starts(), p = uniform_directed();
  const auto graph = graph_of(p, true);
  auto programs = algorithm::build_gradient_push(inputs_of(problem, graph, start),
                                                 weights_of<topology::ColumnStochastic>(p, graph), step(0.0));
  ScriptedRuntime runtime(2, graph, *programs[2]);
  REQUIRE(std::vector<AgentId>(runtime.in_neighbours().begin(), runtime.in_neighbours().end()) ==
          std::vector<AgentId>{0, 1});
  const auto share = [&](AgentId from, std::int64_t round) {
    const double v = static_cast<double>(10 * round) + from;
    runtime.deliver(from, agent::push_share, round, {v, v, v, 0.25});
  };
  runtime.start();
  for (const std::int64_t round : {2, 0, 1}) share(0, round), share(0, round);
  share(1, 2);
  runtime.finish_compute();
  CHECK(!runtime.computing());  // round 0 lacks agent 1
  share(1, 2);
  CHECK(!runtime.computing());
  const double own = p(2, 2);
  Vector x = start.row(2);
  double y = 1;
  for (const std::int64_t round : {0, 1, 2}) {
    if (round < 2) share(1, round);
    CHECK(runtime.computing());
    const double sum = static_cast<double>(20 * round) + 1;
    x = own * x + Vector::Constant(3, sum);
    y = own * y + 0.5;
    const auto z = programs[2]->iterate();
    for (int c = 0; c < 3; ++c) CHECK(std::fabs(z[static_cast<std::size_t>(c)] - x[c] / y) <= 1e-13);
    runtime.finish_compute();
  }
  CHECK(!runtime.computing());
}
