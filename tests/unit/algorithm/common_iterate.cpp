// The two methods in which all agents hold one iterate: with a server, and with a ring all-reduce.
#include <map>

#include "core/base/random.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/algorithm/quadratics.hpp"
#include "tests/unit/algorithm/tick_world.hpp"

using namespace taubar;
using namespace taubar::test;

namespace {

/// x of rounds 0 … rounds−1, repeated for all agents: x ← x − α (1/n) Σ ∇f_i(x) from the mean of the starts.
std::vector<Matrix> gradient_descent(const Quadratics& problem, const Matrix& start,
                                     const algorithm::ScheduleSpec& alpha, int rounds) {
  Vector x = start.colwise().mean();
  std::vector<Matrix> all;
  for (int k = 0; k < rounds; ++k) {
    const Matrix repeated = x.transpose().replicate(start.rows(), 1);
    all.push_back(repeated);
    x -= alpha.at(k) * problem.gradients(repeated).colwise().mean().transpose();
  }
  return all;
}

Quadratics random_quadratics(int n, int d, std::uint64_t seed) {
  Stream random(seed, Purpose::test);
  Matrix a(n, d), b(n, d);
  for (int i = 0; i < n; ++i)
    for (int c = 0; c < d; ++c) a(i, c) = 0.2 + random.uniform(), b(i, c) = random.normal();
  return {a, b};
}

/// What an overlay needs of a topology is its number of agents.
topology::Digraph no_links(std::size_t n) { return topology::Digraph::from_links(n, {}, true); }

void shake(TickWorld& world, Stream& random, std::uint64_t seed, std::size_t agents) {
  world.compute_ticks = [&random](AgentId i) {
    return 1 + static_cast<std::int64_t>(random.below(i == 2 ? 40 : 4));
  };
  world.latency_ticks = [&random](const SentMessage&) {
    return 1 + static_cast<std::int64_t>(random.below(25));
  };
  world.copies = [&random](const SentMessage&) { return 1 + static_cast<int>(random.below(3)); };
  if (seed % 2 == 0)
    for (AgentId i = 0; i < agents; ++i) world.runtime(i).compute_at_begin = true;
}

}  // namespace

TEST_CASE("master_worker_gradient_descent equals gradient descent to 1e-12 over 60 rounds of 5 workers") {
  const auto problem = five_quadratics();
  const Matrix start = five_starts();
  const auto graph = no_links(5);
  const auto alpha = falling_step(0.5);
  auto programs = algorithm::build_master_worker_gradient_descent(inputs_of(problem, graph, start), alpha);
  REQUIRE(programs.size() == 6);
  TickWorld world(std::move(programs), graph);
  world.run_steps(60, 5);
  CHECK(deviation(world.trajectory, gradient_descent(problem, start, *alpha, 60)) <= 1e-12);
  CHECK(world.tick() == 1 + 59 * 4 + 1);  // there, compute, back: 2 s a round
  CHECK(world.trajectory[5].empty());     // the server takes no local steps
  CHECK(world.iterate(5) == world.iterate(0));
  CHECK(world.messages_sent() == 59 * 10 + 5);
}

TEST_CASE(
    "all_reduce_gradient_descent equals gradient descent to 1e-12 over 40 rounds for 7 pairs of n and d") {
  const std::pair<int, int> cases[] = {{5, 3}, {3, 7}, {4, 5}, {2, 1}, {1, 4}, {6, 6}, {4, 100}};
  for (const auto& [n, d] : cases) {
    const auto problem = random_quadratics(n, d, 11);
    Matrix start(n, d);
    Stream random(12, Purpose::test);
    for (int i = 0; i < n; ++i)
      for (int c = 0; c < d; ++c) start(i, c) = random.normal();
    const auto graph = no_links(static_cast<std::size_t>(n));
    const auto alpha = falling_step(0.5);
    TickWorld world(algorithm::build_all_reduce_gradient_descent(inputs_of(problem, graph, start), alpha),
                    graph);
    std::map<std::int64_t, std::size_t> bytes_of_stamp;
    world.copies = [&](const SentMessage& m) {
      CHECK(m.to == (m.from + 1) % static_cast<AgentId>(n));
      CHECK(m.values.size() <= static_cast<std::size_t>((d + n - 1) / n));
      bytes_of_stamp[m.stamp] += m.values.size();
      return 1;
    };
    world.run_steps(40, static_cast<std::size_t>(n));
    CHECK(deviation(world.trajectory, gradient_descent(problem, start, *alpha, 40)) <= 1e-12);
    const int steps = 2 * (n - 1);
    CHECK(world.tick() == 39 * (2 + steps) + 1);
    CHECK(world.messages_sent() == static_cast<std::size_t>(39 * steps * n));
    // In each step every chunk is on its way once, on some link: d values in all.
    for (const auto& [stamp, values] : bytes_of_stamp) CHECK(values == static_cast<std::size_t>(d));
    CHECK(bytes_of_stamp.size() == static_cast<std::size_t>(39 * steps));
  }
}

TEST_CASE("all_reduce_gradient_descent leaves the same bits in all 7 agents") {
  const auto problem = random_quadratics(7, 10, 21);
  const Matrix start = Matrix::Constant(7, 10, 0.1);
  const auto graph = no_links(7);
  TickWorld world(algorithm::build_all_reduce_gradient_descent(inputs_of(problem, graph, start), step(0.3)),
                  graph);
  world.run_steps(30, 7);
  for (std::size_t k = 0; k < 30; ++k)
    for (std::size_t i = 1; i < 7; ++i) REQUIRE(world.trajectory[i][k] == world.trajectory[0][k]);
  CHECK(world.trajectory[0][0] == Vector::Constant(10, 0.1));
}

TEST_CASE("server and ring give the same bits under any times, reordering and duplicates, over 60 rounds") {
  const auto problem = random_quadratics(5, 12, 31);
  const Matrix start = Matrix::Zero(5, 12);
  const auto graph = no_links(5);
  const auto inputs = inputs_of(problem, graph, start);
  for (const auto build :
       {algorithm::build_master_worker_gradient_descent, algorithm::build_all_reduce_gradient_descent}) {
    TickWorld lock_step(build(inputs, step(0.2)), graph);
    lock_step.run_steps(60, 5);
    for (std::uint64_t seed = 1; seed <= 4; ++seed) {
      Stream random(seed, Purpose::test);
      TickWorld world(build(inputs, step(0.2)), graph);
      shake(world, random, seed, 5);
      world.run_steps(60, 5);
      for (std::size_t i = 0; i < 5; ++i)
        for (std::size_t k = 0; k < 60; ++k) REQUIRE(world.trajectory[i][k] == lock_step.trajectory[i][k]);
    }
  }
}

TEST_CASE("server and ring stop for ever when 1 message is lost") {
  const auto problem = five_quadratics();
  const Matrix start = five_starts();
  const auto graph = no_links(5);
  const auto inputs = inputs_of(problem, graph, start);
  for (const auto build :
       {algorithm::build_master_worker_gradient_descent, algorithm::build_all_reduce_gradient_descent}) {
    TickWorld world(build(inputs, step(0.2)), graph);
    std::size_t number = 0;
    world.copies = [&](const SentMessage&) { return ++number == 100 ? 0 : 1; };
    world.run_until(5000);
    CHECK(world.in_flight().empty());
    for (std::size_t i = 0; i < 5; ++i) CHECK(world.trajectory[i].size() <= 12);
  }
}

TEST_CASE("1 worker and its server, and a ring of 1, do plain gradient descent") {
  const auto problem = random_quadratics(1, 3, 41);
  const Matrix start = Matrix::Ones(1, 3);
  const auto graph = no_links(1);
  const auto inputs = inputs_of(problem, graph, start);
  for (const auto build :
       {algorithm::build_master_worker_gradient_descent, algorithm::build_all_reduce_gradient_descent}) {
    TickWorld world(build(inputs, step(0.4)), graph);
    world.run_steps(20, 1);
    CHECK(deviation(world.trajectory, gradient_descent(problem, start, *step(0.4), 20)) <= 1e-13);
  }
}

TEST_CASE("the common start is the mean of 3 starts, and exactly the start where they are equal") {
  Matrix starts(3, 2);
  starts << 1, 2, 4, -2, 1, 3;
  CHECK((algorithm::common_start(starts) - Vector{{2.0, 1.0}}).cwiseAbs().maxCoeff() <= 1e-15);
  starts = Vector{{0.1, 0.7}}.transpose().replicate(3, 1);
  CHECK(algorithm::common_start(starts) == Vector{{0.1, 0.7}});
}
