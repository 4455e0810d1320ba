#include <map>

#include "core/base/random.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/algorithm/quadratics.hpp"
#include "tests/unit/algorithm/tick_world.hpp"

using namespace taubar;
using namespace taubar::test;

namespace {

using RobustOptions = algorithm::RobustAsynchronousGradientPushOptions;

algorithm::Programs robust(const problem::Problem& problem, const Matrix& p, const topology::Digraph& graph,
                           const Matrix& initial, algorithm::StepSize alpha, const RobustOptions& options = {}) {
  return algorithm::build_robust_asynchronous_gradient_push(
      inputs_of(problem, graph, initial), weights_of<topology::ColumnStochastic>(p, graph), std::move(alpha),
      options);
}

/// Whether the total that `from` sends to `to` for the `stamp`-th time is lost: 30 % of them.
bool lost(AgentId from, AgentId to, std::int64_t stamp) {
  return Stream(11, Purpose::test, from * 8 + to, static_cast<std::uint64_t>(stamp)).uniform() < 0.3;
}

/// One instant a step, all agents active, totals of the last instant accepted, and with `lossy` 30 % of them lost.
std::vector<Matrix> recursion(const Quadratics& problem, const Matrix& p, const Matrix& start,
                              const algorithm::ScheduleSpec& alpha, int steps, bool lossy) {
  const Eigen::Index n = start.rows(), d = start.cols();
  Matrix mass(n, d + 1);
  mass << start, Vector::Ones(n);
  Matrix z = start;
  std::map<std::pair<Eigen::Index, Eigen::Index>, Vector> sent, on_its_way, accepted;
  std::vector<Matrix> all{z};
  for (int k = 0; k + 1 < steps; ++k) {
    mass.leftCols(d) -= alpha.at(k) * problem.gradients(z);
    const Matrix half = mass;
    for (Eigen::Index i = 0; i < n; ++i) mass.row(i) = p(i, i) * half.row(i);
    const auto arriving = std::exchange(on_its_way, {});
    for (Eigen::Index i = 0; i < n; ++i)
      for (Eigen::Index j = 0; j < n; ++j) {
        if (i == j || p(j, i) == 0) continue;
        auto& total = sent.try_emplace({i, j}, Vector::Zero(d + 1)).first->second;
        total += p(j, i) * half.row(i).transpose();
        if (!lossy || !lost(static_cast<AgentId>(i), static_cast<AgentId>(j), k + 1)) on_its_way[{i, j}] = total;
      }
    for (const auto& [link, total] : arriving) {
      auto& last = accepted.try_emplace(link, Vector::Zero(d + 1)).first->second;
      mass.row(link.second) += (total - last).transpose();
      last = total;
    }
    z = mass.col(d).cwiseInverse().asDiagonal() * mass.leftCols(d);
    all.push_back(z);
  }
  return all;
}

}  // namespace

TEST_CASE("robust gradient-push equals its matrix recursion to 1e-12 over 60 instants, without loss and with 30 %") {
  const auto problem = five_quadratics();
  const Matrix start = five_starts();
  const auto alpha = falling_step(0.1);
  for (const Matrix& p : {uniform_directed(), uneven_directed(), undirected_metropolis()})
    for (const bool lossy : {false, true}) {
      const auto graph = graph_of(p, true);
      TickWorld world(robust(problem, p, graph, start, alpha), graph);
      if (lossy) world.copies = [](const SentMessage& m) { return lost(m.from, m.to, m.stamp) ? 0 : 1; };
      world.run_steps(60, 5);
      CHECK(deviation(world.trajectory, recursion(problem, p, start, *alpha, 60, lossy)) <= 1e-12);
    }
}

TEST_CASE(
    "E3: running sums keep mass to 1e-12 over 100,000 activations with 30 % loss, 20 % duplicates and reordering, and "
    "every y stays positive") {
  const auto problem = five_quadratics();
  const Matrix start = five_starts();
  const Vector total = start.colwise().sum();
  for (const Matrix& p : {uniform_directed(), uneven_directed()}) {
    const auto graph = graph_of(p, true);
    TickWorld world(robust(problem, p, graph, start, step(0.001), {0.05, std::nullopt}), graph);
    Stream random(5, Purpose::test);
    world.compute_ticks = [&](AgentId) { return 1 + static_cast<std::int64_t>(random.below(2)); };
    world.latency_ticks = [&](const SentMessage&) { return 1 + static_cast<std::int64_t>(random.below(6)); };
    std::int64_t sent = 0, lost_ones = 0;
    world.copies = [&](const SentMessage&) {
      const double u = random.uniform();
      ++sent;
      lost_ones += u < 0.3;
      return u < 0.3 ? 0 : u < 0.5 ? 2 : 1;
    };
    double error = 0, least = 1;
    world.after_tick = [&] {
      for (AgentId i = 0; i < 5; ++i) least = std::min(least, world.program(i).push_mass()->weight);
      if (world.tick() % 97 != 0) return;
      const auto [x, y] = world.mass(3);
      error = std::max({error, std::fabs(y - 5), (x - total).cwiseAbs().maxCoeff()});
    };
    world.run_until(30'000);
    std::size_t activations = 0;
    for (const auto& steps : world.trajectory) activations += steps.size() - 1;
    CHECK(activations > 99'000);
    CHECK(static_cast<double>(lost_ones) > 0.29 * static_cast<double>(sent));
    CHECK(error <= 1e-12);
    CHECK(least > 0);
    for (AgentId i = 0; i < 5; ++i) CHECK((world.iterate(i) - problem.minimiser()).norm() < 0.5);
  }
}

TEST_CASE("a total is accepted once and only if newer: stamps 3, 2, 3, 5 bring the totals of 3 and 5") {
  const auto problem = five_quadratics();
  const Matrix start = five_starts(), p = uniform_directed();
  const auto graph = graph_of(p, true);
  auto programs = robust(problem, p, graph, start, step(0));
  ScriptedRuntime runtime(2, graph, *programs[2]);
  runtime.start();
  runtime.deliver(0, 2, 3, {3, 3, 3, 0.75});
  runtime.deliver(0, 2, 2, {2, 2, 2, 0.5});
  runtime.deliver(0, 2, 3, {3, 3, 3, 0.75});
  runtime.finish_compute();
  const double own = p(2, 2);
  auto mass = programs[2]->push_mass();
  CHECK(mass->weight == own + 0.75);
  for (std::size_t c = 0; c < 3; ++c) CHECK(mass->x[c] == Approx(own * start(2, static_cast<Eigen::Index>(c)) + 3).epsilon(1e-15));
  // One out-neighbour: sent 1 − own; accepted 0.75.
  CHECK(mass->outstanding_weight == Approx((1 - own) - 0.75).epsilon(1e-15));
  runtime.deliver(0, 2, 5, {5, 5, 5, 1.25});
  runtime.finish_compute();
  mass = programs[2]->push_mass();
  CHECK(mass->weight == Approx(own * (own + 0.75) + 0.5).epsilon(1e-15));
}

TEST_CASE("below the weight floor an agent sends its totals again, with a newer stamp, and splits nothing off") {
  const auto problem = five_quadratics();
  const Matrix start = five_starts(), p = uniform_directed();
  const auto graph = graph_of(p, true);
  auto programs = robust(problem, p, graph, start, step(0), {0.2, std::nullopt});
  ScriptedRuntime runtime(0, graph, *programs[0]);  // shares of 1/3: y = 1, 1/3, 1/9
  runtime.start();
  std::vector<std::vector<SentMessage>> sent;
  for (int k = 0; k < 4; ++k) {
    runtime.finish_compute();
    sent.push_back(runtime.take_sent());
    REQUIRE(sent.back().size() == 2);
    CHECK(sent.back()[0].stamp == k + 1);
  }
  CHECK(sent[1][0].values[3] == Approx(1.0 / 3 + 1.0 / 9).epsilon(1e-15));
  CHECK(sent[2][0].values == sent[1][0].values);
  CHECK(sent[3][1].values == sent[1][1].values);
  CHECK(programs[0]->push_mass()->weight == Approx(1.0 / 9).epsilon(1e-15));
  runtime.have_left = false;
  runtime.finish_compute();
  CHECK(runtime.take_sent().empty());
}

TEST_CASE("with ticks of 1 s an activation at 3.5 s uses alpha(0) + alpha(1) + alpha(2), one at 3.9 s nothing, one at 5 s the next two") {
  Matrix a(1, 1), b(1, 1), start(1, 1);
  a << 1;
  b << 0;
  start << 1;
  const Quadratics problem(a, b);
  const auto graph = topology::Digraph::from_links(1, {}, true);
  const auto alpha = falling_step(0.1);
  auto programs = robust(problem, Matrix::Ones(1, 1), graph, start, alpha, {1e-5, from_seconds(1)});
  ScriptedRuntime runtime(0, graph, *programs[0]);
  runtime.start();
  const auto at = [&](double seconds) {
    runtime.clock = from_seconds(seconds);
    runtime.finish_compute();
    return programs[0]->iterate()[0];
  };
  const double first = 1 - (alpha->at(0) + alpha->at(1) + alpha->at(2));
  CHECK(at(3.5) == Approx(first).epsilon(1e-15));
  CHECK(at(3.9) == Approx(first).epsilon(1e-15));
  CHECK(at(5) == Approx(first * (1 - alpha->at(3) - alpha->at(4))).epsilon(1e-15));
}

TEST_CASE("robust gradient-push refuses a mixing matrix that leaves an agent no share of its own") {
  Matrix p(2, 2);
  p << 0, 1, 1, 0;
  const auto problem = five_quadratics();
  const auto graph = graph_of(p, true);
  CHECK_THROWS_AS(robust(problem, p, graph, Matrix::Zero(2, 3), step(1)), InputError);
}

TEST_CASE(
    "theory 2.3: with steps n/(mu(k+1)) and perfect averaging 4,000 runs of m = 20 noisy updates leave E|xbar - z*|^2 = "
    "sigma^2/(mu^2 m); each of the two checks raises a false alarm for one seed in 10,000") {
  // f_i = ½ ‖x − b_i‖²: F = (1/n) Σ f_i has mu = 1, so the step is 1/(k+1). x̄ is the running mean of noisy minimisers; its
  // noise is the mean of n, each E‖·‖² = s², so E‖x̄ − z*‖² = s²/(n m). (The theory's Σ f_i has mu = n, sigma² = n s².)
  // Averaging is perfect for one agent alone, and for two that share halves in rounds.
  const int runs = 4000, m = 20;
  const double s = 0.7;
  struct Harmonic final : algorithm::ScheduleSpec {
    void fields(config::Fields&) override {}
    double at(std::int64_t k) const override { return 1 / (static_cast<double>(k) + 1); }
  };
  const auto alpha = std::make_shared<Harmonic>();
  const problem::GradientRule noisy{problem::GradientRule::Kind::noisy, 1, s};
  for (const int n : {1, 2}) {
    Matrix centres = Matrix::Constant(n, 2, 1.5);
    centres(0, 1) = -2;
    const Quadratics problem(Matrix::Ones(n, 2), centres);
    const Matrix p = Matrix::Constant(n, n, 1.0 / n), start = Matrix::Constant(n, 2, 4.0);
    const auto graph = graph_of(p, true);
    const auto weights = weights_of<topology::ColumnStochastic>(p, graph);
    double sum = 0;
    for (int run = 0; run < runs; ++run) {
      const algorithm::Inputs noisy_inputs{problem, noisy, graph, topology::MixingKind::default_for_method, 0, start,
                                           static_cast<std::uint64_t>(run)};
      TickWorld world(n == 1 ? algorithm::build_robust_asynchronous_gradient_push(noisy_inputs, weights, alpha, {})
                             : algorithm::build_stochastic_gradient_push(noisy_inputs, weights, alpha, 0),
                      graph);
      world.run_steps(m + 1, static_cast<std::size_t>(n));
      sum += (world.iterate(0) - problem.minimiser()).squaredNorm();
    }
    // The square of N(0, v I_2) has mean 2v and standard deviation 2v: 3.9 of them divided by √4000.
    CHECK(sum / runs == Approx(s * s / (n * m)).epsilon(3.9 / std::sqrt(runs)));
  }
}
