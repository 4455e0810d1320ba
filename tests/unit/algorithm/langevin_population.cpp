// Groups of sampling particles: each dynamics against its recursion and its law, each exchange against what it says of the
// target. Laws are tested with independent particles: what an independent particle would not do shows in the statistic.
#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/base/random.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/algorithm/particle_laws.hpp"
#include "tests/unit/algorithm/quadratics.hpp"
#include "tests/unit/algorithm/tick_world.hpp"

using namespace taubar;
using namespace taubar::test;

namespace {

using Population = algorithm::LangevinPopulationOptions;
using Dynamics = Population::Dynamics;
using Exchange = Population::Exchange;

const topology::Digraph& one_agent() {
  static const auto graph = topology::Digraph::from_links(1, {}, false);
  return graph;
}

/// One host without neighbours, stepped by hand.
struct Lone {
  Lone(const problem::Problem& problem, double eta, double temperature, const Population& options, const Matrix& initial,
       const problem::GradientRule& gradient = full_gradient, std::uint64_t seed = 1)
      : start(initial),
        programs(algorithm::build_langevin_population(
            {problem, gradient, one_agent(), topology::MixingKind::default_for_method, 0, start, seed, {}}, step(eta), step(temperature),
            options)),
        runtime(0, one_agent(), *programs[0]) {
    runtime.start();
  }
  void walk(int steps) {
    for (int k = 0; k < steps; ++k) runtime.finish_compute();
  }
  std::span<const double> particles() const { return programs[0]->particles(); }
  double particle(std::size_t p) const { return particles()[p]; }

  Matrix start;
  algorithm::Programs programs;
  ScriptedRuntime runtime;
};

Population group(std::int64_t particles, Dynamics dynamics = Dynamics::overdamped) {
  Population options;
  options.particles = particles;
  options.dynamics = dynamics;
  options.draws.keep = 2;
  return options;
}

const SharedQuadratic& unit_quadratic() {
  static const SharedQuadratic problem(1, Vector::Ones(1));
  return problem;
}

/// Standard deviations of Σ x²/(m variance) − 1 for m independent normal x of mean 0 by which it is off; a value above 5 comes
/// once in 1.7 million.
double excess_of_variance(std::span<const double> x, double variance) {
  double sum = 0;
  for (const double value : x) sum += value * value;
  const auto m = static_cast<double>(x.size());
  return (sum / variance - m) / std::sqrt(2 * m);
}

constexpr std::int64_t many = 50'000;

}  // namespace

TEST_CASE("each dynamics is its recursion to 1e-13, with the noise of the streams (agent, 4 p), over 40 steps of 3 particles") {
  const Vector a = Vector::LinSpaced(3, 0.5, 2);
  const SharedQuadratic problem(1, a);
  Matrix start(1, 3);
  start << 1, -2, 0.5;
  const double eta = 0.3, temperature = 0.7;
  for (const auto dynamics : {Dynamics::overdamped, Dynamics::underdamped, Dynamics::preconditioned, Dynamics::metropolis_adjusted}) {
    Population options = group(3, dynamics);
    options.friction = 0.3;
    options.decay = 0.9;
    options.epsilon = 0.05;
    options.initial_spread = 0.5;
    Lone host(problem, eta, temperature, options, start);
    int refused = 0;
    std::vector<Vector> x, other(3, Vector::Zero(3));
    std::vector<Stream> noise, test;
    for (std::uint64_t p = 0; p < 3; ++p) {
      Stream initial(1, Purpose::particle_noise, 0, 4 * p + 1);
      Vector place = start.row(0).transpose();
      for (double& value : place) value += 0.5 * initial.normal();
      x.push_back(place);
      noise.emplace_back(1, Purpose::particle_noise, 0, 4 * p);
      test.emplace_back(1, Purpose::particle_choice, 0, p);
    }
    for (int k = 0; k < 40; ++k) {
      for (std::size_t p = 0; p < 3; ++p) {
        Vector xi(3);
        for (double& value : xi) value = noise[p].normal();
        noise[p].word();  // draws come in fours
        const Vector g = a.cwiseProduct(x[p]);
        if (dynamics == Dynamics::overdamped) x[p] += -eta * g + std::sqrt(2 * eta * temperature) * xi;
        if (dynamics == Dynamics::underdamped) {
          other[p] = 0.7 * other[p] - eta * g + std::sqrt(2 * 0.3 * eta * temperature) * xi;
          x[p] += other[p];
        }
        if (dynamics == Dynamics::preconditioned) {
          other[p] = 0.9 * other[p] + 0.1 * g.cwiseProduct(g);
          const Vector scale = (0.05 + other[p].array().sqrt()).inverse();
          x[p] += (-eta * scale.array() * g.array() + (2 * eta * temperature * scale.array()).sqrt() * xi.array()).matrix();
        }
        if (dynamics == Dynamics::metropolis_adjusted) {
          const auto mean_from = [&](const Vector& from) { return Vector(from - eta * a.cwiseProduct(from)); };
          const Vector y = mean_from(x[p]) + std::sqrt(2 * eta * temperature) * xi;
          const auto log_density = [&](const Vector& from, const Vector& to) {
            return -0.5 * (a.array() * from.array().square()).sum() / temperature -
                   (to - mean_from(from)).squaredNorm() / (4 * eta * temperature);
          };
          const bool taken = std::log(test[p].uniform()) < log_density(y, x[p]) - log_density(x[p], y);
          refused += !taken;
          if (taken) x[p] = y;
        }
      }
      host.walk(1);
      for (std::size_t p = 0; p < 3; ++p)
        for (std::size_t j = 0; j < 3; ++j) REQUIRE(std::abs(host.particle(3 * p + j) - x[p][static_cast<Eigen::Index>(j)]) < 1e-13);
      for (std::size_t j = 0; j < 3; ++j) {
        const auto c = static_cast<Eigen::Index>(j);
        REQUIRE(std::abs(host.programs[0]->iterate()[j] - (x[0][c] + x[1][c] + x[2][c]) / 3) < 1e-13);
      }
    }
    CHECK((dynamics == Dynamics::metropolis_adjusted) == (refused > 0));
  }
}

TEST_CASE("a step of 0.1 on ½ x² gives ULA the variance 20/19, and not 1; 5 standard deviations, 50,000 particles") {
  Lone host(unit_quadratic(), 0.1, 1, group(many), Matrix::Zero(1, 1));
  host.walk(80);  // what is left of the start: 0.9^160 of it
  CHECK(std::abs(excess_of_variance(host.particles(), 20.0 / 19)) < 5);
  CHECK(std::abs(excess_of_variance(host.particles(), 1)) > 5);
}

TEST_CASE("gradient noise of variance s² makes that (2 + η s²)/(a (2 − η a)): 24/19 with s = 2") {
  problem::GradientRule noisy;
  noisy.kind = problem::GradientRule::Kind::noisy;
  noisy.sigma = 2;
  Lone host(unit_quadratic(), 0.1, 1, group(many), Matrix::Zero(1, 1), noisy);
  host.walk(80);
  CHECK(std::abs(excess_of_variance(host.particles(), 24.0 / 19)) < 5);
}

TEST_CASE("underdamped on ½ a x²: T / (a (1 − η a / (2 (2 − friction)))), as Lyapunov's equation says; friction 1 is overdamped") {
  const double a = 2, eta = 0.3, temperature = 1.5, friction = 0.2;
  // (θ, v)' = A (θ, v) + q ξ;  Σ = A Σ Aᵀ + q qᵀ, iterated
  Eigen::Matrix2d transition, covariance = Eigen::Matrix2d::Zero();
  transition << 1 - eta * a, 1 - friction, -eta * a, 1 - friction;
  const Eigen::Vector2d q = std::sqrt(2 * friction * eta * temperature) * Eigen::Vector2d::Ones();
  for (int k = 0; k < 2000; ++k) covariance = transition * covariance * transition.transpose() + q * q.transpose();
  const double closed = temperature / (a * (1 - eta * a / (2 * (2 - friction))));
  REQUIRE(std::abs(covariance(0, 0) - closed) < 1e-12);
  const SharedQuadratic problem(1, Vector::Constant(1, a));
  Population options = group(many, Dynamics::underdamped);
  options.friction = friction;
  Lone host(problem, eta, temperature, options, Matrix::Zero(1, 1));
  host.walk(120);  // 0.8^120 is left of the start
  CHECK(std::abs(excess_of_variance(host.particles(), closed)) < 5);
  CHECK(std::abs(excess_of_variance(host.particles(), temperature / a)) > 5);

  options.particles = 5;
  options.friction = 1;
  Lone with(problem, eta, temperature, options, Matrix::Zero(1, 1));
  Lone plain(problem, eta, temperature, group(5), Matrix::Zero(1, 1));
  with.walk(30);
  plain.walk(30);
  for (std::size_t p = 0; p < 5; ++p) CHECK(std::abs(with.particle(p) - plain.particle(p)) < 1e-12);
}

TEST_CASE("preconditioned: curvatures 1 and 10⁴ relax alike, and with a large ε it is overdamped with steps η/ε: variance 20/19") {
  Population options = group(many, Dynamics::preconditioned);
  options.epsilon = 1e6;  // √s is of the order of 1: a millionth
  Lone steady(unit_quadratic(), 1e5, 1, options, Matrix::Zero(1, 1));
  steady.walk(80);
  CHECK(std::abs(excess_of_variance(steady.particles(), 20.0 / 19)) < 5);

  Vector curvatures(2);
  curvatures << 1, 1e4;
  const SharedQuadratic uneven(1, curvatures);
  Matrix far(1, 2);
  far << 100, 100;
  options = group(1, Dynamics::preconditioned);
  options.initial_spread = 0;
  Lone fast(uneven, 0.5, 0, options, far);
  fast.walk(20);
  // g/√s does not change with the scale of f: both coordinates make the same way.
  CHECK(std::abs(fast.particle(0) - fast.particle(1)) < 1e-3);
  CHECK(fast.particle(0) < 90);
}

TEST_CASE("metropolis_adjusted keeps N(0, 1) with a step of 1, where ULA has the variance 2") {
  Lone adjusted(unit_quadratic(), 1, 1, group(many, Dynamics::metropolis_adjusted), Matrix::Zero(1, 1));
  Lone plain(unit_quadratic(), 1, 1, group(many), Matrix::Zero(1, 1));
  adjusted.walk(20);
  plain.walk(20);
  CHECK(std::abs(excess_of_variance(adjusted.particles(), 1)) < 5);
  CHECK(std::abs(excess_of_variance(plain.particles(), 1)) > 100);
  const auto figures = *adjusted.programs[0]->particle_figures();
  CHECK(figures.metropolis_tests == 20 * many);
  CHECK(figures.metropolis_accepted > 10 * many);
  CHECK(figures.metropolis_accepted < 20 * many);
}

TEST_CASE("metropolis_adjusted keeps two modes of shares 1/4 and 3/4, and their cold and hot versions: χ² of 20 bins below 65") {
  for (const double temperature : {0.5, 1.0, 4.0}) {
    const TwoModes problem(1);
    const LawOnALine law(problem, temperature);
    Lone host(problem, 0.4, temperature, group(4000, Dynamics::metropolis_adjusted), Matrix::Zero(1, 1));
    place_particles(*host.programs[0], law, 7);
    CHECK(law.chi_square(host.particles()) < chi_square_of_a_false_alarm);
    host.walk(25);
    CHECK(law.chi_square(host.particles()) < chi_square_of_a_false_alarm);
  }
}

TEST_CASE("with a temperature of 0 particles descend: on ½ x² by 0.9 a step, without noise") {
  Population options = group(2);
  options.initial_spread = 0;
  Lone host(unit_quadratic(), 0.1, 0, options, Matrix::Constant(1, 1, 2.0));
  host.walk(10);
  CHECK(std::abs(host.particle(0) - 2 * std::pow(0.9, 10)) < 1e-14);
  CHECK(host.particle(0) == host.particle(1));
}

TEST_CASE("particle 1 walks alike among 3 and among 7, with minibatches too, and agent 0 whoever else there is") {
  const Vector a = Vector::LinSpaced(4, 0.5, 2);
  const SharedQuadratic one(1, a);
  problem::GradientRule noisy;
  noisy.kind = problem::GradientRule::Kind::noisy;
  noisy.sigma = 1;
  Lone three(one, 0.1, 1, group(3), Matrix::Zero(1, 4), noisy), seven(one, 0.1, 1, group(7), Matrix::Zero(1, 4), noisy);
  three.walk(50);
  seven.walk(50);
  for (std::size_t j = 4; j < 8; ++j) CHECK(three.particle(j) == seven.particle(j));
  CHECK(three.particle(0) != three.particle(4));

  const SharedQuadratic five(5, a);
  const auto graph = graph_of(undirected_metropolis(), false);
  const Matrix start = Matrix::Zero(5, 4);
  TickWorld world(algorithm::build_langevin_population({five, noisy, graph, topology::MixingKind::default_for_method, 0, start, 1, {}},
                                                       step(0.1), step(1), group(3)),
                  graph);
  world.run_until(2 * 50);
  for (std::size_t j = 0; j < 12; ++j) CHECK(world.program(0).particles()[j] == three.particle(j));
}

TEST_CASE("draws every 3 updates after 10, and every 2 s of time: a host four times as slow draws a quarter as often, or as often") {
  const SharedQuadratic problem(2, Vector::Ones(1));
  const auto graph = topology::Digraph::from_links(2, {{0, 1}}, false);
  const Matrix start = Matrix::Zero(2, 1);
  const auto counts = [&](trace::DrawRule rule) {
    Population options = group(2);
    options.draws = rule;
    TickWorld world(algorithm::build_langevin_population(inputs_of(problem, graph, start), step(0.1), step(1), options), graph);
    world.compute_ticks = [](AgentId i) { return i == 0 ? 2 : 8; };  // 1 s and 4 s
    world.run_until(800);                                            // 400 s
    return std::pair(world.program(0).draws()->count(), world.program(1).draws()->count());
  };
  CHECK(counts({trace::DrawRule::Clock::updates, 3, 10, 1000}) == std::pair<std::int64_t, std::int64_t>(130, 30));
  CHECK(counts({trace::DrawRule::Clock::time, from_seconds(2), from_seconds(10), 1000}) ==
        std::pair<std::int64_t, std::int64_t>(195, 195));
}

TEST_CASE("draws by the time are the particles as they were at the instant: those of 2.5 s hold from 2 s to 3 s") {
  const auto graph = topology::Digraph::from_links(1, {}, false);
  const Matrix start = Matrix::Zero(1, 1);
  Population options = group(1);
  options.draws = {trace::DrawRule::Clock::time, from_seconds(2.5), 0, 10};
  TickWorld world(algorithm::build_langevin_population(inputs_of(unit_quadratic(), graph, start), step(0.1), step(1), options), graph);
  std::vector<double> by_second;
  for (int second = 0; second < 8; ++second) {
    world.run_until(2 * second);
    by_second.push_back(world.program(0).particles()[0]);
  }
  const auto& draws = *world.program(0).draws();
  REQUIRE(draws.count() == 2);
  CHECK(draws.draw(0)[0] == by_second[2]);
  CHECK(draws.draw(1)[0] == by_second[4]);  // at 5 s sharp, before it changes
}

TEST_CASE("adaptation: from the second step on the best of 3 makes half the way, the worst twice the way, and noise goes alike") {
  Population options = group(3);
  options.adaptation = {0.5, 2, 1, 1};
  Lone host(unit_quadratic(), 0.1, 0, options, Matrix::Constant(1, 1, 3.0));
  std::vector<double> x(host.particles().begin(), host.particles().end());
  for (double& value : x) value *= 0.9;
  host.walk(1);
  for (int k = 0; k < 5; ++k) {
    std::vector<std::size_t> order{0, 1, 2};
    std::sort(order.begin(), order.end(), [&](auto p, auto q) { return std::abs(x[p]) < std::abs(x[q]); });
    for (std::size_t r = 0; r < 3; ++r) x[order[r]] *= 1 - 0.1 * (0.5 + 0.75 * static_cast<double>(r));
    host.walk(1);
    for (std::size_t p = 0; p < 3; ++p) CHECK(std::abs(host.particle(p) - x[p]) < 1e-14);
  }
  CHECK(host.runtime.samples() == 6);  // 3 gradients and 3 values

  options = group(2);
  options.adaptation = {1, 1, 0, 3};
  Lone noisy(unit_quadratic(), 0.1, 1, options, Matrix::Zero(1, 1));
  noisy.walk(1);
  const double p = noisy.particle(0), q = noisy.particle(1);
  noisy.walk(1);
  const bool first_is_best = std::abs(p) < std::abs(q);
  const double best = first_is_best ? noisy.particle(0) - 0.9 * p : noisy.particle(1) - 0.9 * q;
  const double worst = first_is_best ? noisy.particle(1) - 0.9 * q : noisy.particle(0) - 0.9 * p;
  Stream noise(1, Purpose::particle_noise, 0, first_is_best ? 4 : 0);
  for (int skipped = 0; skipped < 4; ++skipped) noise.word();
  CHECK(std::abs(best) < 1e-14);
  CHECK(std::abs(worst - 3 * std::sqrt(0.2) * noise.normal()) < 1e-14);
}

TEST_CASE("a group whose spread falls below 0.5 is moved apart by N(0, 0.25): in 30 descents from a spread of 1 at least twice") {
  Population options = group(200);
  options.diversity = {0.5, 0.5};
  Lone host(unit_quadratic(), 0.1, 0, options, Matrix::Zero(1, 1));
  const auto spread = [&] {
    double mean = 0, sum = 0;
    for (const double x : host.particles()) mean += x / 200;
    for (const double x : host.particles()) sum += (x - mean) * (x - mean) / 200;
    return std::sqrt(sum);
  };
  for (int k = 0; k < 30; ++k) {
    host.walk(1);
    CHECK(spread() >= 0.45);  // just moved: √(0.5² + 0.45²) = 0.67, give or take 0.03
  }
  const auto figures = *host.programs[0]->particle_figures();
  CHECK(figures.reperturbed >= 2);
  CHECK(figures.reperturbed <= 15);
}

TEST_CASE("a host that lost its state starts where it started and draws other numbers; one that kept it repeats the step") {
  Lone host(unit_quadratic(), 0.1, 1, group(2), Matrix::Zero(1, 1)), other(unit_quadratic(), 0.1, 1, group(2), Matrix::Zero(1, 1));
  const std::vector<double> first(host.particles().begin(), host.particles().end());
  host.walk(3);
  const std::vector<double> third(host.particles().begin(), host.particles().end());
  // lost: as before on_start
  struct Copy final : agent::StateVisitor {
    void reals(std::span<double> values) override {
      if (!giving) return void(kept.insert(kept.end(), values.begin(), values.end()));
      std::copy_n(kept.begin() + static_cast<std::ptrdiff_t>(at), values.size(), values.begin());
      at += values.size();
    }
    void integer(std::int64_t& value) override {
      if (giving) value = 0;
    }
    std::vector<double> kept;
    std::size_t at = 0;
    bool giving = false;
  } copy;
  other.programs[0]->state(copy);
  copy.giving = true;
  auto& program = *host.programs[0];
  program.state(copy);
  CHECK(std::equal(first.begin(), first.end(), host.particles().begin()));
  ScriptedRuntime anew(0, one_agent(), program);
  agent::Recovery recovery;
  recovery.state_kept = false;
  program.on_recovery(anew, recovery);
  CHECK(anew.computing());
  for (int k = 0; k < 3; ++k) anew.finish_compute();
  CHECK(host.particle(0) != third[0]);
}
