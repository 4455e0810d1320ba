// Crashes and links that are down, at exact times: a step takes 1 s, a message ½ s.
#include <functional>
#include <string>

#include "sim/virtual_time/world.hpp"
#include "tests/support/allocation_counter.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/world/read.hpp"

using namespace taubar;
using virtual_time::Ended;
using virtual_time::World;

namespace {

constexpr Time s = 1'000'000'000, half = s / 2;

/// Computes again and again, sends the number of its steps to the next agent on a ring, and notes what happens to it.
struct Worker final : agent::AgentProgram {
  std::vector<std::string>* log = nullptr;
  AgentId id = 0;
  double steps = 0, drafts = 0;
  bool waits = false;  ///< an agent that does nothing by itself

  void note(const agent::Runtime& r, const std::string& what) const {
    if (log) log->push_back(std::to_string(id) + "@" + std::to_string(r.now() * 10 / s) + " " + what);
  }
  void on_start(agent::Runtime& r) override {
    if (!waits) r.begin_compute(1);
    r.set_timer(5 * s + half, 7);
  }
  void compute() override { drafts += 1; }
  void on_compute_done(agent::Runtime& r) override {
    note(r, "step " + std::to_string(static_cast<int>(++steps)));
    for (const auto& m : r.take_inbox()) note(r, "took " + std::to_string(m.stamp));
    r.send_to_out_neighbours(r.payload(agent::push_share, static_cast<std::int64_t>(steps), 2));
    r.begin_compute(1);
  }
  void on_message(agent::Runtime& r, const agent::Message& m) override { note(r, "got " + std::to_string(m.stamp)); }
  void on_timer(agent::Runtime& r, std::uint32_t tag) override { note(r, "timer " + std::to_string(tag)); }
  std::span<const double> iterate() const override { return {&steps, 1}; }
  void state(agent::StateVisitor& v) override { v.real(steps); }
};

/// Agent 0 → 1 → … → 0; all but 0 wait.
struct CrashStage {
  topology::Digraph graph;
  std::vector<std::string> log;
  std::vector<Worker*> agents;
  std::unique_ptr<World> world;

  CrashStage(std::size_t n, std::vector<fault::Crash> crashes, bool all_work = false, int threads = 1,
        const std::string& compute = R"({"time": "1s"})", fault::Plan plan = {}) {
    std::vector<topology::Link> links;
    for (AgentId i = 0; i < n; ++i) links.emplace_back(i, static_cast<AgentId>((i + 1) % n));
    graph = topology::Digraph::from_links(n, links, true);
    virtual_time::Programs programs;
    for (AgentId i = 0; i < n; ++i) {
      auto program = std::make_unique<Worker>();
      program->log = &log;
      program->id = i;
      program->waits = i > 0 && !all_work;
      agents.push_back(program.get());
      programs.push_back(std::move(program));
    }
    world = std::make_unique<World>(graph, std::vector<topology::Link>{}, std::move(programs), n,
                                    compute::ComputeModel(compute_spec(compute), n, 1), network_spec(R"({"latency": "500ms"})"), 1,
                                    threads);
    plan.crashes = std::move(crashes);
    world->suffer(plan);
    world->start();
  }
  Ended run(Time until) { return world->run({.until = until}); }
  /// The lines of one agent.
  std::vector<std::string> of(AgentId i) const {
    std::vector<std::string> own;
    for (const auto& line : log)
      if (line.starts_with(std::to_string(i) + "@")) own.push_back(line);
    return own;
  }
};

using Log = std::vector<std::string>;

}  // namespace

TEST_CASE("an agent that crashes at 2.4 s loses its third step, and with its state kept ends it at 4.2 s, 1 s after it is back") {
  CrashStage stage(2, {{0, 2 * s + 4 * s / 10, 3 * s + 2 * s / 10, true}});
  stage.run(5 * s);
  CHECK(stage.of(0) == Log{"0@10 step 1", "0@20 step 2", "0@42 step 3"});
  CHECK(stage.of(1) == Log{"1@15 got 1", "1@25 got 2", "1@47 got 3"});
  const auto faults = *stage.world->faults();
  CHECK(faults.crashes == 1);
  CHECK(faults.recoveries == 1);
  CHECK(faults.lost_steps == 1);
  CHECK(faults.lost_messages == 0);
  CHECK(faults.first_agent == 0);
  CHECK(to_seconds(faults.first_crash) == 2.4);
  CHECK(stage.agents[0]->drafts == 4);  // the lost one, whose result nobody uses, and the three of its steps
  CHECK(stage.world->counts().updates == 3);
}

TEST_CASE("without recovery nothing is heard of an agent after its crash, and when the others are done the world is quiet") {
  CrashStage stage(2, {{0, 2 * s, never, true}});
  CHECK(stage.run(100 * s) == Ended::quiet);
  CHECK(stage.of(0) == Log{"0@10 step 1"});  // at 2 s faults come before the ends of steps
  CHECK(stage.of(1) == Log{"1@15 got 1", "1@55 timer 7"});
  CHECK(stage.world->faults()->recoveries == 0);
}

TEST_CASE("messages that arrive while the receiver is down are lost: of those sent at 1, 2 and 3 s, the one of 2 s") {
  CrashStage stage(2, {{1, 2 * s, 2 * s + half + 1, true}});
  stage.run(4 * s - 1);
  CHECK(stage.of(1) == Log{"1@15 got 1", "1@35 got 3"});
  CHECK(stage.world->counts().lost == 1);
  CHECK(stage.world->faults()->lost_messages == 1);
  CHECK(stage.world->counts().in_flight() == 0);
}

TEST_CASE("at the instant of a crash a message that arrives is lost, at that of a recovery it is read") {
  CrashStage crash(2, {{1, s + half, 2 * s, true}}), recovery(2, {{1, s, s + half, true}});
  for (CrashStage* stage : {&crash, &recovery}) stage->run(2 * s);
  CHECK(crash.of(1).empty());
  CHECK(recovery.of(1) == Log{"1@15 got 1"});
}

TEST_CASE("what waits in the inbox of a busy agent is lost with its crash, and counted once") {
  CrashStage stage(2, {{1, s + 7 * s / 10, s + 8 * s / 10, true}}, true);
  stage.run(4 * s);
  // 1's second step would have taken message 1, which came at 1.5 s.
  CHECK(stage.of(1) == Log{"1@10 step 1", "1@28 step 2", "1@28 took 2", "1@38 step 3", "1@38 took 3"});
  CHECK(stage.world->faults()->lost_messages == 1);
  CHECK(stage.world->counts().lost == 1);
}

TEST_CASE("a message sent before its sender's crash arrives") {
  CrashStage stage(2, {{0, s + s / 10, never, true}});
  stage.run(3 * s);
  CHECK(stage.of(1) == Log{"1@15 got 1"});
}

TEST_CASE("timers set before a crash do not ring after it") {
  CrashStage kept(2, {{0, s + half, never, true}, {1, s + 6 * s / 10, s + 7 * s / 10, true}});
  kept.run(20 * s);
  CHECK(kept.of(1) == Log{"1@15 got 1"});  // else it would ring at 5.5 s
}

TEST_CASE("an agent that lost its state starts anew: it counts its steps from 1, and sets its timer again") {
  CrashStage stage(2, {{0, 2 * s + half, 3 * s, false}});
  stage.run(9 * s);
  CHECK(stage.of(0) == Log{"0@10 step 1", "0@20 step 2", "0@40 step 1", "0@50 step 2", "0@60 step 3", "0@70 step 4", "0@80 step 5",
                           "0@90 step 6"});
  CHECK(stage.world->steps(0) == 8);
  CrashStage idle(2, {{0, half, never, true}, {1, s, 2 * s, false}});
  idle.run(20 * s);
  CHECK(idle.of(1) == Log{"1@75 timer 7"});
}

TEST_CASE("the end of a step that a crash at 1.5 s ended is not taken for that of the step begun at 1.6 s") {
  // Down for 0.1 s: the lost step would have ended at 2 s, when the new one is under way until 2.6 s.
  CrashStage stage(2, {{0, s + half, s + 6 * s / 10, true}});
  stage.run(3 * s);
  CHECK(stage.of(0) == Log{"0@10 step 1", "0@26 step 2"});
}

TEST_CASE("an agent may crash several times, and at the instant of its recovery too") {
  CrashStage stage(2, {{0, half, s, true}, {0, s, 2 * s, true}, {0, 3 * s + half, 4 * s, true}});
  stage.run(5 * s);
  CHECK(stage.of(0) == Log{"0@30 step 1", "0@50 step 2"});
  CHECK(stage.world->faults()->crashes == 3);
  CHECK(stage.world->faults()->recoveries == 3);
  CHECK(stage.world->faults()->lost_steps == 3);
}

TEST_CASE("down for 2 of 10 s, one of two agents is idle for 20 %: the half second of the step it lost was work") {
  CrashStage stage(2, {{0, 2 * s + half, 4 * s + half, true}}, true);
  stage.run(10 * s);
  CHECK(stage.world->idle_share(10 * s) == Approx(0.1));
}

TEST_CASE("the gap of an agent that is down counts in tau_proc: 5 for an agent down from 2.5 to 5.5 s") {
  std::vector<fault::Crash> crash{{0, 2 * s + half, 5 * s + half, true}};
  CrashStage stage(2, crash, true);
  stage.run(10 * s);
  // Agent 0 completes at 1, 2, 6.5 s; agent 1 at every second: k = 2 at 2 s, 7 at 6.5 s.
  CHECK(stage.world->asynchrony().tau_proc == 5);
}

TEST_CASE("with random step times, crashes and two threads, everything is as with one") {
  const auto fingerprint = [](int threads) {
    std::vector<fault::Crash> crashes;
    for (AgentId i = 0; i < 12; i += 2)
      for (int c = 0; c < 20; ++c)
        crashes.push_back({i, c * 5 * s + i * s / 7, c * 5 * s + i * s / 7 + half + i * s / 9, i % 4 == 0});
    CrashStage stage(12, crashes, true, threads, R"({"time": {"kind": "exponential", "mean": "1s"}})");
    stage.run(120 * s);
    CHECK(stage.world->faults()->crashes == 120);
    return stage.world->fingerprint();
  };
  const auto one = fingerprint(1);
  CHECK(fingerprint(2) == one);
  CHECK(fingerprint(1) == one);
}

TEST_CASE("a step begun again draws its own time: 100 crashes, one a second, do not keep an agent from going on") {
  // Were the draw that of the lost step, a step longer than the time between two crashes would never end.
  std::vector<fault::Crash> crashes;
  for (int c = 0; c < 100; ++c) crashes.push_back({0, c * s + s / 10, c * s + 2 * s / 10, true});
  CrashStage stage(2, crashes, false, 1, R"({"time": {"kind": "exponential", "mean": "2s"}})");
  stage.run(100 * s);
  CHECK(stage.world->faults()->lost_steps == 100);
  CHECK(stage.world->steps(0) > 30);  // 0.9 s of work a second at rate 1/2: 45 on average, deviation 7
}

TEST_CASE("a link down in [2 s, 4 s) loses what is sent at 2 and 3 s, not what was sent at 1 s, nor what is sent at 4 s") {
  fault::Plan down;
  down.outages.push_back({2 * s, 4 * s, {{0, 1}}, {}});
  fault::Plan parted;
  parted.outages.push_back({2 * s, 4 * s, {}, {0, 1}});
  fault::Plan back;
  back.outages.push_back({2 * s, 4 * s, {{1, 0}}, {}});
  for (const auto& plan : {down, parted, back}) {
    CrashStage stage(2, {}, false, 1, R"({"time": "1s"})", plan);
    stage.run(4 * s + half);
    const bool lost = !plan.outages[0].cuts(1, 0, 2 * s) || plan.outages[0].links.empty();
    if (lost)
      CHECK(stage.of(1) == Log{"1@15 got 1", "1@45 got 4"});
    else
      CHECK(stage.of(1) == Log{"1@15 got 1", "1@25 got 2", "1@35 got 3", "1@45 got 4"});
    CHECK(stage.world->faults()->lost_messages == (lost ? 2 : 0));
    CHECK(stage.world->counts().lost == (lost ? 2 : 0));
    CHECK(stage.world->counts().in_flight() == 0);
    CHECK(stage.world->faults()->crashes == 0);
  }
}

TEST_CASE("1,000 crashes and recoveries allocate nothing after as many of warm-up") {
  std::vector<fault::Crash> crashes;
  for (AgentId i = 0; i < 4; ++i)
    for (int c = 0; c < 500; ++c) crashes.push_back({i, c * 10 * s + i * s, c * 10 * s + (i + 2) * s + half, i % 2 == 0});
  CrashStage stage(4, crashes, true);
  for (Worker* worker : stage.agents) worker->log = nullptr;
  stage.run(2500 * s - 1);
  CHECK(stage.world->faults()->crashes == 1000);
  const std::size_t before = test::allocations();
  {
    const test::Counting on(true);
    stage.run(5000 * s);
  }
  CHECK(test::allocations() == before);
  CHECK(stage.world->faults()->crashes == 2000);
}
