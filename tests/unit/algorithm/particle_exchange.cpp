// What hosts do with each other's particles: which rules keep the law, shown by a test that a broken one fails, and each rule
// step by step.
#include <algorithm>
#include <cmath>
#include <map>

#include "core/base/error.hpp"
#include "core/base/random.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/algorithm/particle_laws.hpp"
#include "tests/unit/algorithm/quadratics.hpp"
#include "tests/unit/algorithm/tick_world.hpp"

using namespace taubar;
using namespace taubar::test;

namespace {

using Rules = algorithm::LangevinPopulationOptions;
using Kind = Rules::Exchange;
using Moves = Rules::Dynamics;

/// 0 – 1 – … – (n−1)
topology::Digraph line(AgentId n) {
  std::vector<topology::Link> links;
  for (AgentId i = 0; i + 1 < n; ++i) links.emplace_back(i, i + 1);
  return topology::Digraph::from_links(n, std::move(links), false);
}

Rules rules(Kind exchange, std::int64_t particles = 3) {
  Rules options;
  options.particles = particles;
  options.dynamics = Moves::metropolis_adjusted;
  options.exchange = exchange;
  options.every = 2;
  if (exchange == Kind::replica_exchange) options.hottest = 9;
  options.draws.keep = 2;
  return options;
}

/// Three hosts on a line, temperatures 1, 3, 9 with replica exchange.
struct Trial {
  Kind exchange = Kind::replica_exchange;
  double (*swap_probability)(double) = nullptr;
  bool unreliable = false;  ///< 30 % of messages are lost, 20 % come twice
  Moves dynamics = Moves::metropolis_adjusted;
  double eta = 0.02;  ///< small: within 60 updates a particle forgets little, and wrong swaps pile up
  std::uint64_t runs = 700;
};

/// χ² of host 0's particles after 60 of its updates in 700 runs or more, all particles drawn from their own host's law at the start.
/// Hosts step at random paces of their own, messages take random times.
double chi_square_after(const Trial& trial) {
  static const TwoModes problem(3);
  static const std::vector<LawOnALine> laws{{problem, 1}, {problem, 3}, {problem, 9}};
  static const auto graph = line(3);
  const Matrix start = Matrix::Zero(3, 1);
  std::vector<double> sample;
  for (std::uint64_t run = 1; run <= trial.runs; ++run) {
    auto options = rules(trial.exchange);
    options.swap_probability = trial.swap_probability;
    options.dynamics = trial.dynamics;
    auto programs = algorithm::build_langevin_population(
        {problem, full_gradient, graph, topology::MixingKind::default_for_method, 0, start, run, {}}, step(trial.eta), step(1), options);
    const bool ladder = trial.exchange == Kind::replica_exchange;
    for (AgentId i = 0; i < 3; ++i) place_particles(*programs[i], laws[ladder ? i : 0], 10 * run + i);
    TickWorld world(std::move(programs), graph);
    Stream random(run, Purpose::test, 1);
    world.compute_ticks = [&](AgentId i) { return 1 + static_cast<std::int64_t>(random.below(2 + i)); };
    world.latency_ticks = [&](const SentMessage&) { return 1 + static_cast<std::int64_t>(random.below(3)); };
    if (trial.unreliable)
      world.copies = [&](const SentMessage&) { return random.uniform() < 0.3 ? 0 : random.uniform() < 0.2 ? 2 : 1; };
    world.run_steps(61, 1);
    const auto particles = world.program(0).particles();
    sample.insert(sample.end(), particles.begin(), particles.end());
  }
  return laws[0].chi_square(sample);
}

double always(double) { return 1; }
double wrong_sign(double log_ratio) { return std::exp(std::min(0.0, -log_ratio)); }
/// Correct would be the whole difference of inverse temperatures.
double half_the_exponent(double log_ratio) { return std::exp(std::min(0.0, 0.5 * log_ratio)); }

/// As the kinds of messages stand in the protocol.
constexpr agent::MessageKind of_particle = 2, of_proposal = 3, of_answer = 4;

/// engaged_ of a host under replica exchange: the third integer of its state.
std::int64_t lent_particle(agent::AgentProgram& program) {
  struct Third final : agent::StateVisitor {
    void reals(std::span<double>) override {}
    void integer(std::int64_t& value) override {
      if (++count == 3) third = value;
    }
    int count = 0;
    std::int64_t third = 0;
  } visitor;
  program.state(visitor);
  return visitor.third;
}

}  // namespace

TEST_CASE("none and replica exchange keep the law of host 0 over 60 asynchronous updates, with losses and duplicates too: χ² below 65") {
  CHECK(chi_square_after({Kind::none}) < chi_square_of_a_false_alarm);
  CHECK(chi_square_after({}) < chi_square_of_a_false_alarm);
  Trial unreliable;
  unreliable.unreliable = true;
  CHECK(chi_square_after(unreliable) < chi_square_of_a_false_alarm);
}

// The power of the test. χ² of a law that is wrong is about 19 + λ ± √(38 + 4λ): where 160 and more is found, λ is above 110, and
// it stays below 65 less than once in a thousand times. Half the exponent, the finest error here, takes more runs for that.
TEST_CASE("the same test finds swaps that are always made, the wrong sign, half the exponent, and that best and resample concentrate") {
  for (auto* broken : {always, wrong_sign, half_the_exponent}) {
    Trial trial;
    trial.swap_probability = broken;
    if (broken == half_the_exponent) trial.runs = 1600;
    const double found = chi_square_after(trial);
    CAPTURE(found);
    CHECK(found > 160);
  }
  CHECK(chi_square_after({Kind::best}) > 10 * chi_square_of_a_false_alarm);
  CHECK(chi_square_after({Kind::resample}) > 10 * chi_square_of_a_false_alarm);
}

TEST_CASE("particles that do not move are permuted and never lost or doubled by swaps, though 30 % of messages are lost and 20 % doubled") {
  const TwoModes problem(4);
  const auto graph = line(4);
  const Matrix start = Matrix::Zero(4, 1);
  auto options = rules(Kind::replica_exchange);
  options.every = 20;  // answers come between turns, mostly
  TickWorld world(algorithm::build_langevin_population(inputs_of(problem, graph, start), step(0), step(1), options), graph);
  Stream random(5, Purpose::test);
  world.compute_ticks = [&](AgentId i) { return 1 + static_cast<std::int64_t>(random.below(2 + i)); };
  world.latency_ticks = [&](const SentMessage&) { return 1 + static_cast<std::int64_t>(random.below(4)); };
  world.copies = [&](const SentMessage&) { return random.uniform() < 0.3 ? 0 : random.uniform() < 0.2 ? 2 : 1; };
  const auto all = [&] {
    std::vector<double> places;
    for (AgentId i = 0; i < 4; ++i) places.insert(places.end(), world.program(i).particles().begin(), world.program(i).particles().end());
    return places;
  };
  const auto first = all();
  auto sorted = first;
  std::sort(sorted.begin(), sorted.end());
  int settled = 0;
  for (std::int64_t tick = 0; tick < 40'000; ++tick) {
    world.run_until(tick);
    bool lent = false;
    for (AgentId i = 0; i < 4; ++i) lent = lent || lent_particle(world.program(i)) >= 0;
    if (lent) continue;
    ++settled;
    auto now = all();
    std::sort(now.begin(), now.end());
    REQUIRE(now == sorted);
  }
  CHECK(settled > 20);
  CHECK(all() != first);
  std::int64_t accepted = 0, repeated = 0;
  for (AgentId i = 0; i < 4; ++i) {
    accepted += world.program(i).particle_figures()->swaps_accepted;
    repeated += world.program(i).particle_figures()->proposals_repeated;
  }
  CHECK(accepted > 400);
  CHECK(repeated > 100);
}

TEST_CASE("at T = 1/4 particles alone stay in the mode of share 1/82 for 12,000 updates; a ladder of 5 hosts up to T = 5 brings them over") {
  const TwoModes problem(5);
  const auto graph = line(5);
  const Matrix left = Matrix::Constant(5, 1, -2.0);
  const auto share_on_the_left = [&](Kind exchange) {
    auto options = rules(exchange, 4);
    options.initial_spread = 0.1;
    if (exchange == Kind::replica_exchange) options.hottest = 5;
    options.draws = {trace::DrawRule::Clock::updates, 1, 2000, 100'000};
    TickWorld world(algorithm::build_langevin_population(inputs_of(problem, graph, left), step(0.1), step(0.25), options), graph);
    world.run_until(2 * 12'000);
    double share = 0;
    const auto& draws = *world.program(0).draws();
    for (std::int64_t k = 0; k < draws.count(); ++k)
      for (const double x : draws.draw(k)) share += x < 0;
    return share / static_cast<double>(draws.count() * draws.particles());
  };
  const double exact = LawOnALine(problem, 0.25).probability(0);
  CHECK(std::abs(exact - 1.0 / 82) < 1e-4);
  // Of 40,000 dependent draws, worth 400 at the least: a standard deviation of 0.006.
  CHECK(std::abs(share_on_the_left(Kind::replica_exchange) - exact) < 0.03);
  CHECK(share_on_the_left(Kind::none) > 0.9);
}

TEST_CASE("hosts of one particle that step at the same instants do swap: odd ones ask half a turn later, when the others have one to test") {
  const TwoModes problem(4);
  const auto graph = line(4);
  const Matrix start = Matrix::Zero(4, 1);
  auto options = rules(Kind::replica_exchange, 1);
  options.every = 6;
  TickWorld world(algorithm::build_langevin_population(inputs_of(problem, graph, start), step(0.1), step(1), options), graph);
  world.run_until(2 * 600);
  std::int64_t proposed = 0, accepted = 0;
  for (AgentId i = 0; i < 4; ++i) {
    proposed += world.program(i).particle_figures()->swaps_proposed;
    accepted += world.program(i).particle_figures()->swaps_accepted;
  }
  CHECK(proposed == 4 * 100);
  CHECK(accepted > 100);
}

TEST_CASE("only hosts at the temperature of the target draw: host 0 of 3 up to 9, and all of 3 where the ladder is flat") {
  const TwoModes problem(3);
  const auto graph = line(3);
  const Matrix start = Matrix::Zero(3, 1);
  auto options = rules(Kind::replica_exchange);
  const auto draws = [&](AgentId i) {
    return algorithm::build_langevin_population(inputs_of(problem, graph, start), step(0.1), step(1), options)[i]->draws() != nullptr;
  };
  CHECK(draws(0));
  CHECK(!draws(1));
  CHECK(!draws(2));
  options.hottest = 1;
  CHECK(draws(2));
}

TEST_CASE("a proposal is decided once: asked twice, and again later, the host gives the same answer, and keeps it from older ones") {
  const TwoModes problem(2);
  const auto graph = line(2);
  const Matrix start = Matrix::Zero(2, 1);
  auto options = rules(Kind::replica_exchange, 2);
  options.every = 1000;
  options.swap_probability = always;
  auto programs = algorithm::build_langevin_population(inputs_of(problem, graph, start), step(0), step(1), options);
  ScriptedRuntime host(1, graph, *programs[1]);
  host.start();
  host.finish_compute();
  const std::vector<double> before(programs[1]->particles().begin(), programs[1]->particles().end());
  host.deliver(0, of_proposal, 5, {1.25, 0.5});
  host.deliver(0, of_proposal, 5, {1.25, 0.5});
  host.finish_compute();
  auto sent = host.take_sent();
  REQUIRE(sent.size() == 2);
  CHECK(sent[0].to == 0);
  CHECK(sent[0].kind == of_answer);
  CHECK(sent[0].stamp == 5);
  CHECK(sent[0].values.size() == 3);
  CHECK(sent[0].values[2] == 1);
  CHECK((sent[0].values[0] == before[0] || sent[0].values[0] == before[1]));
  CHECK(sent[1].values == sent[0].values);
  const auto now = programs[1]->particles();
  CHECK((now[0] == 1.25) != (now[1] == 1.25));
  host.deliver(0, of_proposal, 5, {1.25, 0.5});
  host.deliver(0, of_proposal, 4, {7, 0.5});
  host.finish_compute();
  sent = host.take_sent();
  REQUIRE(sent.size() == 1);
  CHECK(sent[0].stamp == 5);
  CHECK(sent[0].values[2] == 1);
}

TEST_CASE("the asking host: its particle rests until the answer to its own number comes, and is asked for again after 2, 4, 8 turns") {
  const TwoModes problem(2);
  const auto graph = line(2);
  const Matrix start = Matrix::Zero(2, 1);
  auto options = rules(Kind::replica_exchange, 1);
  options.every = 1;
  auto programs = algorithm::build_langevin_population(inputs_of(problem, graph, start), step(0.1), step(1), options);
  ScriptedRuntime host(0, graph, *programs[0]);
  host.start();
  host.finish_compute();
  auto sent = host.take_sent();
  REQUIRE(sent.size() == 1);
  CHECK(sent[0].kind == of_proposal);
  CHECK(sent[0].values.size() == 2);
  const double lent = programs[0]->particles()[0];
  CHECK(sent[0].values[0] == lent);
  Vector at(1);
  at[0] = lent;
  CHECK(sent[0].values[1] == problem.value(at));
  const std::int64_t number = sent[0].stamp;
  std::vector<int> asked_again;
  for (int turn = 1; turn <= 8; ++turn) {
    host.finish_compute();
    if (!host.take_sent().empty()) asked_again.push_back(turn);
    CHECK(programs[0]->particles()[0] == lent);
  }
  CHECK(asked_again == std::vector<int>{2, 4, 8});
  host.deliver(1, of_answer, number + 1, {3, 0.1, 1});  // of nothing that it asked
  host.finish_compute();
  CHECK(programs[0]->particles()[0] == lent);
  host.deliver(1, of_answer, number, {3, 0.1, 1});
  host.finish_compute();  // the answer is read and its turn comes at once: it lends the particle that it was given
  CHECK(programs[0]->particles()[0] == 3);
  sent = host.take_sent();
  REQUIRE(sent.size() == 1);
  CHECK(sent[0].stamp == number + 1);
  CHECK(sent[0].values == std::vector<double>{3, 0.1});
  host.deliver(1, of_answer, number + 1, {9, 0.1, 0});
  host.finish_compute();
  CHECK(programs[0]->particles()[0] == 3);
  CHECK(programs[0]->particle_figures()->swaps_proposed == 3);
  CHECK(programs[0]->particle_figures()->swaps_accepted == 1);
}

TEST_CASE("best at intervals of 2: the best goes to all neighbours, and the best that came replaces the worst if it is better") {
  const SharedQuadratic problem(3, Vector::Ones(1));
  const auto graph = line(3);
  const Matrix start = Matrix::Zero(3, 1);
  auto options = rules(Kind::best, 4);
  options.dynamics = Moves::overdamped;
  auto programs = algorithm::build_langevin_population(inputs_of(problem, graph, start), step(0.1), step(0), options);
  ScriptedRuntime host(1, graph, *programs[1]);
  host.start();
  CHECK(host.samples() == 4);
  host.deliver(0, of_particle, 1, {0.5, 0.125});
  host.deliver(2, of_particle, 1, {1e-3, 0.5e-6});
  host.finish_compute();
  CHECK(host.take_sent().empty());
  CHECK(host.samples() == 8);  // with values: the exchange is due
  const std::vector<double> x(programs[1]->particles().begin(), programs[1]->particles().end());
  host.finish_compute();
  const auto now = programs[1]->particles();
  const auto worst = std::max_element(x.begin(), x.end(), [](double a, double b) { return std::abs(a) < std::abs(b); }) - x.begin();
  for (std::size_t p = 0; p < 4; ++p)
    CHECK(now[p] == (static_cast<std::ptrdiff_t>(p) == worst ? 1e-3 : x[p] - 0.1 * x[p]));
  const auto sent = host.take_sent();
  REQUIRE(sent.size() == 2);
  CHECK(sent[0].to == 0);
  CHECK(sent[1].to == 2);
  CHECK(sent[0].values == std::vector<double>{1e-3, 0.5e-6});
  CHECK(programs[1]->particle_figures()->replaced == 1);
  host.deliver(0, of_particle, 2, {5, 12.5});  // worse than all: nothing changes
  host.finish_compute();
  host.finish_compute();
  CHECK(programs[1]->particle_figures()->replaced == 1);
}

TEST_CASE("best on improvement: messages go out when the best value has fallen, and not otherwise") {
  const SharedQuadratic problem(2, Vector::Ones(1));
  const auto graph = line(2);
  const Matrix start = Matrix::Zero(2, 1);
  auto options = rules(Kind::best, 4);
  options.dynamics = Moves::overdamped;
  options.on_improvement = true;
  auto programs = algorithm::build_langevin_population(inputs_of(problem, graph, start), step(0.5), step(0.3), options);
  ScriptedRuntime host(0, graph, *programs[0]);
  host.start();
  double best = HUGE_VAL;
  int improvements = 0, silent = 0;
  for (int k = 0; k < 60; ++k) {
    host.finish_compute();
    double value = HUGE_VAL;
    for (const double x : programs[0]->particles()) value = std::min(value, 0.5 * x * x);
    const auto sent = host.take_sent();
    CHECK(sent.size() == (value < best ? 1 : 0));
    if (!sent.empty()) CHECK(sent[0].values[1] == value);
    improvements += value < best;
    silent += value >= best;
    best = std::min(best, value);
  }
  CHECK(improvements > 2);
  CHECK(silent > 30);
}

TEST_CASE("resampling 3 own and 1 other particle of weights 1 : e^−40 : e^−40 and 1 leaves the first and the other, in 2 : 1 or 1 : 2") {
  const SharedQuadratic problem(2, Vector::Ones(1));
  const auto graph = line(2);
  const Matrix start = Matrix::Zero(2, 1);
  auto options = rules(Kind::resample, 3);
  options.dynamics = Moves::overdamped;
  options.every = 1;
  int two_of_the_first = 0;
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    auto programs = algorithm::build_langevin_population(
        {problem, full_gradient, graph, topology::MixingKind::default_for_method, 0, start, seed, {}}, step(0), step(0.5), options);
    struct Placing final : agent::StateVisitor {
      void reals(std::span<double> values) override {
        if (std::exchange(placed, true)) return;
        values[0] = 0, values[1] = std::sqrt(40.0), values[2] = -std::sqrt(40.0);
      }
      void integer(std::int64_t&) override {}
      bool placed = false;
    } placing;
    programs[0]->state(placing);
    ScriptedRuntime host(0, graph, *programs[0]);
    host.start();
    host.deliver(1, of_particle, 1, {1e-9, 0.5e-18});
    host.finish_compute();
    const auto now = programs[0]->particles();
    const auto first = std::count(now.begin(), now.end(), 0.0), other = std::count(now.begin(), now.end(), 1e-9);
    CHECK(first + other == 3);
    CHECK(first >= 1);
    CHECK(other >= 1);
    two_of_the_first += first == 2;
    const auto sent = host.take_sent();
    REQUIRE(sent.size() == 1);
    CHECK(sent[0].values.size() == 2);
  }
  // Half of the time: 100 ± 5 standard deviations of 7.1.
  CHECK(std::abs(two_of_the_first - 100) < 36);
}

TEST_CASE("exchanges are refused where agents have functions of their own, replica exchange on directed links, MALA without gradients") {
  const auto graph = graph_of(undirected_metropolis(), false);
  const auto directed = graph_of(uniform_directed(), true);
  const auto problem = five_quadratics();
  const Matrix start = five_starts();
  const SharedQuadratic shared(5, Vector::Ones(3));
  const auto build = [&](const problem::Problem& of, const topology::Digraph& on, const Rules& options, const problem::GradientRule& g) {
    return algorithm::build_langevin_population({of, g, on, topology::MixingKind::default_for_method, 0, start, 1, {}}, step(0.1), step(1),
                                                options);
  };
  problem::GradientRule noisy;
  noisy.kind = problem::GradientRule::Kind::noisy;
  CHECK_THROWS_AS(build(problem, graph, rules(Kind::best), full_gradient), InputError);
  CHECK_THROWS_AS(build(problem, graph, rules(Kind::replica_exchange), full_gradient), InputError);
  CHECK_THROWS_AS(build(shared, directed, rules(Kind::replica_exchange), full_gradient), InputError);
  CHECK_THROWS_AS(build(shared, graph, rules(Kind::none), noisy), InputError);
  CHECK_NOTHROW(build(problem, graph, rules(Kind::none), full_gradient));
  CHECK_NOTHROW(build(shared, directed, rules(Kind::best), full_gradient));
}
