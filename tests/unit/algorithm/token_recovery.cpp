// Recovery of lost tokens in a world of half-second ticks: a local step takes 1 s, a message 0.5 s.
#include "core/base/random.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/algorithm/quadratics.hpp"
#include "tests/unit/algorithm/tick_world.hpp"

using namespace taubar;
using namespace taubar::test;
using algorithm::TokenSgdOptions;

namespace {

constexpr agent::MessageKind token_kind = 2, acknowledgement_kind = 4;

struct Ring {
  Quadratics problem = five_quadratics();
  Matrix start = five_starts();
  topology::Digraph graph = topology::Digraph::from_links(5, {{0, 1}, {1, 2}, {2, 3}, {3, 4}, {0, 4}}, false);
  TickWorld world(double patience_s, TokenSgdOptions options = {}) const {
    options.regenerate_after = from_seconds(patience_s);
    return {algorithm::build_token_sgd(inputs_of(problem, graph, start), step(0.1), options), graph};
  }
};

struct Sent {
  std::int64_t tick;
  SentMessage message;
};
/// Everything that a world sends; `lost` says which tokens do not arrive, by the number of their sending.
void listen(TickWorld& world, std::vector<Sent>& sent, std::vector<int> lost) {
  world.copies = [&, lost, tokens = 0](const SentMessage& message) mutable {
    sent.push_back({world.tick(), message});
    if (message.kind != token_kind) return 1;
    ++tokens;
    return std::find(lost.begin(), lost.end(), tokens) == lost.end() ? 1 : 0;
  };
}

trace::TokenFigures figures(TickWorld& world) {
  trace::TokenFigures sum;
  for (AgentId i = 0; i < 5; ++i) sum += *world.program(i).token_figures();
  return sum;
}

std::int64_t steps_made(TickWorld& world) {
  std::int64_t sum = 0;
  for (AgentId i = 0; i < 5; ++i) sum += world.runtime(i).steps_begun() - world.runtime(i).computing();
  return sum;
}

std::int64_t newest_steps(TickWorld& world) {
  auto last = *world.program(0).token(0);
  for (AgentId i = 1; i < 5; ++i)
    if (const auto seen = world.program(i).token(0); seen->newer_than(last)) last = *seen;
  return last.steps;
}

}  // namespace

TEST_CASE("a token sent at 1.5 s and lost is sent again by the same agent at 4.5 s, 3 s later, with the same iterate and generation 1") {
  const Ring ring;
  auto world = ring.world(3);
  std::vector<Sent> sent;
  listen(world, sent, {2});
  world.run_until(20);
  // Tick 0: first token. 1: it comes. 3: the step ends; token 2 is sent, then the acknowledgement of token 1. 9: again.
  std::vector<Sent> tokens, acknowledgements;
  for (const auto& s : sent) (s.message.kind == token_kind ? tokens : acknowledgements).push_back(s);
  REQUIRE(tokens.size() >= 4);
  CHECK(tokens[0].tick == 0);
  CHECK(tokens[1].tick == 3);
  CHECK(tokens[2].tick == 9);
  CHECK(tokens[3].tick == 12);
  CHECK(tokens[2].message.from == tokens[1].message.from);
  CHECK(tokens[2].message.values == tokens[1].message.values);
  const std::int64_t generation = 5 + tokens[1].message.from;
  CHECK(tokens[1].message.stamp == 1);
  CHECK(tokens[2].message.stamp == (generation << 36) + 1);
  CHECK(tokens[3].message.stamp == (generation << 36) + 2);
  REQUIRE(acknowledgements.size() >= 2);
  CHECK(acknowledgements[0].tick == 3);
  CHECK(acknowledgements[0].message.to == tokens[0].message.from);
  CHECK(acknowledgements[0].message.values.empty());
  CHECK(acknowledgements[1].tick == 12);
  const auto found = figures(world);
  CHECK(found.regenerated == 1);
  CHECK(found.dropped_copies == 0);
  CHECK(found.acknowledgements == static_cast<std::int64_t>(acknowledgements.size()));
  CHECK(found.longest_absence == from_seconds(3));
  CHECK(steps_made(world) == newest_steps(world));
}

TEST_CASE("without recovery the same loss ends all work") {
  const Ring ring;
  TickWorld world(algorithm::build_token_sgd(inputs_of(ring.problem, ring.graph, ring.start), step(0.1), {}), ring.graph);
  std::vector<Sent> sent;
  listen(world, sent, {2});
  world.run_until(100);
  CHECK(sent.size() == 2);
  CHECK(steps_made(world) == 1);
}

TEST_CASE("with patience for a visit and no loss, nothing is regenerated in 2,000 ticks, and the walk is that without recovery") {
  const Ring ring;
  auto watched = ring.world(2.5);
  TickWorld plain(algorithm::build_token_sgd(inputs_of(ring.problem, ring.graph, ring.start), step(0.1), {}), ring.graph);
  watched.run_until(2000);
  plain.run_until(2000);
  CHECK(watched.trajectory == plain.trajectory);
  CHECK(figures(watched).regenerated == 0);
  // An acknowledgement a token that was sent on, the first alone being nobody's to acknowledge.
  CHECK(static_cast<std::size_t>(figures(watched).acknowledgements) == plain.messages_sent() - 1);
}

TEST_CASE("a holder that takes 20 s is taken for dead after 3 s: every copy but one is dropped where a newer token has been") {
  const Ring ring;
  auto world = ring.world(3);
  std::int64_t begun = 0;
  world.compute_ticks = [&begun](AgentId) { return ++begun == 3 ? 40 : 2; };
  world.run_until(300);
  // The holder's neighbours may send it the new token as well, which waits there: so it may be more than one.
  const auto found = figures(world);
  CHECK(found.regenerated >= 1);
  CHECK(found.regenerated <= 7);
  CHECK(found.dropped_copies == found.regenerated);
  CHECK(found.longest_absence == from_seconds(3));
  const auto repeated = steps_made(world) - newest_steps(world);
  CHECK(repeated >= 1);
  CHECK(repeated <= 7 * 12);
  CHECK(newest_steps(world) >= 80);
  std::size_t tokens = 0;
  for (const auto& message : world.in_flight()) tokens += message.kind == token_kind;
  for (AgentId i = 0; i < 5; ++i) tokens += world.runtime(i).computing();
  CHECK(tokens == 1);
}

TEST_CASE("a token that loses 1 message in 20 comes to the minimiser's neighbourhood in 3,000 steps; acknowledgements are lost as well") {
  const Ring ring;
  struct Falling final : algorithm::ScheduleSpec {
    void fields(config::Fields&) override {}
    double at(std::int64_t k) const override { return 2 / (static_cast<double>(k) + 20); }
  };
  for (const std::int64_t tokens : {1, 3}) {
    TokenSgdOptions options;
    options.tokens = tokens;
    options.walk.alpha = 2;
    options.regenerate_after = from_seconds(4);
    const auto inputs = inputs_of(ring.problem, ring.graph, ring.start);
    TickWorld world(algorithm::build_token_sgd(inputs, std::make_shared<Falling>(), options), ring.graph);
    Stream random(11, Purpose::test);
    world.copies = [&random](const SentMessage&) { return random.uniform() < 0.05 ? 0 : 1; };
    while (newest_steps(world) < 3000) world.run_until(world.tick());
    const auto found = figures(world);
    CHECK(found.regenerated > 200);
    CHECK(found.dropped_copies > 50);
    for (std::size_t t = 0; t < static_cast<std::size_t>(tokens); ++t) {
      auto last = *world.program(0).token(t);
      for (AgentId i = 1; i < 5; ++i)
        if (const auto seen = world.program(i).token(t); seen->newer_than(last)) last = *seen;
      CHECK(last.steps > 1500);
      CHECK((ConstVectorView(last.iterate.data(), 3) - ring.problem.minimiser()).norm() < 0.1);
    }
  }
}

TEST_CASE("a duplicate of the token by the network is neither acknowledged nor counted as a copy") {
  const Ring ring;
  auto once = ring.world(3), twice = ring.world(3);
  twice.copies = [](const SentMessage& message) { return message.kind == acknowledgement_kind ? 1 : 2; };
  once.run_until(500);
  twice.run_until(500);
  CHECK(once.trajectory == twice.trajectory);
  CHECK(figures(twice).dropped_copies == 0);
  CHECK(figures(twice).acknowledgements == figures(once).acknowledgements);
}
