// Push-sum averaging of one number at 10,000 agents on a random 4-out-regular digraph, through scenario, kernel, network
// and the algorithm as users run it. Events are local steps and deliveries.
#include <benchmark/benchmark.h>

#include "core/config/document.hpp"
#include "sim/experiment/experiment.hpp"
#include "tools/bench/allocations.hpp"

namespace {

using namespace taubar;

void averaging(benchmark::State& state) {
  const auto scenario = experiment::Scenario::read(
      config::Document::parse(R"({"topology": {"kind": "random_out_regular", "out_degree": 4, "agents": )" +
                                  std::to_string(state.range(0)) + R"(},
        "problem": {"kind": "quadratic", "dimension": 1}, "algorithm": {"kind": "push_sum"},
        "compute": {"time": {"kind": "exponential", "mean": 1}},
        "network": {"latency": {"kind": "exponential", "mean": 0.1}}, "stop": {"virtual_time": 1}})",
                              "benchmark"),
      {});
  const auto built = experiment::build(scenario, {});
  auto& world = *built->world;
  world.start();
  world.run({.until = from_seconds(5)});
  const std::uint64_t before = world.events(), allocations_before = bench::allocations();
  std::uint64_t target = before;
  for (auto _ : state) {
    target += 1'000'000;
    world.run({.events = target});
  }
  const double events = static_cast<double>(world.events() - before);
  state.SetItemsProcessed(static_cast<std::int64_t>(events));
  state.counters["ns_per_event"] =
      benchmark::Counter(events * 1e-9, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
  state.counters["allocations_per_event"] = static_cast<double>(bench::allocations() - allocations_before) / events;
}
BENCHMARK(averaging)->Arg(10'000)->Name("push_sum_averaging/agents")->Unit(benchmark::kMillisecond);

}  // namespace
