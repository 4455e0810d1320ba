// The agent loop through the real port: N agents on a random 4-out-regular digraph; each computes for Exp(1), sends 10
// doubles to each out-neighbour with an Exp(0.1) delay, and adds up what it receives. Events are completed steps and
// deliveries.
#include <benchmark/benchmark.h>

#include <array>
#include <memory>
#include <string>

#include "core/config/reader.hpp"
#include "core/topology/topology.hpp"
#include "sim/virtual_time/world.hpp"
#include "tools/bench/allocations.hpp"

namespace {

using namespace taubar;

constexpr std::size_t dimension = 10;

class Adder final : public agent::AgentProgram {
 public:
  void on_start(agent::Runtime& runtime) override { runtime.begin_compute(0); }
  void compute() override {}
  void on_compute_done(agent::Runtime& runtime) override {
    for (const auto& message : runtime.take_inbox())
      for (std::size_t c = 0; c < dimension; ++c) sum_[c] += message.values[c];
    auto payload = runtime.payload(agent::push_share, 0, dimension);
    for (std::size_t c = 0; c < dimension; ++c) payload.values()[c] = 0.2 * sum_[c];
    for (double& s : sum_) s *= 0.2;
    runtime.send_to_out_neighbours(std::move(payload));
    runtime.begin_compute(0);
  }
  void on_message(agent::Runtime&, const agent::Message&) override {}
  std::span<const double> iterate() const override { return sum_; }
  void state(agent::StateVisitor& visitor) override { visitor.reals(sum_); }

 private:
  std::array<double, dimension> sum_{1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
};

config::Choice<law::LawSpec> exponential(const char* mean) {
  struct Holder {
    config::Choice<law::LawSpec> law;
    void fields(config::Fields& f) { f.choice("law", law, law::laws(), "", config::required, config::Unit::duration); }
  } holder;
  const auto text = std::string(R"({"law": {"kind": "exponential", "mean": )") + mean + "}}";
  config::read(config::Document::parse(text, "benchmark"), [&](config::Fields& f) { holder.fields(f); });
  return holder.law;
}

topology::Digraph four_out_regular(std::size_t agents) {
  struct Holder {
    config::Choice<topology::TopologySpec> topology;
    void fields(config::Fields& f) { f.choice("topology", topology, topology::topologies(), "", config::required); }
  } holder;
  const auto text = R"({"topology": {"kind": "random_out_regular", "out_degree": 4, "agents": )" +
                    std::to_string(agents) + "}}";
  config::read(config::Document::parse(text, "benchmark"), [&](config::Fields& f) { holder.fields(f); });
  return holder.topology->draw(1, 0);
}

void agent_loop(benchmark::State& state) {
  const auto agents = static_cast<std::size_t>(state.range(0));
  const topology::Digraph graph = four_out_regular(agents);
  compute::ComputeSpec compute;
  compute.time = exponential("1");
  delay::NetworkSpec network;
  network.latency = exponential("0.1");
  virtual_time::Programs programs;
  for (std::size_t i = 0; i < agents; ++i) programs.push_back(std::make_unique<Adder>());
  const std::size_t bytes_before = bench::live_bytes();
  virtual_time::World world(graph, {}, std::move(programs), agents, compute::ComputeModel(compute, agents, 1), network, 1,
                            1);
  world.start();
  world.run({.until = from_seconds(5)});  // to the steady state
  const std::uint64_t before = world.events(), allocations_before = bench::allocations();
  const std::uint64_t batch = 1'000'000;
  std::uint64_t target = before;
  for (auto _ : state) {
    target += batch;
    world.run({.events = target});
  }
  const double events = static_cast<double>(world.events() - before);
  state.SetItemsProcessed(static_cast<std::int64_t>(events));
  state.counters["ns_per_event"] =
      benchmark::Counter(events * 1e-9, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
  state.counters["allocations_per_event"] = static_cast<double>(bench::allocations() - allocations_before) / events;
  state.counters["bytes_per_agent"] =
      static_cast<double>(bench::live_bytes() - bytes_before) / static_cast<double>(agents);
}
BENCHMARK(agent_loop)->Arg(1'000)->Arg(100'000)->Arg(1'000'000)->Name("agent_loop/agents")->Unit(benchmark::kMillisecond);

}  // namespace
