#include "core/base/random.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/algorithm/quadratics.hpp"
#include "tests/unit/algorithm/tick_world.hpp"

using namespace taubar;
using namespace taubar::test;

namespace {

using Options = algorithm::AsynchronousGradientPushOptions;

algorithm::Programs programs_of(const algorithm::Inputs& inputs, const Matrix& p, algorithm::StepSize alpha,
                                const Options& options = {}) {
  return algorithm::build_asynchronous_gradient_push(
      inputs, weights_of<topology::ColumnStochastic>(p, inputs.graph), alpha, options);
}

/// Z of activations 0 … steps−1 with messages one step old:
/// X̂ = X − α(k) ∇F(Z);  [X y] ← D [X̂ y] + (P − D) [X̂ y] of the step before;  Z = X / y. D is the diagonal of
/// P.
std::vector<Matrix> recursion(const Quadratics& problem, const Matrix& p, Matrix x,
                              const algorithm::ScheduleSpec& alpha, int steps) {
  const Matrix own = p.diagonal().asDiagonal(), others = p - own;
  Vector y = Vector::Ones(x.rows()), y_before = Vector::Zero(x.rows());
  Matrix z = x, x_before = Matrix::Zero(x.rows(), x.cols());
  std::vector<Matrix> all{z};
  for (int k = 0; k + 1 < steps; ++k) {
    const Matrix moved = x - alpha.at(k) * problem.gradients(z);
    x = own * moved + others * x_before;
    const Vector y_next = own * y + others * y_before;
    x_before = moved;
    y_before = y;
    y = y_next;
    z = y.cwiseInverse().asDiagonal() * x;
    all.push_back(z);
  }
  return all;
}

/// f_i(x) = (x ∓ 1)²/2 and half shares: E2 and the smallest world there is.
struct Two {
  Quadratics problem{Matrix::Ones(2, 1), (Matrix(2, 1) << 1, -1).finished()};
  Matrix p = Matrix::Constant(2, 2, 0.5);
  topology::Digraph graph = graph_of(p, true);
  Matrix start = Matrix::Zero(2, 1);
  algorithm::Inputs inputs() const { return inputs_of(problem, graph, start); }
};

/// (z_1 + z_2)/2 after `ticks`, agents stepping every 1 and 2 ticks.
double mean_at_rates_2_to_1(const Two& two, algorithm::Inputs inputs, double alpha, const Options& options,
                            std::int64_t ticks) {
  TickWorld world(programs_of(inputs, two.p, step(alpha), options), two.graph);
  world.compute_ticks = [](AgentId i) { return i == 0 ? 1 : 2; };
  world.run_until(ticks);
  return (world.iterate(0)[0] + world.iterate(1)[0]) / 2;
}

}  // namespace

TEST_CASE(
    "asynchronous_gradient_push equals its recursion with messages 1 step old to 1e-12 over 60 steps of 5 "
    "agents") {
  const auto problem = five_quadratics();
  const Matrix start = five_starts();
  const auto alpha = falling_step(0.2);
  const Matrix mixings[] = {uniform_directed(), uneven_directed(), undirected_metropolis()};
  for (const auto& p : mixings) {
    const auto graph = graph_of(p, true);
    TickWorld world(programs_of(inputs_of(problem, graph, start), p, alpha), graph);
    world.run_steps(60, 5);
    CHECK(deviation(world.trajectory, recursion(problem, p, start, *alpha, 60)) <= 1e-12);
    CHECK(world.tick() == 59 * 2 + 1);
  }
}

TEST_CASE("max_lead 1 in lock-step is the synchronous recursion, and E1 stops at z = (-1/7, -2/7)") {
  Options lock_step;
  lock_step.max_lead = 1;
  const auto problem = five_quadratics();
  const Matrix start = five_starts(), p = uneven_directed();
  const auto graph = graph_of(p, true);
  TickWorld world(programs_of(inputs_of(problem, graph, start), p, step(0.2), lock_step), graph);
  world.run_steps(60, 5);
  Matrix x = start, z = start;
  Vector y = Vector::Ones(5);
  std::vector<Matrix> reference{z};
  for (int k = 1; k < 60; ++k) {
    x = (p * (x - 0.2 * problem.gradients(z))).eval();
    y = (p * y).eval();
    z = y.cwiseInverse().asDiagonal() * x;
    reference.push_back(z);
  }
  CHECK(deviation(world.trajectory, reference) <= 1e-12);

  Matrix a(2, 1), b(2, 1), mixing(2, 2);
  a << 1, 3;
  b << 2, -1;
  mixing << 0.7, 0.3, 0.3, 0.7;
  const Quadratics two(a, b);
  const auto pair = graph_of(mixing, true);
  const Matrix zero = Matrix::Zero(2, 1);
  TickWorld small(programs_of(inputs_of(two, pair, zero), mixing, step(0.05), lock_step), pair);
  small.run_steps(800, 2);
  CHECK(std::fabs(small.iterate(0)[0] + 1.0 / 7) <= 1e-12);
  CHECK(std::fabs(small.iterate(1)[0] + 2.0 / 7) <= 1e-12);
}

TEST_CASE("E2: at rates 2:1 the limit is 1/3 to first order in alpha, and 0 with known rates") {
  const Two two;
  const auto error = [&](double alpha) {
    return std::fabs(
        mean_at_rates_2_to_1(two, two.inputs(), alpha, {}, static_cast<std::int64_t>(60 / alpha)) - 1.0 / 3);
  };
  const double coarse = error(4e-3), fine = error(1e-3);
  CHECK(fine <= 1e-3);
  CHECK(coarse / fine > 3.5);
  CHECK(coarse / fine < 4.5);

  auto inputs = two.inputs();
  inputs.expected_rates = {2, 1};  // 1 and 2 ticks of half a second
  Options known;
  known.known_rates = true;
  const auto rescaled = [&](double alpha) {
    return std::fabs(mean_at_rates_2_to_1(two, inputs, alpha, known, static_cast<std::int64_t>(60 / alpha)));
  };
  const double coarse_rescaled = rescaled(4e-3), fine_rescaled = rescaled(1e-3);
  CHECK(fine_rescaled <= 1e-3);
  CHECK(coarse_rescaled / fine_rescaled > 3.5);
  CHECK(coarse_rescaled / fine_rescaled < 4.5);
}

TEST_CASE(
    "T3: 5 agents with periods 1, 2, 3, 4, 1 tend to the minimiser weighted by their rates as alpha falls "
    "4-fold") {
  const auto problem = five_quadratics();
  const Matrix start = five_starts(), p = uneven_directed();
  const auto graph = graph_of(p, true);
  const std::int64_t periods[] = {1, 2, 3, 4, 1};
  std::vector<double> rates;
  for (const auto period : periods) rates.push_back(1.0 / static_cast<double>(period));
  const Vector weighted = *problem.minimiser(rates, 0, {});
  const auto distance = [&](double alpha) {
    TickWorld world(programs_of(inputs_of(problem, graph, start), p, step(alpha)), graph);
    world.compute_ticks = [&](AgentId i) { return periods[i]; };
    world.run_until(static_cast<std::int64_t>(300 / alpha));
    Vector mean = Vector::Zero(3);
    for (AgentId i = 0; i < 5; ++i) mean += world.iterate(i) / 5;
    return (mean - weighted).norm();
  };
  const double far = distance(4e-3), near = distance(1e-3);
  CHECK((weighted - problem.minimiser()).norm() > 0.1);
  CHECK(near < 0.01);
  CHECK(far / near > 3.5);
  CHECK(far / near < 4.5);
}

TEST_CASE(
    "asynchronous_gradient_push keeps its mass to 1e-12 at every one of 2,000 ticks of a random schedule") {
  const auto problem = five_quadratics();
  const Matrix start = five_starts(), p = uneven_directed();
  const auto graph = graph_of(p, true);
  Stream random(3, Purpose::test);
  TickWorld world(programs_of(inputs_of(problem, graph, start), p, step(0.02)), graph);
  world.compute_ticks = [&](AgentId i) { return 2 + static_cast<std::int64_t>(random.below(1 + i)); };
  world.latency_ticks = [&](const SentMessage&) { return 1 + static_cast<std::int64_t>(random.below(3)); };
  world.have_left = [&](AgentId) { return random.below(4) > 0; };
  const Vector total = start.colwise().sum();
  double error = 0;
  world.after_tick = [&] {
    const auto [x, y] = world.mass(3);
    error = std::max({error, std::fabs(y - 5), (x - total).cwiseAbs().maxCoeff()});
  };
  world.run_until(1999);
  CHECK(error <= 1e-12);
}

TEST_CASE(
    "an agent that hears nothing sends 17 times, then its weight 2^-17 is below the floor 1e-5; mass lifts "
    "it") {
  const Two two;
  auto programs = programs_of(two.inputs(), two.p, step(0.0));
  ScriptedRuntime runtime(0, two.graph, *programs[0]);
  runtime.start();
  std::size_t sent = 0;
  for (int k = 0; k < 50; ++k) {
    runtime.finish_compute();
    sent += runtime.take_sent().size();
    CHECK(runtime.computing());
  }
  CHECK(sent == 17);
  CHECK(programs[0]->push_mass()->weight == 0x1p-17);
  runtime.deliver(1, agent::push_share, 1, {0.5, 1.0});
  runtime.finish_compute();
  CHECK(runtime.take_sent().empty());  // the message is absorbed after the decision to send
  CHECK(programs[0]->push_mass()->weight == 1.0 + 0x1p-17);
  runtime.finish_compute();
  CHECK(runtime.take_sent().size() == 1);
}

TEST_CASE("an agent whose weight 0.25 equals the floor 0.25 still sends, and at 0.125 does not") {
  const Two two;
  Options options;
  options.weight_floor = 0.25;
  auto programs = programs_of(two.inputs(), two.p, step(0.0), options);
  ScriptedRuntime runtime(0, two.graph, *programs[0]);
  runtime.start();
  for (int k = 0; k < 6; ++k) runtime.finish_compute();
  const auto sent = runtime.take_sent();
  REQUIRE(sent.size() == 3);  // at weights 1, 0.5 and 0.25
  CHECK(sent[2].values[1] == 0.125);
}

TEST_CASE("while earlier sends have not left an agent neither sends nor scales, and steps on") {
  const Two two;
  auto programs = programs_of(two.inputs(), two.p, step(0.25));
  ScriptedRuntime runtime(0, two.graph, *programs[0]);
  runtime.start();
  runtime.have_left = false;
  runtime.finish_compute();
  CHECK(runtime.take_sent().empty());
  CHECK(programs[0]->push_mass()->weight == 1);
  CHECK(programs[0]->push_mass()->x[0] == 0.25);  // x − α (x − 1) from x = 0
  CHECK(programs[0]->push_mass()->perturbation[0] == 0.25);
  CHECK(runtime.computing());
  runtime.have_left = true;
  runtime.finish_compute();
  const auto sent = runtime.take_sent();
  REQUIRE(sent.size() == 1);
  CHECK(sent[0].stamp == 2);
  CHECK(sent[0].values == std::vector<double>{0.5 * 0.4375, 0.5});
}

TEST_CASE(
    "max_lead 3 lets an agent complete 3 activations ahead of an in-neighbour, and a message lets it on") {
  const Two two;
  Options options;
  options.max_lead = 3;
  auto programs = programs_of(two.inputs(), two.p, step(0.0), options);
  ScriptedRuntime runtime(0, two.graph, *programs[0]);
  runtime.start();
  for (int k = 0; k < 3; ++k) {
    REQUIRE(runtime.computing());
    runtime.finish_compute();
  }
  CHECK(!runtime.computing());  // 3 against 0
  runtime.deliver(1, agent::push_share, 2, {0, 0.5});
  CHECK(runtime.computing());  // 3 against 2
  runtime.finish_compute();    // 4
  CHECK(runtime.computing());
  runtime.deliver(1, agent::push_share, 1, {0, 0.5});  // older, overtaken: it tells nothing new
  runtime.finish_compute();                            // 5 against 2
  CHECK(!runtime.computing());
  runtime.deliver(1, agent::push_share, 2, {0, 0});
  CHECK(!runtime.computing());
  runtime.deliver(1, agent::push_share, 3, {0, 0});
  CHECK(runtime.computing());
}

TEST_CASE("max_silence 2 stops an agent after 3 activations without a message") {
  const Two two;
  Options options;
  options.max_silence = 2;
  auto programs = programs_of(two.inputs(), two.p, step(0.0), options);
  ScriptedRuntime runtime(0, two.graph, *programs[0]);
  runtime.start();
  for (const int stretch : {1, 2}) {
    for (int k = 0; k < 3; ++k) {
      REQUIRE(runtime.computing());
      runtime.finish_compute();
    }
    CHECK(!runtime.computing());
    runtime.deliver(1, agent::push_share, stretch, {2, 1});
    CHECK(runtime.computing());
    // z is that of the mass with the message: x starts at 0, each message brings (2, 1).
    const auto mass = *programs[0]->push_mass();
    CHECK(programs[0]->iterate()[0] == mass.x[0] / mass.weight);
    CHECK(mass.x[0] > 0);
  }
}

TEST_CASE(
    "max_lead and max_silence never stop all 5 agents in 4,000 ticks though sends seldom leave in time") {
  const auto problem = five_quadratics();
  const Matrix start = five_starts(), p = uniform_directed();
  const auto graph = graph_of(p, true);
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    Stream random(seed, Purpose::test);
    Options options;
    options.max_lead = 1 + static_cast<std::int64_t>(seed % 3);
    if (seed % 2 == 0) options.max_silence = static_cast<std::int64_t>(seed / 2);
    TickWorld world(programs_of(inputs_of(problem, graph, start), p, step(0.01), options), graph);
    world.compute_ticks = [&](AgentId i) {
      return 1 + static_cast<std::int64_t>(random.below(i == 1 ? 12 : 3));
    };
    world.latency_ticks = [&](const SentMessage&) { return 1 + static_cast<std::int64_t>(random.below(6)); };
    world.have_left = [&](AgentId) { return random.below(10) == 0; };
    std::size_t least = 0, most = 0;
    std::size_t widest = 0;
    world.after_tick = [&] {
      // A lead is counted from what the in-neighbour is known to have done, so true leads are smaller.
      for (AgentId i = 0; i < 5; ++i)
        for (const AgentId j : graph.in_neighbours(i))
          if (world.trajectory[i].size() > world.trajectory[j].size())
            widest = std::max(widest, world.trajectory[i].size() - world.trajectory[j].size());
    };
    world.run_until(4000);
    least = most = world.trajectory[0].size();
    for (const auto& steps : world.trajectory) {
      least = std::min(least, steps.size());
      most = std::max(most, steps.size());
    }
    CHECK(least > 150);
    CHECK(widest <= static_cast<std::size_t>(*options.max_lead));
    CHECK(most - least <= 4 * static_cast<std::size_t>(*options.max_lead));  // diameter at most 4
  }
}

TEST_CASE("known_rates: equal rates change no bit, absent, zero and infinite rates are refused") {
  const Two two;
  auto inputs = two.inputs();
  Options known;
  known.known_rates = true;
  CHECK_THROWS_AS(programs_of(inputs, two.p, step(0.1), known), InputError);
  for (const double wrong : {0.0, -1.0, std::numeric_limits<double>::infinity(), std::nan("")}) {
    inputs.expected_rates = {1.0, wrong};
    CHECK_THROWS_AS(programs_of(inputs, two.p, step(0.1), known), InputError);
  }
  inputs.expected_rates = {0.7, 0.7};
  CHECK(mean_at_rates_2_to_1(two, inputs, 0.1, known, 500) ==
        mean_at_rates_2_to_1(two, inputs, 0.1, {}, 500));
}

TEST_CASE(
    "1 agent alone descends: 3 steps of 0.5 on (x-1)^2/2 give 7/8, with or without max_lead and "
    "max_silence") {
  const Quadratics problem(Matrix::Ones(1, 1), Matrix::Ones(1, 1));
  const Matrix p = Matrix::Ones(1, 1), start = Matrix::Zero(1, 1);
  const auto graph = topology::Digraph::from_links(1, {}, true);
  Options guarded;
  guarded.max_lead = 1;
  guarded.max_silence = 0;
  for (const auto& options : {Options{}, guarded}) {
    auto programs = programs_of(inputs_of(problem, graph, start), p, step(0.5), options);
    ScriptedRuntime runtime(0, graph, *programs[0]);
    runtime.start();
    for (int k = 0; k < 3; ++k) runtime.finish_compute();
    CHECK(programs[0]->iterate()[0] == 0.875);
  }
}
