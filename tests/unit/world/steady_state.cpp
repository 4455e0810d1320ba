// No allocation in steady state, counted through operator new.
#include "sim/virtual_time/world.hpp"
#include "tests/support/allocation_counter.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/world/read.hpp"

using namespace taubar;

namespace {

struct Gossip final : agent::AgentProgram {
  double sum[4] = {1, 2, 3, 4};
  void on_start(agent::Runtime& r) override { r.begin_compute(0); }
  void compute() override {}
  void on_compute_done(agent::Runtime& r) override {
    for (const auto& m : r.take_inbox())
      for (int c = 0; c < 4; ++c) sum[c] += m.values[static_cast<std::size_t>(c)];
    for (double& s : sum) s *= 0.2;
    auto payload = r.payload(agent::push_share, 0, 4);
    std::copy(sum, sum + 4, payload.values().begin());
    r.send_to_out_neighbours(std::move(payload));
    r.begin_compute(0);
  }
  void on_message(agent::Runtime&, const agent::Message&) override {}
  std::span<const double> iterate() const override { return sum; }
  void state(agent::StateVisitor& v) override { v.reals(sum); }
};

}  // namespace

TEST_CASE("1,000,000 events of 500 gossiping agents allocate at most 20 times after 2,000,000 of warm-up") {
  // Queue, pool and waiting lists have grown to their largest by then, but for records of a random process: a maximum
  // over t events grows like log t, so a handful of growths may still come. Per event it is zero.
  std::vector<topology::Link> links;
  for (AgentId i = 0; i < 500; ++i)
    for (AgentId hop : {1u, 7u, 60u, 211u}) links.emplace_back(i, (i + hop) % 500);
  const auto graph = topology::Digraph::from_links(500, links, true);
  virtual_time::Programs programs;
  for (int i = 0; i < 500; ++i) programs.push_back(std::make_unique<Gossip>());
  virtual_time::World world(graph, {}, std::move(programs), 500,
                            compute::ComputeModel(compute_spec(R"({"time": {"kind": "exponential", "mean": 1}})"), 500, 1),
                            network_spec(R"({"latency": {"kind": "exponential", "mean": 0.1}})"), 1, 1);
  world.start();
  world.run({.events = 2'000'000});
  const std::size_t before = test::allocations();
  {
    const test::Counting on(true);
    world.run({.events = 3'000'000});
  }
  CHECK(test::allocations() - before <= 20);
}
