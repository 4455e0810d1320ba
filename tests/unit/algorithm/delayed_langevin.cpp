// Langevin sampling with delayed gradients: against its recursion with the same noise, under equal and unequal times.
#include <cmath>
#include <tuple>

#include "core/algorithm/vector_stack.hpp"
#include "core/base/random.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/server_recursion.hpp"
#include "tests/unit/algorithm/quadratics.hpp"
#include "tests/unit/algorithm/tick_world.hpp"

using namespace taubar;
using namespace taubar::test;

namespace {

constexpr std::uint64_t chain_seed = 1;  // of inputs_of

struct Workers {
  Workers(Quadratics of, std::int64_t n)
      : problem(std::move(of)), start(five_starts().topRows(n)), graph(topology::Digraph::from_links(static_cast<std::size_t>(n), {}, true)) {}
  algorithm::Inputs inputs() const { return inputs_of(problem, graph, start); }
  Vector mean_start() const { return start.colwise().mean(); }
  Vector gradient(AgentId i, const Vector& x) const {
    Vector g(x.size());
    problem.local_gradient(i, x, g);
    return g;
  }
  Quadratics problem;
  Matrix start;
  topology::Digraph graph;
};

/// n workers with f_i = ½ a ‖x − 1‖².
Workers alike(std::int64_t n, double a) { return {Quadratics(Matrix::Constant(n, 3, a), Matrix::Ones(n, 3)), n}; }

/// ξ_k
Vector chain_noise(std::int64_t k, Eigen::Index d) {
  Stream stream(chain_seed, Purpose::chain_noise, static_cast<std::uint64_t>(k));
  Vector xi(d);
  for (Eigen::Index c = 0; c < d; ++c) xi[c] = stream.normal();
  return xi;
}

trace::DrawRule every_update(std::int64_t keep) {
  trace::DrawRule rule;
  rule.keep = keep;
  return rule;
}

Vector draw_at(const trace::Draws& draws, std::int64_t k) { return algorithm::as_vector(draws.draw(k)); }

}  // namespace

TEST_CASE("delayed_langevin equals θ − η_k g + √(2 η_k T_k) ξ_k to 1e-12 over 400 ticks of 5 workers 18 times apart") {
  const Workers five(five_quadratics(), 5);
  const auto eta = falling_step(0.1), temperature = falling_step(2);
  const std::vector<std::int64_t> ticks{1, 2, 4, 7, 18};
  TickWorld world(algorithm::build_delayed_langevin(five.inputs(), eta, temperature, every_update(1000)), five.graph);
  world.compute_ticks = [&](AgentId i) { return ticks[i]; };
  world.run_until(400);
  std::vector<double> periods;
  for (const auto t : ticks) periods.push_back(static_cast<double>(t + 2));
  const auto reference = server_run(
      server_arrivals(periods, 400), 5, five.mean_start(), [&](AgentId i, const Vector& x) { return five.gradient(i, x); },
      [&](ServerRun& run, const Vector& g, std::int64_t) {
        const std::int64_t k = run.updates();
        run.models.push_back(run.models.back() - eta->at(k) * g + std::sqrt(2 * eta->at(k) * temperature->at(k)) * chain_noise(k, 3));
        return true;
      });
  REQUIRE(reference.updates() > 300);
  const auto& server = world.program(5);
  CHECK(server.server_figures()->updates == reference.updates());
  CHECK(server.server_figures()->delay_sum == reference.delay_sum);
  CHECK(server.server_figures()->delay_max == reference.delay_max);
  CHECK(reference.delay_max > 5);
  CHECK(server.particles().data() == server.iterate().data());
  REQUIRE(server.draws()->count() == reference.updates());
  double worst = 0;
  for (std::int64_t k = 0; k < reference.updates(); ++k)
    worst = std::max(worst, (draw_at(*server.draws(), k) - reference.models[static_cast<std::size_t>(k) + 1]).cwiseAbs().maxCoeff());
  CHECK(worst <= 1e-12);
}

TEST_CASE("1, 2, 3 and 5 workers of equal times have the delays min(k, n − 1), whatever the latency") {
  for (const std::int64_t n : {1, 2, 3, 5})
    for (const std::int64_t latency : {1, 2, 5}) {
      CAPTURE(n, latency);
      const Workers workers = alike(n, 0.4);
      TickWorld world(algorithm::build_delayed_langevin(workers.inputs(), step(0.1), step(1), every_update(1000)), workers.graph);
      world.latency_ticks = [&](const SentMessage&) { return latency; };
      world.run_until(200);
      const auto& server = world.program(static_cast<AgentId>(n));
      const std::int64_t updates = server.server_figures()->updates, tau = n - 1;
      REQUIRE(updates > 4 * n);
      CHECK(server.server_figures()->delay_max == tau);
      CHECK(server.server_figures()->delay_sum == updates * tau - tau * (tau + 1) / 2);
      std::vector<Vector> theta{workers.mean_start()};
      double worst = 0;
      for (std::int64_t k = 0; k < updates; ++k) {
        const Vector& old = theta[static_cast<std::size_t>(std::max<std::int64_t>(0, k - tau))];
        theta.push_back(theta.back() - 0.1 * workers.gradient(0, old) + std::sqrt(0.2) * chain_noise(k, 3));
        worst = std::max(worst, (theta.back() - draw_at(*server.draws(), k)).cwiseAbs().maxCoeff());
      }
      CHECK(worst <= 1e-12);
    }
}

TEST_CASE("without gradients 1 worker and 5 leave the same Σ √(2 η T) ξ_k: noise is charged once an update, not once a worker") {
  std::vector<Vector> sums;
  for (const std::int64_t n : {1, 5}) {
    const Workers workers = alike(n, 0);
    TickWorld world(algorithm::build_delayed_langevin(workers.inputs(), step(0.1), step(3), every_update(1000)), workers.graph);
    world.run_until(500);
    const auto& draws = *world.program(static_cast<AgentId>(n)).draws();
    REQUIRE(draws.count() > 100);
    sums.push_back(draw_at(draws, 99) - draw_at(draws, 0));
  }
  Vector expected = Vector::Zero(3);
  for (std::int64_t k = 1; k < 100; ++k) expected += std::sqrt(0.6) * chain_noise(k, 3);
  CHECK((sums[0] - expected).norm() < 1e-12);
  CHECK((sums[1] - expected).norm() < 1e-12);
}

TEST_CASE("at temperature 0 delayed_langevin is asynchronous_sgd to the bit over 300 ticks") {
  const Workers five(five_quadratics(), 5);
  TickWorld cold(algorithm::build_delayed_langevin(five.inputs(), falling_step(0.1), step(0), every_update(10)), five.graph);
  TickWorld sgd(algorithm::build_asynchronous_sgd(five.inputs(), falling_step(0.1), {}), five.graph);
  for (TickWorld* world : {&cold, &sgd}) {
    world->compute_ticks = [](AgentId i) { return 1 + 2 * static_cast<std::int64_t>(i); };
    world->run_until(300);
  }
  CHECK(cold.trajectory == sgd.trajectory);
  CHECK(cold.iterate(5) == sgd.iterate(5));
}

TEST_CASE("draws by time are states at every third second, from before the update that comes at that instant or later") {
  const Workers one = alike(1, 0.4);
  trace::DrawRule rule = every_update(1000);
  rule.clock = trace::DrawRule::Clock::time;
  rule.every = from_seconds(3);
  rule.burn_in = from_seconds(5);
  TickWorld by_time(algorithm::build_delayed_langevin(one.inputs(), step(0.1), step(1), rule), one.graph);
  TickWorld by_updates(algorithm::build_delayed_langevin(one.inputs(), step(0.1), step(1), every_update(1000)), one.graph);
  by_time.run_until(400);
  by_updates.run_until(400);
  // An update every 4 ticks of half a second: number k + 1 after 2 (k + 1) seconds.
  const auto& states = *by_updates.program(1).draws();
  const auto& draws = *by_time.program(1).draws();
  REQUIRE(draws.count() == 65);  // at 8, 11, …, 200 s
  for (std::int64_t k = 0; k < draws.count(); ++k) {
    const std::int64_t second = 8 + 3 * k, updates_before = (second - 1) / 2;
    CHECK(draw_at(draws, k) == draw_at(states, updates_before - 1));
  }
}
