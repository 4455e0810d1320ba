#include "core/base/random.hpp"
#include "core/topology/rotation.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/algorithm/quadratics.hpp"
#include "tests/unit/algorithm/tick_world.hpp"

using namespace taubar;
using namespace taubar::test;

namespace {

TickWorld sgp_world(const Quadratics& problem, const Matrix& p, const topology::Digraph& graph, const Matrix& initial,
                    algorithm::StepSize alpha, std::int64_t overlap) {
  return TickWorld(
      algorithm::build_stochastic_gradient_push(inputs_of(problem, graph, initial),
                                                weights_of<topology::ColumnStochastic>(p, graph), alpha, overlap),
      graph);
}

/// Links i → i + 1, 2, 4, … mod n.
topology::Digraph exponential(std::size_t n) {
  std::vector<topology::Link> links;
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t hop = 1; hop < n; hop *= 2)
      links.emplace_back(static_cast<AgentId>(i), static_cast<AgentId>((i + hop) % n));
  return topology::Digraph::from_links(n, std::move(links), true);
}

/// P(k): half stays, half goes 2^(k mod m) places on.
Matrix one_peer(Eigen::Index n, int k) {
  int m = 0;
  while ((1 << m) < n) ++m;
  const Eigen::Index hop = Eigen::Index{1} << (k % m);
  Matrix p = 0.5 * Matrix::Identity(n, n);
  for (Eigen::Index i = 0; i < n; ++i) p((i + hop) % n, i) += 0.5;
  return p;
}

/// Rounds whose shares from others are added `delay` rounds later.
template <class MixingOf>
std::vector<Matrix> recursion(const Quadratics& problem, const MixingOf& mixing, const Matrix& start,
                              const algorithm::ScheduleSpec& alpha, int rounds, int delay) {
  const Eigen::Index n = start.rows(), d = start.cols();
  Matrix mass(n, d + 1);
  mass << start, Vector::Ones(n);
  Matrix z = start;
  std::vector<Matrix> all{z}, sent;
  for (int r = 0; r + 1 < rounds; ++r) {
    mass.leftCols(d) -= alpha.at(r) * problem.gradients(z);
    const Matrix p = mixing(r);
    const Matrix own = p.diagonal().asDiagonal();
    sent.push_back((p - own) * mass);
    mass = (own * mass).eval();
    if (r >= delay) mass += sent[static_cast<std::size_t>(r - delay)];
    z = mass.col(d).cwiseInverse().asDiagonal() * mass.leftCols(d);
    all.push_back(z);
  }
  return all;
}

}  // namespace

TEST_CASE("stochastic gradient push without overlap is gradient_push, bit by bit, over 60 rounds of any timing") {
  const auto problem = five_quadratics();
  const Matrix start = five_starts();
  for (const Matrix& p : {uniform_directed(), uneven_directed()}) {
    const auto graph = graph_of(p, true);
    auto sgp = sgp_world(problem, p, graph, start, falling_step(0.3), 0);
    TickWorld plain(algorithm::build_gradient_push(inputs_of(problem, graph, start),
                                                   weights_of<topology::ColumnStochastic>(p, graph), falling_step(0.3)),
                    graph);
    Stream random(3, Purpose::test);
    sgp.compute_ticks = [&](AgentId) { return 1 + static_cast<std::int64_t>(random.below(9)); };
    sgp.latency_ticks = [&](const SentMessage&) { return 1 + static_cast<std::int64_t>(random.below(25)); };
    sgp.copies = [&](const SentMessage&) { return 1 + static_cast<int>(random.below(2)); };
    sgp.run_steps(60, 5);
    plain.run_steps(60, 5);
    for (std::size_t i = 0; i < 5; ++i)
      for (std::size_t k = 0; k < 60; ++k) REQUIRE(sgp.trajectory[i][k] == plain.trajectory[i][k]);
  }
}

TEST_CASE("with overlap 1 and 2 shares half a round, or a round and a half, on their way equal delays of 1 and 2 rounds to 1e-12") {
  const auto problem = five_quadratics();
  const Matrix start = five_starts(), p = uneven_directed();
  const auto graph = graph_of(p, true);
  const auto alpha = falling_step(0.1);
  struct Case {
    std::int64_t overlap, latency;
    int delay;
  };
  // Overlap 1 with a round and a half on the way: the agents wait, and the delay is 1 all the same.
  for (const auto& [overlap, latency, delay] : {Case{1, 1, 1}, Case{2, 1, 1}, Case{2, 3, 2}, Case{1, 3, 1}, Case{5, 3, 2}}) {
    CAPTURE(overlap, latency);
    auto world = sgp_world(problem, p, graph, start, alpha, overlap);
    world.latency_ticks = [latency = latency](const SentMessage&) { return latency; };
    world.run_steps(50, 5);
    CHECK(deviation(world.trajectory, recursion(problem, [&](int) { return p; }, start, *alpha, 50, delay)) <= 1e-12);
    if (latency == 1 || overlap >= 2) CHECK(world.tick() == 49 * 2 + 1);  // nobody waits
  }
}

TEST_CASE("on the one-peer exponential graph of 5 and of 8 agents rounds equal X ← P(k)(X − alpha G(Z)) to 1e-12, under any times") {
  for (const Eigen::Index n : {5, 8}) {
    Matrix a(n, 3), b(n, 3), start(n, 3);
    Stream random(17, Purpose::test);
    for (Eigen::Index i = 0; i < n; ++i)
      for (int c = 0; c < 3; ++c) {
        a(i, c) = 0.5 + random.uniform();
        b(i, c) = random.normal();
        start(i, c) = random.normal();
      }
    const Quadratics problem(a, b);
    const auto graph = exponential(static_cast<std::size_t>(n));
    const auto alpha = falling_step(0.2);
    auto inputs = inputs_of(problem, graph, start);
    inputs.rotating = true;
    topology::ColumnStochastic halves;
    halves.link.assign(graph.links(), 0.5);
    halves.own.assign(graph.agents(), 0.5);
    for (const bool vary : {false, true}) {
      TickWorld world(algorithm::build_stochastic_gradient_push(inputs, halves, alpha, 0), graph);
      if (vary) {
        world.compute_ticks = [&](AgentId) { return 1 + static_cast<std::int64_t>(random.below(7)); };
        world.latency_ticks = [&](const SentMessage&) { return 1 + static_cast<std::int64_t>(random.below(9)); };
      }
      world.run_steps(40, static_cast<std::size_t>(n));
      const auto mixing = [&](int k) { return one_peer(n, k); };
      CHECK(deviation(world.trajectory, recursion(problem, mixing, start, *alpha, 40, 0)) <= 1e-12);
      CHECK(world.messages_sent() <= (40 + 10) * graph.agents());
    }
  }
}

TEST_CASE("with 8 agents and no gradients 3 rounds of one peer each average exactly") {
  const Eigen::Index n = 8;
  Matrix start(n, 1);
  start << 3, -1, 4, 1, -5, 9, 2, 6;
  const Quadratics problem(Matrix::Ones(n, 1), Matrix::Zero(n, 1));
  const auto graph = exponential(8);
  auto inputs = inputs_of(problem, graph, start);
  inputs.rotating = true;
  topology::ColumnStochastic halves;
  halves.link.assign(graph.links(), 0.5);
  halves.own.assign(8, 0.5);
  TickWorld world(algorithm::build_stochastic_gradient_push(inputs, halves, step(0), 0), graph);
  world.run_steps(4, 8);
  for (AgentId i = 0; i < 8; ++i) CHECK(world.iterate(i)[0] == start.mean());
}

TEST_CASE("senders and receivers of a rotation are each other's, and m = 3 rounds of 5 agents are the exponential graph") {
  const topology::Rotation rotation(5);
  CHECK(rotation.period() == 3);
  CHECK(topology::Rotation(1).period() == 0);
  CHECK(topology::Rotation(2).period() == 1);
  CHECK(topology::Rotation(8).period() == 3);
  CHECK(topology::Rotation(9).period() == 4);
  const auto graph = exponential(5);
  std::size_t links = 0;
  for (std::int64_t k = 0; k < 3; ++k)
    for (AgentId i = 0; i < 5; ++i) {
      CHECK(rotation.sender(rotation.receiver(i, k), k) == i);
      CHECK(graph.has_link(i, rotation.receiver(i, k)));
      CHECK(rotation.receiver(i, k + 3) == rotation.receiver(i, k));
      ++links;
    }
  CHECK(links == graph.links());
}

TEST_CASE("stochastic gradient push keeps its mass to 1e-12 at every tick, with overlap and early shares") {
  const auto problem = five_quadratics();
  const Matrix start = five_starts(), p = uneven_directed();
  const auto graph = graph_of(p, true);
  const Vector total = start.colwise().sum();
  for (const std::int64_t overlap : {0, 1, 4}) {
    auto world = sgp_world(problem, p, graph, start, step(0.05), overlap);
    Stream random(7, Purpose::test);
    world.compute_ticks = [&](AgentId i) { return 1 + static_cast<std::int64_t>(random.below(i == 4 ? 30 : 3)); };
    double error = 0;
    world.after_tick = [&] {
      const auto [x, y] = world.mass(3);
      error = std::max({error, std::fabs(y - 5), (x - total).cwiseAbs().maxCoeff()});
    };
    world.run_until(600);
    CHECK(error <= 1e-12);
    CHECK(world.trajectory[0].size() > 20);
  }
}
