#include "core/base/random.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/algorithm/quadratics.hpp"
#include "tests/unit/algorithm/tick_world.hpp"

using namespace taubar;
using namespace taubar::test;

namespace {

TickWorld push_sum_world(const Quadratics& problem, const Matrix& p, const topology::Digraph& graph,
                         const Matrix& initial) {
  return TickWorld(algorithm::build_push_sum(inputs_of(problem, graph, initial),
                                             weights_of<topology::ColumnStochastic>(p, graph)),
                   graph);
}

}  // namespace

TEST_CASE(
    "push_sum equals its matrix recursion with messages 1 step old to 1e-12 over 60 steps of 5 agents") {
  const auto problem = five_quadratics();
  const Matrix start = five_starts();
  const Matrix mixings[] = {uniform_directed(), uneven_directed(), undirected_metropolis()};
  for (const auto& p : mixings) {
    const auto graph = graph_of(p, true);
    auto world = push_sum_world(problem, p, graph, start);
    world.run_steps(60, 5);
    // S(k+1) = D S(k) + (P − D) S(k−1), S = [X y], D the diagonal of P: own shares now, the others' of a step
    // ago.
    const Matrix own = p.diagonal().asDiagonal();
    const Matrix others = p - own;
    Matrix s(5, 4), before = Matrix::Zero(5, 4);
    s << start, Vector::Ones(5);
    std::vector<Matrix> reference;
    for (int k = 0; k < 60; ++k) {
      reference.push_back(s.col(3).cwiseInverse().asDiagonal() * s.leftCols(3));
      const Matrix next = own * s + others * before;
      before = s;
      s = next;
    }
    CHECK(deviation(world.trajectory, reference) <= 1e-12);
    CHECK(world.tick() == 59 * 2 + 1);  // nobody waits: a step is 1 s
  }
}

TEST_CASE(
    "T4: push_sum tends to the average of 5 starts under 10 random schedules, mass kept to 1e-12 at every "
    "tick") {
  const auto problem = five_quadratics();
  const Matrix start = five_starts(), p = uneven_directed();
  const auto graph = graph_of(p, true);
  const Vector average = start.colwise().mean(), total = start.colwise().sum();
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    Stream random(seed, Purpose::test);
    auto world = push_sum_world(problem, p, graph, start);
    world.compute_ticks = [&](AgentId i) { return 1 + static_cast<std::int64_t>(random.below(1 + 3 * i)); };
    world.latency_ticks = [&](const SentMessage&) { return 1 + static_cast<std::int64_t>(random.below(9)); };
    double error = 0;
    world.after_tick = [&] {
      const auto [x, y] = world.mass(3);
      error = std::max({error, std::fabs(y - 5), (x - total).cwiseAbs().maxCoeff()});
    };
    world.run_until(2500);
    CHECK(error <= 1e-12);
    for (AgentId i = 0; i < 5; ++i) CHECK((world.iterate(i) - average).cwiseAbs().maxCoeff() <= 1e-12);
  }
}

TEST_CASE(
    "push_sum shows 1 lost message and 1 duplicate in the sum of weights, by exactly what they carried") {
  const auto problem = five_quadratics();
  const Matrix start = five_starts(), p = uniform_directed();
  const auto graph = graph_of(p, true);
  for (const int arriving : {0, 2}) {
    auto world = push_sum_world(problem, p, graph, start);
    double carried = 0;
    world.copies = [&](const SentMessage& m) {
      if (m.from != 3 || m.to != 4 || m.stamp != 7) return 1;
      carried = m.values.back();
      return arriving;
    };
    world.run_until(100);
    REQUIRE(carried > 0);
    CHECK(std::fabs(world.mass(3).second - (5 + (arriving - 1) * carried)) <= 1e-12);
  }
}

TEST_CASE("push_sum begins steps of 0 sample gradients and states no perturbation") {
  const auto problem = five_quadratics();
  const Matrix start = five_starts(), p = uniform_directed();
  const auto graph = graph_of(p, true);
  auto world = push_sum_world(problem, p, graph, start);
  world.run_until(10);
  CHECK(world.runtime(0).samples() == 0);
  CHECK(world.program(0).push_mass()->perturbation.empty());
}

TEST_CASE("push methods that may hear nothing refuse a mixing matrix with an own share of 0") {
  const auto problem = five_quadratics();
  const Matrix start = five_starts();
  Matrix p = uniform_directed();
  p.col(3) << 0.5, 0.5, 0, 0, 0;
  const auto graph = graph_of(p, true);
  const auto inputs = inputs_of(problem, graph, start);
  const auto weights = weights_of<topology::ColumnStochastic>(p, graph);
  CHECK_THROWS_AS(algorithm::build_push_sum(inputs, weights), InputError);
  CHECK_THROWS_AS(algorithm::build_asynchronous_gradient_push(inputs, weights, step(0.1), {}), InputError);
}
