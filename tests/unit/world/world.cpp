#include "sim/virtual_time/world.hpp"

#include <functional>
#include <limits>
#include <string>

#include "tests/support/catch.hpp"
#include "tests/unit/world/read.hpp"

using namespace taubar;
using virtual_time::Ended;
using virtual_time::World;

namespace {

constexpr Duration ms = 1'000'000;

/// A program out of lambdas that notes what happens to it: "3 done", "5 got 1:7" (ms, sender, stamp), "9 timer 2".
struct Scripted final : agent::AgentProgram {
  std::vector<std::string>* log = nullptr;
  AgentId id = 0;
  double state_value = 0;
  int computed = 0;
  std::function<void(agent::Runtime&)> start, done;
  std::function<void(agent::Runtime&, const agent::Message&)> message;

  void note(agent::Runtime& r, const std::string& what) const {
    log->push_back(std::to_string(id) + "@" + std::to_string(r.now() / ms) + " " + what);
  }
  void on_start(agent::Runtime& r) override {
    if (start) start(r);
  }
  void compute() override { ++computed; }
  void on_compute_done(agent::Runtime& r) override {
    note(r, "done");
    if (done) done(r);
  }
  void on_message(agent::Runtime& r, const agent::Message& m) override {
    note(r, "got " + std::to_string(m.from) + ":" + std::to_string(m.stamp));
    if (message) message(r, m);
  }
  void on_timer(agent::Runtime& r, std::uint32_t tag) override { note(r, "timer " + std::to_string(tag)); }
  std::span<const double> iterate() const override { return {&state_value, 1}; }
  void state(agent::StateVisitor& v) override { v.real(state_value); }
};

/// A few scripted agents on a ring in both directions, and a world for them.
struct Stage {
  topology::Digraph graph;
  std::vector<std::string> log;
  std::vector<Scripted*> agents;
  std::unique_ptr<World> world;

  Stage(std::size_t n, const std::string& compute, const std::string& network, int threads = 1) {
    std::vector<topology::Link> links;
    for (AgentId i = 0; i < n; ++i) links.emplace_back(i, static_cast<AgentId>((i + 1) % n));
    graph = topology::Digraph::from_links(n, links, false);
    virtual_time::Programs programs;
    for (AgentId i = 0; i < n; ++i) {
      auto program = std::make_unique<Scripted>();
      program->log = &log;
      program->id = i;
      agents.push_back(program.get());
      programs.push_back(std::move(program));
    }
    world = std::make_unique<World>(graph, std::vector<topology::Link>{}, std::move(programs), n,
                                    compute::ComputeModel(compute_spec(compute), n, 1), network_spec(network), 1, threads);
  }
  Ended run(Duration until = 1000 * ms) {
    world->start();
    return world->run({.until = until});
  }
};

void send(agent::Runtime& r, AgentId to, std::int64_t stamp, std::size_t size = 0) {
  r.send(to, r.payload(9, stamp, size));
}

using Log = std::vector<std::string>;

}  // namespace

TEST_CASE("a step of 10 ms ends at 10 ms, and a message of 3 ms sent then arrives at an idle agent at 13 ms") {
  Stage stage(3, R"({"time": "10ms"})", R"({"latency": "3ms"})");
  stage.agents[0]->start = [](auto& r) { r.begin_compute(5); };
  stage.agents[0]->done = [](auto& r) { send(r, 1, 7); };
  CHECK(stage.run() == Ended::quiet);
  CHECK(stage.log == Log{"0@10 done", "1@13 got 0:7"});
  CHECK(stage.agents[0]->computed == 1);
  CHECK(stage.world->counts().updates == 1);
  CHECK(stage.world->counts().gradients == 1);
  CHECK(stage.world->counts().messages == 1);
  CHECK(stage.world->counts().bytes == 32);
  CHECK(stage.world->counts().in_flight() == 0);
}

TEST_CASE("messages and timers that fall due during a step wait for its end, in order of arrival") {
  Stage stage(3, R"({"time": "10ms"})", R"({"latency": "2ms"})");
  stage.agents[1]->start = [](auto& r) {
    r.begin_compute(0);
    r.set_timer(3 * ms, 4);
  };
  stage.agents[0]->start = [](auto& r) {
    send(r, 1, 1);
    r.set_timer(5 * ms, 0);
  };
  stage.agents[2]->start = [](auto& r) { send(r, 1, 2); };
  stage.run();
  CHECK(stage.log == Log{"0@5 timer 0", "1@10 done", "1@10 got 0:1", "1@10 got 2:2", "1@10 timer 4"});
  CHECK(stage.world->counts().gradients == 0);
}

TEST_CASE("an agent that begins a new step in on_compute_done keeps what it has not taken waiting") {
  Stage stage(3, R"({"time": "10ms"})", R"({"latency": "2ms"})");
  int steps = 0;
  stage.agents[1]->start = [](auto& r) { r.begin_compute(0); };
  stage.agents[1]->done = [&](auto& r) {
    if (++steps == 1) r.begin_compute(0);
  };
  stage.agents[0]->start = [](auto& r) { send(r, 1, 1); };
  stage.run();
  CHECK(stage.log == Log{"1@10 done", "1@20 done", "1@20 got 0:1"});
}

TEST_CASE("take_inbox hands out 20 waiting messages in order of arrival and leaves timers waiting") {
  Stage stage(3, R"({"time": "100ms"})", R"({"latency": "2ms"})");
  std::vector<std::int64_t> taken;
  stage.agents[1]->start = [](auto& r) {
    r.begin_compute(0);
    r.set_timer(7 * ms, 3);
  };
  stage.agents[1]->done = [&](auto& r) {
    for (const auto& m : r.take_inbox()) taken.push_back(m.stamp);
  };
  stage.agents[0]->start = [](auto& r) {
    for (int i = 0; i < 20; ++i) send(r, 1, i);
  };
  stage.run();
  REQUIRE(taken.size() == 20);
  for (int i = 0; i < 20; ++i) CHECK(taken[static_cast<std::size_t>(i)] == i);
  CHECK(stage.log == Log{"1@100 done", "1@100 timer 3"});
  CHECK(stage.world->counts().taken == 20);
}

TEST_CASE("at one instant deliveries come before completions, and lower agents before higher ones") {
  Stage stage(4, R"({"time": "10ms"})", R"({"latency": "10ms"})");
  for (AgentId i : {2u, 0u, 3u}) stage.agents[i]->start = [](auto& r) { r.begin_compute(0); };
  stage.agents[1]->start = [](auto& r) {
    send(r, 2, 1);
    send(r, 0, 1);
  };
  stage.agents[2]->done = [&](auto& r) { CHECK(r.take_inbox().size() == 1); };
  stage.run();
  CHECK(stage.log == Log{"0@10 done", "0@10 got 1:1", "2@10 done", "3@10 done"});
}

TEST_CASE("overhead of 1 ms a message delays the sender's next step: two sends, then a step of 10 ms ends at 12 ms") {
  Stage stage(3, R"({"time": "10ms"})", R"({"overhead": "1ms", "latency": "5ms"})");
  stage.agents[0]->start = [](auto& r) {
    CHECK(r.sends_have_left());
    r.send_to_out_neighbours(r.payload(9, 1, 2));
    CHECK_FALSE(r.sends_have_left());
    r.begin_compute(0);
  };
  stage.agents[0]->done = [](auto& r) { CHECK(r.sends_have_left()); };
  stage.run();
  CHECK(stage.log == Log{"1@6 got 0:1", "2@7 got 0:1", "0@12 done"});
  // 12 of 12 ms of agent 0 busy, none of the others'.
  CHECK(stage.world->idle_share(12 * ms) == Approx(2.0 / 3));
}

TEST_CASE("idle share counts a step under way only up to the end") {
  Stage stage(3, R"({"time": "10ms"})", "{}");
  stage.agents[0]->start = [](auto& r) { r.begin_compute(0); };
  CHECK(stage.run(4 * ms) == Ended::time);
  CHECK(stage.world->idle_share(4 * ms) == Approx(2.0 / 3));
}

TEST_CASE("receiver contention: two messages of 1,000 bits at 1 Mbps that arrive together are received 1 ms apart") {
  // 32 + 8·n bytes; 93 bytes = 744 bits is no size, so 125 bytes are approached by n = 12: 128 bytes = 1,024 bits.
  Stage stage(3, R"({"time": "10ms"})",
              R"({"bandwidth": "1.024Mbps", "latency": "5ms", "contention": "sender_and_receiver"})");
  stage.agents[0]->start = [](auto& r) { send(r, 1, 1, 12); };
  stage.agents[2]->start = [](auto& r) { send(r, 1, 2, 12); };
  stage.run();
  CHECK(stage.log == Log{"1@6 got 0:1", "1@7 got 2:2"});
}

TEST_CASE("one payload serves a multicast: pool use falls to 0 when the last copy is read") {
  Stage stage(3, R"({"time": "10ms"})", R"({"latency": "2ms"})");
  stage.agents[0]->start = [](auto& r) {
    auto payload = r.payload(agent::push_share, 1, 2);
    payload.values()[0] = 3;
    payload.values()[1] = 4;
    r.send_to_out_neighbours(std::move(payload));
  };
  stage.world->start();
  int blocks = 0;
  std::uint32_t copies = 0;
  stage.world->for_each_in_flight([&](const agent::PayloadBlock& block, std::uint32_t c) {
    ++blocks;
    copies = c;
    CHECK(block.values()[1] == 4);
  });
  CHECK(blocks == 1);
  CHECK(copies == 2);
  stage.world->run({});
  stage.world->for_each_in_flight([&](const agent::PayloadBlock&, std::uint32_t) { ++blocks; });
  CHECK(blocks == 1);
}

TEST_CASE("lost and duplicated messages are counted, and all that is sent is lost, taken or in flight") {
  Stage stage(3, R"({"time": "1ms"})", R"({"latency": {"kind": "exponential", "mean": "2ms"}, "loss": 0.2, "duplicate": 0.1})");
  stage.agents[0]->start = [](auto& r) { r.begin_compute(0); };
  stage.agents[0]->done = [](auto& r) {
    r.send_to_out_neighbours(r.payload(9, 1, 2));
    r.begin_compute(0);
  };
  stage.world->start();
  CHECK(stage.world->run({.messages = 20000}) == Ended::messages);
  const auto counts = stage.world->counts();
  CHECK(counts.messages == 20000);
  // Binomial, 5 standard deviations: false alarm below 1e-6.
  CHECK(std::abs(counts.lost - 4000.0) < 5 * std::sqrt(20000 * 0.2 * 0.8));
  CHECK(std::abs(counts.duplicated - 1600.0) < 5 * std::sqrt(16000 * 0.1 * 0.9));
  std::int64_t in_flight = 0;
  stage.world->for_each_in_flight([&](const agent::PayloadBlock&, std::uint32_t copies) { in_flight += copies; });
  CHECK(in_flight == counts.in_flight());
}

TEST_CASE("tau_proc, tau_msg and staleness of a hand-made schedule") {
  // Agent 0 steps every 10 ms, agent 1 every 30 ms (straggler), agent 2 never sends and steps every 10 ms.
  // Instants: 10, 20, 30, … all of which are instants of agent 0. Agent 0 sends to 1 at each; 1 takes at 30, 60, 90.
  Stage stage(3, R"({"time": "10ms", "stragglers": [{"agents": [1], "add": "20ms"}]})", R"({"latency": "1ms"})");
  for (auto* agent : stage.agents) agent->start = [](auto& r) { r.begin_compute(1); };
  stage.agents[0]->done = [](auto& r) {
    send(r, 1, r.now() / ms);
    r.begin_compute(1);
  };
  stage.agents[2]->done = [](auto& r) { r.begin_compute(1); };
  stage.agents[1]->done = [](auto& r) {
    r.take_inbox();
    r.begin_compute(1);
  };
  CHECK(stage.run(95 * ms) == Ended::time);
  const auto measured = stage.world->asynchrony();
  CHECK(measured.k == 9);
  CHECK(measured.tau_proc == 3);
  // Sent at k = 3 just after agent 1 took its inbox at k = 3, taken at k = 6.
  CHECK(measured.tau_msg == 3);
  CHECK(measured.tau_bar() == 5);
  // Taken at 3: sent at 1, 2; at 6: sent at 3, 4, 5; at 9: 6, 7, 8.
  CHECK(stage.world->staleness().count() == 8);
  CHECK(stage.world->staleness().max() == 3);
  CHECK(stage.world->staleness().mean() == Approx((2 + 1 + 3 + 2 + 1 + 3 + 2 + 1) / 8.0));
}

TEST_CASE("the open last gap and unread messages count with their age") {
  Stage stage(3, R"({"time": "10ms", "stragglers": [{"agents": [1], "add": "990ms"}]})", R"({"latency": "1ms"})");
  for (auto* agent : stage.agents) agent->start = [](auto& r) { r.begin_compute(1); };
  stage.agents[0]->done = [&](auto& r) {
    if (r.now() == 10 * ms) send(r, 1, 1);
    r.begin_compute(1);
  };
  stage.run(105 * ms);
  CHECK(stage.world->asynchrony().tau_proc == 10);
  CHECK(stage.world->asynchrony().tau_msg == 9);
}

TEST_CASE("limits on updates, gradients and events end with the event that reaches them") {
  const auto busy = [](Stage& stage) {
    for (auto* agent : stage.agents) {
      agent->start = [](auto& r) { r.begin_compute(1); };
      agent->done = [](auto& r) { r.begin_compute(1); };
    }
    stage.world->start();
  };
  Stage a(3, R"({"time": "10ms"})", "{}"), b(3, R"({"time": "10ms"})", "{}"), c(3, R"({"time": "10ms"})", "{}");
  busy(a);
  CHECK(a.world->run({.updates = 7}) == Ended::updates);
  CHECK(a.world->counts().updates == 7);
  CHECK(a.world->run({.updates = 7}) == Ended::updates);
  CHECK(a.world->counts().updates == 7);
  CHECK(a.world->run({.updates = 8}) == Ended::updates);
  CHECK(a.world->counts().updates == 8);
  busy(b);
  CHECK(b.world->run({.gradients = 5}) == Ended::gradients);
  CHECK(b.world->counts().gradients == 5);
  busy(c);
  CHECK(c.world->run({.events = 11}) == Ended::events);
  CHECK(c.world->events() == 11);
}

TEST_CASE("an iterate that is not finite ends the run and names the agent") {
  Stage stage(3, R"({"time": "10ms"})", "{}");
  stage.agents[2]->start = [](auto& r) { r.begin_compute(1); };
  stage.agents[2]->done = [&](auto& r) {
    stage.agents[2]->state_value = r.now() < 50 * ms ? 1e300 : std::numeric_limits<double>::infinity();
    r.begin_compute(1);
  };
  CHECK(stage.run() == Ended::diverged);
  CHECK(stage.world->diverged_agent() == 2);
  CHECK(stage.world->time() == 50 * ms);
}

TEST_CASE("the fingerprint is that of order and state: equal twice, other with another state or another order") {
  const auto fingerprint = [](double value, const char* time, int threads) {
    Stage stage(5, time, R"({"latency": {"kind": "exponential", "mean": "3ms"}})", threads);
    for (auto* agent : stage.agents) {
      agent->start = [](auto& r) { r.begin_compute(1); };
      agent->done = [](auto& r) {
        r.take_inbox();
        r.send_to_out_neighbours(r.payload(9, 1, 2));
        r.begin_compute(1);
      };
    }
    stage.agents[4]->state_value = value;
    stage.run(2000 * ms);
    return stage.world->fingerprint();
  };
  const char* law = R"({"time": {"kind": "exponential", "mean": "10ms"}})";
  const auto first = fingerprint(1, law, 1);
  CHECK(first == fingerprint(1, law, 1));
  CHECK(first == fingerprint(1, law, 2));
  CHECK(first == fingerprint(1, law, 5));
  CHECK(first != fingerprint(1 + 1e-15, law, 1));
  CHECK(first != fingerprint(1, R"({"time": {"kind": "exponential", "mean": "10.001ms"}})", 1));
}

TEST_CASE("what compute() throws on another thread reaches the caller of run") {
  struct Thrower final : agent::AgentProgram {
    double x = 0;
    void on_start(agent::Runtime& r) override { r.begin_compute(1); }
    void compute() override { throw InternalError("broken gradient"); }
    void on_compute_done(agent::Runtime& r) override { r.begin_compute(1); }
    void on_message(agent::Runtime&, const agent::Message&) override {}
    std::span<const double> iterate() const override { return {&x, 1}; }
    void state(agent::StateVisitor&) override {}
  };
  for (int threads : {1, 3}) {
    const auto graph = topology::Digraph::from_links(2, {{0, 1}}, false);
    virtual_time::Programs programs;
    programs.push_back(std::make_unique<Thrower>());
    programs.push_back(std::make_unique<Thrower>());
    World world(graph, {}, std::move(programs), 2, compute::ComputeModel(compute_spec(R"({"time": "10ms"})"), 2, 1),
                network_spec("{}"), 1, threads);
    world.start();
    CHECK_THROWS_AS(world.run({}), InternalError);
  }
}
