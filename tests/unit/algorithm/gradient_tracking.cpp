// Push-DIGing and ExtraPush: rounds that end at the minimiser with a constant step.
#include <complex>

#include "core/base/random.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/algorithm/quadratics.hpp"
#include "tests/unit/algorithm/tick_world.hpp"

using namespace taubar;
using namespace taubar::test;

namespace {

/// Rows divided by w.
Matrix ratio(const Matrix& z, const Vector& w) { return w.cwiseInverse().asDiagonal() * z; }

std::vector<Matrix> push_diging(const Quadratics& problem, const Matrix& c, const Matrix& start,
                                const algorithm::ScheduleSpec& alpha, int rounds) {
  Matrix u = start, x = start, y = problem.gradients(x);
  Vector v = Vector::Ones(start.rows());
  std::vector<Matrix> all{x};
  for (int k = 0; k + 1 < rounds; ++k) {
    u = (c * (u - alpha.at(k) * y)).eval();
    v = (c * v).eval();
    const Matrix next = ratio(u, v);
    y = (c * y + problem.gradients(next) - problem.gradients(x)).eval();
    x = next;
    all.push_back(x);
  }
  return all;
}

std::vector<Matrix> extra_push(const Quadratics& problem, const Matrix& a, const Matrix& start, double alpha, int rounds) {
  const Matrix half = (a + Matrix::Identity(a.rows(), a.cols())) / 2;
  Vector w = a * Vector::Ones(start.rows());
  Matrix before = start, x_before = start;
  Matrix z = a * start - alpha * problem.gradients(start), x = ratio(z, w);
  std::vector<Matrix> all{start, x};
  while (static_cast<int>(all.size()) < rounds) {
    const Matrix next = z + a * z - half * before - alpha * (problem.gradients(x) - problem.gradients(x_before));
    w = (a * w).eval();
    before = std::exchange(z, next);
    x_before = std::exchange(x, ratio(z, w));
    all.push_back(x);
  }
  return all;
}

using Build = algorithm::Programs (*)(const algorithm::Inputs&, topology::ColumnStochastic, algorithm::StepSize);

TickWorld world_of(Build build, const Quadratics& problem, const Matrix& p, const topology::Digraph& graph,
                   const Matrix& start, algorithm::StepSize alpha) {
  return TickWorld(build(inputs_of(problem, graph, start), weights_of<topology::ColumnStochastic>(p, graph), alpha), graph);
}

}  // namespace

TEST_CASE("push_diging equals its matrix recursion to 1e-12 over 60 rounds on 5 agents, constant and falling steps") {
  const auto problem = five_quadratics();
  const Matrix start = five_starts();
  for (const Matrix& p : {uniform_directed(), uneven_directed(), undirected_metropolis()})
    for (const auto& alpha : {step(0.05), falling_step(0.1)}) {
      const auto graph = graph_of(p, true);
      auto world = world_of(algorithm::build_push_diging, problem, p, graph, start, alpha);
      world.run_steps(60, 5);
      CHECK(deviation(world.trajectory, push_diging(problem, p, start, *alpha, 60)) <= 1e-12);
      CHECK(world.tick() == 59 * 3 + 1);  // 1 s of compute and half a second of latency
    }
}

TEST_CASE("extra_push equals its matrix recursion to 1e-12 over 60 rounds on 5 agents, and its messages travel while it computes") {
  const auto problem = five_quadratics();
  const Matrix start = five_starts();
  for (const Matrix& p : {uniform_directed(), uneven_directed(), undirected_metropolis()}) {
    const auto graph = graph_of(p, true);
    auto world = world_of(algorithm::build_extra_push, problem, p, graph, start, step(0.05));
    world.run_steps(60, 5);
    CHECK(deviation(world.trajectory, extra_push(problem, p, start, 0.05, 60)) <= 1e-12);
    CHECK(world.tick() == 59 * 2 + 1);  // 1 s of compute alone
  }
}

TEST_CASE("with step 0.05 push_diging and extra_push come to the minimiser to 1e-9 on a digraph, where gradient_push stays 0.01 away") {
  const auto problem = five_quadratics();
  const Matrix start = five_starts(), p = uniform_directed();
  const auto graph = graph_of(p, true);
  const Vector solution = problem.minimiser();
  const auto worst = [&](Build build) {
    auto world = world_of(build, problem, p, graph, start, step(0.05));
    world.run_steps(3000, 5);
    double largest = 0;
    for (AgentId i = 0; i < 5; ++i) largest = std::max(largest, (world.iterate(i) - solution).norm());
    return largest;
  };
  CHECK(worst(algorithm::build_push_diging) < 1e-9);
  CHECK(worst(algorithm::build_extra_push) < 1e-9);
  CHECK(worst(algorithm::build_gradient_push) > 1e-2);
}

TEST_CASE("on a directed ring of 5 with halves push_diging converges and extra_push grows by |rho| = 1.22 a round, however small the step") {
  const auto problem = five_quadratics();
  const Matrix start = five_starts();
  Matrix p = 0.5 * Matrix::Identity(5, 5);
  for (int i = 0; i < 5; ++i) p((i + 1) % 5, i) = 0.5;
  const auto graph = graph_of(p, true);
  auto tracking = world_of(algorithm::build_push_diging, problem, p, graph, start, step(0.05));
  tracking.run_steps(3000, 5);
  for (AgentId i = 0; i < 5; ++i) CHECK((tracking.iterate(i) - problem.minimiser()).norm() < 1e-9);
  // λ = ½ + ½ e^{2πi/5}; the larger root of ρ² − (1+λ) ρ + (1+λ)/2.
  const std::complex<double> s = 1.5 + 0.5 * std::polar(1.0, 2 * std::acos(-1.0) / 5);
  const double growth = std::max(std::abs((s + std::sqrt(s * s - 2.0 * s)) / 2.0), std::abs((s - std::sqrt(s * s - 2.0 * s)) / 2.0));
  CHECK(growth == Approx(1.221).epsilon(1e-3));
  auto extra = world_of(algorithm::build_extra_push, problem, p, graph, start, step(1e-6));
  extra.run_steps(201, 5);
  const double before = extra.trajectory[0][100].norm(), after = extra.trajectory[0][200].norm();
  CHECK(std::pow(after / before, 0.01) == Approx(growth).epsilon(0.01));
}

TEST_CASE("push_diging and extra_push give the same bits under any times, reordering and duplicates, and keep their mass to 1e-12") {
  const auto problem = five_quadratics();
  const Matrix start = five_starts(), p = uniform_directed();
  const auto graph = graph_of(p, true);
  const Vector total = start.colwise().sum();
  for (const Build build : {Build{algorithm::build_push_diging}, Build{algorithm::build_extra_push}}) {
    auto lock_step = world_of(build, problem, p, graph, start, step(0.05));
    lock_step.run_steps(80, 5);
    auto world = world_of(build, problem, p, graph, start, step(0.05));
    Stream random(2, Purpose::test);
    world.compute_ticks = [&](AgentId i) { return 1 + static_cast<std::int64_t>(random.below(i == 2 ? 40 : 4)); };
    world.latency_ticks = [&](const SentMessage&) { return 1 + static_cast<std::int64_t>(random.below(25)); };
    double error = 0;
    world.after_tick = [&] {
      const auto [x, y] = world.mass(3);
      error = std::max({error, std::fabs(y - 5), (x - total).cwiseAbs().maxCoeff()});
    };
    world.run_steps(80, 5);
    CHECK(error <= 1e-12);
    world.after_tick = [] {};
    world.copies = [&](const SentMessage&) { return 1 + static_cast<int>(random.below(3)); };
    world.run_steps(120, 5);
    lock_step.run_steps(120, 5);
    for (std::size_t i = 0; i < 5; ++i)
      for (std::size_t k = 0; k < 120; ++k) REQUIRE(world.trajectory[i][k] == lock_step.trajectory[i][k]);
  }
}
