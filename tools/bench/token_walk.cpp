// A token's walk by Metropolis–Hastings chain to the uniform target, γ_n = (n+1)^−0.8, self-repellent with α = argument:
// on the wiki-Vote graph of 889 nodes where TAUBAR_DATA names a directory that has it, else on a scale-free graph of 889
// agents (the label says which). Steps through the real port, on quadratics with d = 1, in virtual time: its events are
// arrivals and completed local steps, two a move. Beside it the walk alone, without agents or messages.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "core/algorithm/walk.hpp"
#include "core/config/document.hpp"
#include "sim/experiment/experiment.hpp"
#include "tools/bench/allocations.hpp"

namespace {

using namespace taubar;

constexpr std::int64_t steps_a_batch = 1'000'000;

struct Graph {
  std::string topology, name;
};

Graph graph() {
  const char* data = std::getenv("TAUBAR_DATA");
  const std::string file = data ? std::string(data) + "/soc-wiki-Vote.mtx" : "";
  if (!file.empty() && std::filesystem::exists(file))
    return {R"({"kind": "file", "format": "matrix_market", "file": ")" + file + "\"}", "wiki-Vote"};
  return {R"({"kind": "barabasi_albert", "agents": 889, "attach": 3})", "scale-free, without the data"};
}

std::unique_ptr<experiment::Experiment> built(std::int64_t alpha) {
  return experiment::build(
      experiment::Scenario::read(
          config::Document::parse(R"({"topology": )" + graph().topology + R"(,
            "problem": {"kind": "quadratic", "dimension": 1},
            "algorithm": {"kind": "token_sgd", "step_size": 1e-3, "history_power": 0.8, "alpha": )" + std::to_string(alpha) + R"(},
            "compute": {"time": 1}, "network": {"latency": 1}, "stop": {"updates": 1}})",
                                  "benchmark"),
          {}),
      {});
}

void report(benchmark::State& state, double steps, std::uint64_t allocations_before) {
  state.SetItemsProcessed(static_cast<std::int64_t>(steps));
  state.counters["ns_per_step"] =
      benchmark::Counter(steps * 1e-9, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
  state.counters["allocations_per_step"] = static_cast<double>(bench::allocations() - allocations_before) / steps;
  state.SetLabel(graph().name);
}

void through_the_port(benchmark::State& state) {
  const auto experiment = built(state.range(0));
  auto& world = *experiment->world;
  world.start();
  world.run({.updates = 100'000});
  const std::int64_t before = world.counts().updates;
  const std::uint64_t allocations_before = bench::allocations();
  for (auto _ : state) world.run({.updates = world.counts().updates + steps_a_batch});
  report(state, static_cast<double>(world.counts().updates - before), allocations_before);
}
BENCHMARK(through_the_port)->Arg(0)->Arg(2)->Arg(10)->Name("token_walk/alpha")->Unit(benchmark::kMillisecond);

void alone(benchmark::State& state) {
  const auto experiment = built(state.range(0));
  algorithm::WalkOptions options;
  options.alpha = static_cast<double>(state.range(0));
  options.history_power = 0.8;
  const algorithm::WalkLaw law(experiment->topology.graph, options);
  algorithm::Walk walk(law, 1);
  AgentId at = 0;
  std::int64_t n = 0;
  const auto walk_on = [&](std::int64_t until) {
    while (n < until) {
      at = walk.next(at, n);
      walk.visit(at, ++n);
    }
  };
  walk_on(100'000);
  const std::uint64_t allocations_before = bench::allocations();
  for (auto _ : state) walk_on(n + steps_a_batch);
  benchmark::DoNotOptimize(at);
  report(state, static_cast<double>(n - 100'000), allocations_before);
}
BENCHMARK(alone)->Arg(0)->Arg(2)->Arg(10)->Name("token_walk_alone/alpha")->Unit(benchmark::kMillisecond);

}  // namespace
