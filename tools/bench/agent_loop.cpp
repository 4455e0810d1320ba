// The agent loop through the real port: N agents on a random 4-out-regular digraph; each computes for Exp(1), sends 10
// doubles to each out-neighbour with an Exp(0.1) delay, and adds up what it receives. Events are completed steps and
// deliveries.
//
// Beside it the same loop as one would write it by hand, for this one purpose and no other: no port, no programs, no
// network model, nothing counted but events; the same queue, payloads that a multicast shares, the same named Philox draws.
// It prefetches nothing. Both go through the same events to the same sums, which is checked. What the port costs is the
// ratio of the two in one run, whatever the machine.
#include <array>
#include <memory>
#include <vector>

#include "core/base/math.hpp"
#include "sim/kernel/ladder_queue.hpp"
#include "sim/virtual_time/world.hpp"
#include "tools/bench/loop_parts.hpp"

namespace {

using namespace taubar;
using bench::loop_dimension;
using bench::loop_seed;

class Adder final : public agent::AgentProgram {
 public:
  void on_start(agent::Runtime& runtime) override { runtime.begin_compute(0); }
  void compute() override {}
  void on_compute_done(agent::Runtime& runtime) override {
    for (const auto& message : runtime.take_inbox())
      for (std::size_t c = 0; c < loop_dimension; ++c) sum_[c] += message.values[c];
    auto payload = runtime.payload(agent::push_share, 0, loop_dimension);
    for (std::size_t c = 0; c < loop_dimension; ++c) payload.values()[c] = 0.2 * sum_[c];
    for (double& s : sum_) s *= 0.2;
    runtime.send_to_out_neighbours(std::move(payload));
    runtime.begin_compute(0);
  }
  void on_message(agent::Runtime&, const agent::Message&) override {}
  std::span<const double> iterate() const override { return sum_; }
  void state(agent::StateVisitor& visitor) override { visitor.reals(sum_); }

 private:
  std::array<double, loop_dimension> sum_{1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
};

class ThroughThePort {
 public:
  explicit ThroughThePort(const topology::Digraph& graph) {
    compute::ComputeSpec compute;
    compute.time = bench::exponential("1");
    delay::NetworkSpec network;
    network.latency = bench::exponential("0.1");
    virtual_time::Programs programs;
    const std::size_t agents = graph.agents();
    for (std::size_t i = 0; i < agents; ++i) programs.push_back(std::make_unique<Adder>());
    bytes_before_ = bench::live_bytes();
    world_ = std::make_unique<virtual_time::World>(graph, std::vector<topology::Link>{}, std::move(programs), agents,
                                                   compute::ComputeModel(compute, agents, loop_seed), network, loop_seed, 1);
    world_->start();
  }
  void run(std::uint64_t events) { world_->run({.events = events}); }
  std::uint64_t events() const { return world_->events(); }
  double sum(AgentId agent, std::size_t c) const { return world_->program(agent).iterate()[c]; }
  /// Live before the world was made, programs included: what is measured is the world.
  std::size_t bytes_before() const { return bytes_before_; }

 private:
  std::size_t bytes_before_ = 0;
  std::unique_ptr<virtual_time::World> world_;
};

class ByHand {
 public:
  explicit ByHand(const topology::Digraph& graph) : graph_(graph), agents_(graph.agents()), carried_(graph.links(), 0) {
    bytes_before_ = bench::live_bytes();
    for (AgentId i = 0; i < agents_.size(); ++i) begin_step(i, 0);
  }
  void run(std::uint64_t events) {
    for (; events_ < events; ++events_) {
      const kernel::Event event = queue_.pop();
      if (kernel::class_of(event.rank) == kernel::EventClass::delivery)
        agents_[event.target].inbox.push_back(static_cast<std::uint32_t>(event.data));
      else
        end_step(event.target, event.time);
    }
  }
  std::uint64_t events() const { return events_; }
  double sum(AgentId agent, std::size_t c) const { return agents_[agent].sum[c]; }
  std::size_t bytes_before() const { return bytes_before_; }

 private:
  struct Agent {
    std::array<double, loop_dimension> sum{1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
    std::uint64_t steps = 0, sequence = 0;
    std::vector<std::uint32_t> inbox;
  };
  struct Shared {
    std::array<double, loop_dimension> values;
    std::uint32_t copies = 0;
  };

  static double exponential(std::uint64_t word, double mean) { return -mean * math::log(1 - to_unit(word)); }
  void schedule(Time time, kernel::EventClass event_class, AgentId origin, AgentId target, std::uint64_t data) {
    queue_.push({time, kernel::make_rank(event_class, origin, agents_[origin].sequence++), data, target, 0});
  }
  void begin_step(AgentId i, Time now) {
    const auto word = random_word(loop_seed, Purpose::compute_time, i, 0, agents_[i].steps++);
    const Duration time = std::max<Duration>(from_seconds(exponential(word, 1)), 1);
    schedule(now + time, kernel::EventClass::compute_done, i, i, 0);
  }
  void end_step(AgentId i, Time now) {
    Agent& agent = agents_[i];
    for (const std::uint32_t number : agent.inbox) {
      Shared& shared = pool_[number];
      for (std::size_t c = 0; c < loop_dimension; ++c) agent.sum[c] += shared.values[c];
      if (--shared.copies == 0) free_.push_back(number);
    }
    agent.inbox.clear();
    if (free_.empty()) {
      free_.push_back(static_cast<std::uint32_t>(pool_.size()));
      pool_.emplace_back();
    }
    const std::uint32_t number = free_.back();
    free_.pop_back();
    for (double& s : agent.sum) s *= 0.2;
    pool_[number].values = agent.sum;
    const auto neighbours = graph_.out_neighbours(i);
    pool_[number].copies = static_cast<std::uint32_t>(neighbours.size());
    const std::size_t first = graph_.first_link(i);
    for (std::size_t n = 0; n < neighbours.size(); ++n) {
      const auto word = random_word(loop_seed, Purpose::latency, i, neighbours[n], carried_[first + n]++);
      schedule(now + from_seconds(exponential(word, 0.1)), kernel::EventClass::delivery, i, neighbours[n], number);
    }
    begin_step(i, now);
  }

  const topology::Digraph& graph_;
  kernel::LadderQueue queue_;
  std::vector<Agent> agents_;
  std::vector<Shared> pool_;
  std::vector<std::uint32_t> free_;
  std::vector<std::uint32_t> carried_;
  std::uint64_t events_ = 0;
  std::size_t bytes_before_ = 0;
};

/// Whether both give the same sums after as many events.
bool alike() {
  const auto graph = bench::four_out_regular(100);
  ThroughThePort port(graph);
  ByHand hand(graph);
  port.run(20'000);
  hand.run(20'000);
  for (AgentId i = 0; i < graph.agents(); ++i)
    for (std::size_t c = 0; c < loop_dimension; ++c)
      if (port.sum(i, c) != hand.sum(i, c)) return false;
  return true;
}

template <class Loop>
void agent_loop(benchmark::State& state) {
  static const bool valid = alike();
  if (!valid) {
    state.SkipWithError("the loop through the port and the one by hand differ");
    return;
  }
  const auto agents = static_cast<std::size_t>(state.range(0));
  const topology::Digraph graph = bench::four_out_regular(agents);
  Loop loop(graph);
  loop.run(30 * agents);  // to the steady state: six steps of each and their messages
  bench::time_events(state, loop, loop.bytes_before());
}

void sizes(benchmark::internal::Benchmark* benchmark) {
  benchmark->Arg(1'000)->Arg(100'000)->Arg(1'000'000)->Unit(benchmark::kMillisecond);
}
BENCHMARK_TEMPLATE(agent_loop, ThroughThePort)->Name("agent_loop/agents")->Apply(sizes);
BENCHMARK_TEMPLATE(agent_loop, ByHand)->Name("agent_loop_by_hand/agents")->Apply(sizes);

}  // namespace
