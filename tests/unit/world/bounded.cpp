// The world under a schedule: the order of events, and no allocation for it.
#include "sim/virtual_time/world.hpp"
#include "tests/support/allocation_counter.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/world/read.hpp"

using namespace taubar;

namespace {

constexpr Time second = 1'000'000'000;

asynchrony::AsynchronySpec spec(asynchrony::Schedule schedule, std::int64_t tau_proc, std::int64_t tau_msg) {
  asynchrony::AsynchronySpec s;
  s.model = asynchrony::Model::bounded;
  s.tau_proc = tau_proc;
  s.tau_msg = tau_msg;
  s.schedule = schedule;
  return s;
}

/// One who sends at every step, and notes when what it takes was sent: (now, from, stamp) in s.
struct BoundedGossip final : agent::AgentProgram {
  struct Taken {
    std::int64_t now;
    AgentId from;
    std::int64_t sent;
    bool operator==(const Taken&) const = default;
  };
  std::vector<Taken>* log = nullptr;
  double value = 1;

  void on_start(agent::Runtime& r) override { r.begin_compute(0); }
  void compute() override {}
  void on_compute_done(agent::Runtime& r) override {
    for (const auto& m : r.take_inbox())
      if (log) log->push_back({r.now() / second, m.from, m.stamp});
    r.send_to_out_neighbours(r.payload(9, r.now() / second, 1));
    r.begin_compute(0);
  }
  void on_message(agent::Runtime&, const agent::Message&) override { FAIL("an agent was idle"); }
  std::span<const double> iterate() const override { return {&value, 1}; }
  void state(agent::StateVisitor& v) override { v.real(value); }
};

struct BoundedStage {
  topology::Digraph graph;
  std::vector<BoundedGossip::Taken> log;  ///< of agent 0
  std::unique_ptr<virtual_time::World> world;

  BoundedStage(AgentId n, const asynchrony::AsynchronySpec& schedule, bool notes = true) {
    std::vector<topology::Link> links;
    for (AgentId i = 0; i < n; ++i) links.emplace_back(i, (i + 1) % n);
    graph = topology::Digraph::from_links(n, links, true);
    virtual_time::Programs programs;
    for (AgentId i = 0; i < n; ++i) {
      auto program = std::make_unique<BoundedGossip>();
      if (notes && i == 0) program->log = &log;
      programs.push_back(std::move(program));
    }
    // Laws that would say otherwise.
    world = std::make_unique<virtual_time::World>(graph, std::vector<topology::Link>{}, std::move(programs), n,
                                                  compute::ComputeModel(compute_spec(R"({"time": "7s"})"), n, 1),
                                                  network_spec(R"({"latency": "9s"})"), 1, 1);
    world->follow(std::make_unique<asynchrony::BoundedSchedule>(schedule, n, 1));
    world->start();
  }
};

}  // namespace

TEST_CASE("adversary of tau_proc 2 and tau_msg 3: agent 0 acts every second and takes what agent 1 sent 3 s ago") {
  BoundedStage stage(2, spec(asynchrony::Schedule::adversarial, 2, 3));
  CHECK(stage.world->run({.until = 10 * second}) == virtual_time::Ended::time);
  CHECK(stage.log == std::vector<BoundedGossip::Taken>{{5, 1, 2}, {7, 1, 4}, {9, 1, 6}});
  CHECK(stage.world->steps(0) == 10);
  CHECK(stage.world->steps(1) == 5);
  CHECK(stage.world->asynchrony().k == 10);
  CHECK(stage.world->asynchrony().tau_proc == 2);
  CHECK(stage.world->asynchrony().tau_msg == 3);
  CHECK(stage.world->idle_share(10 * second) == 0);
}

TEST_CASE("what agents that share an instant send each other is taken at the next, whoever comes first in it") {
  BoundedStage stage(3, spec(asynchrony::Schedule::round_robin, 1, 1));
  stage.world->run({.until = 4 * second});
  CHECK(stage.log == std::vector<BoundedGossip::Taken>{{2, 2, 1}, {3, 2, 2}, {4, 2, 3}});
}

TEST_CASE("20,000 instants of 40 agents under each schedule allocate nothing after 1,000") {
  for (const auto schedule :
       {asynchrony::Schedule::random, asynchrony::Schedule::round_robin, asynchrony::Schedule::adversarial}) {
    BoundedStage stage(40, spec(schedule, 7, 100), false);
    stage.world->run({.until = 1000 * second});
    const std::size_t before = test::allocations();
    {
      const test::Counting on(true);
      stage.world->run({.until = 21'000 * second});
    }
    // Random ages: how much waits at once has records, rarer and rarer.
    CHECK(test::allocations() - before <= (schedule == asynchrony::Schedule::random ? 20 : 0));
  }
}
