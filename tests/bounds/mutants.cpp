// Runs in which one agent breaks a rule, once, are caught by some invariant, certificate or theorem; the same runs without that
// are not. Asynchronous gradient-push under bounded schedules.
#include <fmt/format.h>

#include <array>
#include <cstdlib>
#include <map>

#include "core/base/linear_algebra.hpp"
#include "sim/experiment/verify.hpp"
#include "tests/bounds/mutant.hpp"
#include "tests/bounds/random_scenario.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/scenario.hpp"

using namespace taubar;
using test::Mutation;

namespace {

constexpr std::uint64_t runs = 50;

struct Outcome {
  bool done = false;
  std::vector<std::string> violated;
};

/// The scenario with one agent mutated.
Outcome run_with(const config::Json& json, Mutation mutation, std::uint64_t number) {
  const auto scenario = read_scenario(json.dump());
  const auto e = experiment::prepare(scenario, {});
  const delay::Placement placement(e->agents(), scenario.hosts);
  auto population = experiment::populate(*e, placement);
  test::Plan plan{mutation, static_cast<std::int64_t>(1 + number % 5), *scenario.asynchrony.tau_msg + 1};
  if (mutation == Mutation::leaves_unread) plan.patience += *scenario.asynchrony.tau_proc;  // until one has come
  auto& program = population.programs[number % e->agents()];
  auto mutant = std::make_unique<test::Mutant>(std::move(program), plan);
  const test::Mutant& watched = *mutant;
  program = std::move(mutant);
  e->world = std::make_unique<virtual_time::World>(e->topology.graph, std::move(population.overlay), std::move(population.programs),
                                                   e->agents(), std::move(population.compute), scenario.network,
                                                   static_cast<std::uint64_t>(scenario.seed), 1, placement);
  e->world->follow(std::move(population.schedule));
  Outcome outcome;
  for (const auto& verdict : experiment::verify(*e).verdicts)
    if (verdict.outcome == bound::Outcome::violated) outcome.violated.push_back(verdict.bound);
  outcome.done = watched.done();
  return outcome;
}

/// Every run must come to its deed and be caught; returns by which bounds.
void require_caught(const char* name, Mutation mutation) {
  fix_linear_algebra();
  std::map<std::string, int> by;
  int caught = 0;
  for (std::uint64_t number = 1; number <= runs; ++number) {
    const auto json = test::random_bounded_gradient_push(number);
    INFO("run " << number << ": " << json.dump());
    const Outcome outcome = run_with(json, mutation, number);
    CHECK(outcome.done == (mutation != Mutation::none));
    CHECK(outcome.violated.empty() == (mutation == Mutation::none));
    if (!outcome.violated.empty()) ++caught;
    for (const auto& bound : outcome.violated) ++by[bound];
  }
  if (!std::getenv("TAUBAR_RANDOM_RUNS")) return;
  fmt::print("{}: {} of {} caught\n", name, caught, runs);
  for (const auto& [bound, count] : by) fmt::print("  {:<40} {:>4}\n", bound, count);
}

}  // namespace

TEST_CASE("50 runs whose programs are only wrapped are not caught") { require_caught("wrapped", Mutation::none); }

TEST_CASE("50 runs in which an agent drops a message that it has read are caught") {
  require_caught("drops a message", Mutation::drops_message);
}

TEST_CASE("50 runs in which an agent applies a gradient twice are caught") {
  require_caught("repeats a gradient", Mutation::repeats_gradient);
}

TEST_CASE("50 runs in which an agent applies a gradient twice and books both are caught") {
  require_caught("books a gradient twice", Mutation::books_it_twice);
}

TEST_CASE("50 runs in which an agent leaves its inbox unread for longer than tau_msg are caught") {
  require_caught("leaves messages unread", Mutation::leaves_unread);
}

TEST_CASE("50 runs in which an agent uses a message later than tau_msg and claims its mass meanwhile are caught") {
  require_caught("keeps a message aside", Mutation::keeps_message);
}
