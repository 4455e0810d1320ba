// Methods with a server: against their recursions under unequal times, and what lost and second copies do to them.
#include "core/base/random.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/server_recursion.hpp"
#include "tests/unit/algorithm/quadratics.hpp"
#include "tests/unit/algorithm/tick_world.hpp"

using namespace taubar;
using namespace taubar::test;

namespace {

using SgdOptions = algorithm::AsynchronousSgdOptions;

constexpr AgentId server = 5;

struct FiveWorkers {
  Quadratics problem = five_quadratics();
  Matrix start = five_starts();
  topology::Digraph graph = topology::Digraph::from_links(5, {}, true);
  algorithm::Inputs inputs() const { return inputs_of(problem, graph, start); }
  Vector mean_start() const { return start.colwise().mean(); }
  Vector gradient(AgentId i, const Vector& x) const {
    Vector g(3);
    problem.local_gradient(i, x, g);
    return g;
  }
};

/// Ticks that a gradient takes, and half a second there and back.
const std::vector<std::int64_t> compute_ticks{1, 2, 4, 7, 18};

std::unique_ptr<TickWorld> world_of(algorithm::Programs programs, const FiveWorkers& five) {
  auto world = std::make_unique<TickWorld>(std::move(programs), five.graph);
  world->compute_ticks = [](AgentId i) { return compute_ticks[i]; };
  return world;
}

std::vector<ServerArrival> arrivals_until(std::int64_t tick) {
  std::vector<double> periods;
  for (const auto ticks : compute_ticks) periods.push_back(static_cast<double>(ticks + 2));
  return server_arrivals(periods, static_cast<double>(tick));
}

void check_equal(TickWorld& world, const ServerRun& reference) {
  const auto figures = *world.program(server).server_figures();
  CHECK(figures.updates == reference.updates());
  CHECK(figures.applied == reference.applied);
  CHECK(figures.dropped == reference.dropped);
  CHECK(figures.delay_sum == reference.delay_sum);
  CHECK(figures.delay_max == reference.delay_max);
  CHECK(figures.dropped_delay_sum == reference.dropped_delay_sum);
  CHECK(figures.age_sum == reference.age_sum);
  CHECK(figures.in_flight == 5);
  CHECK(figures.concurrency_max == 5);
  CHECK(figures.concurrency_sum == 5 * reference.applied);
  CHECK(world.program(server).delays()->count() == reference.applied);
  CHECK(world.program(server).delays()->max() == reference.delay_max);
  CHECK((world.iterate(server) - reference.models.back()).cwiseAbs().maxCoeff() <= 1e-12);
}

using BuildOne = std::function<algorithm::Programs(const algorithm::Inputs&)>;

/// Those that nobody waits in.
std::vector<std::pair<const char*, BuildOne>> asynchronous_methods() {
  return {{"asynchronous_sgd", [](const auto& in) { return algorithm::build_asynchronous_sgd(in, step(0.05), {}); }},
          {"rennala_sgd", [](const auto& in) { return algorithm::build_rennala_sgd(in, step(0.1), 4); }},
          {"ringmaster_asgd", [](const auto& in) { return algorithm::build_ringmaster_asgd(in, step(0.05), 6); }}};
}

}  // namespace

TEST_CASE("asynchronous_sgd equals its recursion to 1e-12 over 400 ticks of 5 workers 18 times apart, under 4 rules") {
  const FiveWorkers five;
  const auto alpha = falling_step(0.1);
  const auto arrivals = arrivals_until(400);
  REQUIRE(arrivals.size() > 300);
  const std::pair<SgdOptions, std::function<std::optional<double>(std::int64_t, std::int64_t)>> rules[] = {
      {{SgdOptions::Rule::constant, std::nullopt}, [&](auto k, auto) { return std::optional(alpha->at(k)); }},
      {{SgdOptions::Rule::delay_adaptive, std::nullopt},
       [&](auto k, auto delay) { return std::optional(delay <= 5 ? alpha->at(k) : alpha->at(k) * 5 / double(delay)); }},
      {{SgdOptions::Rule::dropping, std::nullopt},
       [&](auto k, auto delay) { return delay <= 5 ? std::optional(alpha->at(k)) : std::nullopt; }},
      {{SgdOptions::Rule::dropping, 2},
       [&](auto k, auto delay) { return delay <= 2 ? std::optional(alpha->at(k)) : std::nullopt; }},
  };
  for (const auto& [options, rule] : rules) {
    auto world = world_of(algorithm::build_asynchronous_sgd(five.inputs(), alpha, options), five);
    world->run_until(400);
    const auto reference = first_come_run(arrivals, 5, five.mean_start(),
                                          [&](AgentId i, const Vector& x) { return five.gradient(i, x); }, rule);
    CHECK((options.rule == SgdOptions::Rule::dropping) == (reference.dropped > 0));
    CHECK(reference.delay_max > (options.rule == SgdOptions::Rule::dropping ? 1 : 5));
    check_equal(*world, reference);
  }
}

TEST_CASE("ringmaster_asgd equals its recursion to 1e-12 for thresholds 1, 2, 6 and 1,000") {
  const FiveWorkers five;
  const auto alpha = falling_step(0.1);
  for (const std::int64_t threshold : {1, 2, 6, 1000}) {
    auto world = world_of(algorithm::build_ringmaster_asgd(five.inputs(), alpha, threshold), five);
    world->run_until(400);
    const auto reference = first_come_run(
        arrivals_until(400), 5, five.mean_start(), [&](AgentId i, const Vector& x) { return five.gradient(i, x); },
        [&](auto k, auto delay) { return delay < threshold ? std::optional(alpha->at(k)) : std::nullopt; });
    CHECK((threshold == 1000) == (reference.dropped == 0));
    check_equal(*world, reference);
  }
}

TEST_CASE("rennala_sgd equals its recursion to 1e-12 for batches of 1, 3, 7 and 40") {
  const FiveWorkers five;
  const auto alpha = falling_step(0.3);
  for (const std::size_t batch : {1, 3, 7, 40}) {
    auto world = world_of(
        algorithm::build_rennala_sgd(five.inputs(), alpha, static_cast<std::int64_t>(batch)), five);
    world->run_until(400);
    const auto reference =
        rennala_run(arrivals_until(400), 5, five.mean_start(),
                    [&](AgentId i, const Vector& x) { return five.gradient(i, x); },
                    [&](auto k) { return alpha->at(k); }, batch);
    CHECK(reference.dropped > 0);
    CHECK(reference.updates() > 3);
    check_equal(*world, reference);
  }
}

TEST_CASE("minibatch_sgd is master_worker_gradient_descent at batch 1, and waits for 3 gradients of each at batch 3") {
  const FiveWorkers five;
  const auto alpha = falling_step(0.5);
  auto one = world_of(algorithm::build_minibatch_sgd(five.inputs(), alpha, 1), five);
  auto rounds = world_of(algorithm::build_master_worker_gradient_descent(five.inputs(), alpha), five);
  one->run_until(400);
  rounds->run_until(400);
  CHECK(one->trajectory == rounds->trajectory);
  CHECK(one->program(server).server_figures()->updates == 400 / (18 + 2));

  auto noisy = five.inputs();
  const problem::GradientRule rule{problem::GradientRule::Kind::noisy, 1, 0.7};
  const algorithm::Inputs inputs{noisy.problem, rule, noisy.graph, noisy.mixing, 0, noisy.initial, 9, {}};
  auto three = world_of(algorithm::build_minibatch_sgd(inputs, alpha, 3), five);
  three->run_until(10 * (3 * 18 + 2));
  std::vector<problem::GradientOracle> oracles;
  for (AgentId i = 0; i < 5; ++i) oracles.emplace_back(five.problem, i, rule, 9);
  Vector x = five.mean_start(), g(3);
  for (int k = 0; k < 10; ++k) {
    Vector sum = Vector::Zero(3);
    for (auto& oracle : oracles)
      for (int b = 0; b < 3; ++b) {
        oracle(x, g);
        sum += g;
      }
    x -= alpha->at(k) * sum / 15;
  }
  const auto figures = *three->program(server).server_figures();
  CHECK((three->iterate(server) - x).cwiseAbs().maxCoeff() <= 1e-12);
  CHECK(figures.updates == 10);
  CHECK(figures.applied == 50);
  CHECK(figures.delay_max == 0);
  CHECK(figures.concurrency_sum == 10 * (5 + 4 + 3 + 2 + 1));
  CHECK(figures.in_flight == 5);
}

TEST_CASE("second and third copies of messages change no bit of 4 methods with a server over 600 ticks") {
  const FiveWorkers five;
  auto methods = asynchronous_methods();
  methods.emplace_back("minibatch_sgd",
                       [](const auto& in) { return algorithm::build_minibatch_sgd(in, step(0.1), 2); });
  for (const auto& [name, build] : methods) {
    CAPTURE(name);
    auto plain = world_of(build(five.inputs()), five), copied = world_of(build(five.inputs()), five);
    Stream random(5, Purpose::test);
    copied->copies = [&random](const SentMessage&) { return 1 + static_cast<int>(random.below(3)); };
    plain->run_until(600);
    copied->run_until(600);
    CHECK(copied->trajectory == plain->trajectory);
    CHECK(copied->iterate(server) == plain->iterate(server));
    const auto figures = *copied->program(server).server_figures(), expected = *plain->program(server).server_figures();
    CHECK(figures.applied == expected.applied);
    CHECK(figures.delay_sum == expected.delay_sum);
    CHECK(figures.concurrency_sum == expected.concurrency_sum);
  }
}

TEST_CASE("1 lost message stops 1 of 5 workers for ever, whichever way it went, and the others go on") {
  const FiveWorkers five;
  for (const auto& [name, build] : asynchronous_methods())
    for (const bool of_server : {false, true}) {
      CAPTURE(name, of_server);
      auto world = world_of(build(five.inputs()), five);
      bool lost = false;
      world->copies = [&](const SentMessage& message) {
        if (lost || (message.from == server) != of_server) return 1;
        if (std::max(message.from, message.to) != server || std::min(message.from, message.to) != 2) return 1;
        lost = true;
        return 0;
      };
      world->run_until(1000);
      CHECK(world->trajectory[2].size() == (of_server ? 0 : 1));
      for (const AgentId i : {0, 1, 3, 4}) CHECK(world->trajectory[i].size() > 1000u / (18 + 2) - 2);
      const auto figures = *world->program(server).server_figures();
      CHECK(figures.in_flight == 5);
      CHECK(figures.age_max == figures.updates);
    }
}
