// What a sweep adds to its runs, and how long a second call takes over 100,000 of them that are there: plan, store, table.
#include <benchmark/benchmark.h>
#include <unistd.h>

#include <filesystem>

#include "sim/sweep/conduct.hpp"
#include "sim/sweep/digest.hpp"
#include "sim/sweep/execute.hpp"
#include "sim/sweep/pool.hpp"
#include "sim/sweep/report.hpp"

namespace {

using namespace taubar;
using namespace taubar::sweep;

/// 100 × 100 points under 10 seeds, each with about 20 events.
SweepSpec many_tiny_runs(int rows, int columns, int seeds) {
  std::string steps = "0.1", factors = "1";
  for (int i = 1; i < rows; ++i) steps += ", " + std::to_string(0.1 + 0.001 * i);
  for (int i = 1; i < columns; ++i) factors += ", " + std::to_string(1 + 0.01 * i);
  return read_sweep(config::Document::parse(R"({"scenario": {"topology": {"kind": "ring", "agents": 4},
      "problem": {"kind": "quadratic", "dimension": 2, "heterogeneity": 1},
      "algorithm": {"kind": "asynchronous_gradient_push", "step_size": 0.1},
      "compute": {"time": 1}, "network": {"latency": 0.1}, "stop": {"virtual_time": 5}, "record": {"every": 1}},
      "grid": {"/algorithm/step_size": [)" + steps + R"(], "/network/latency": [)" + factors + R"(]}, "seeds": {"count": )" +
                                                std::to_string(seeds) + R"json(},
      "report": {"y": "time_to(suboptimality, 1e-1)"}})json",
                                            "benchmark"),
                    {});
}

struct Directory {
  std::filesystem::path path = std::filesystem::temp_directory_path() / ("taubar-bench-" + std::to_string(::getpid()));
  Directory() { std::filesystem::create_directories(path); }
  ~Directory() { std::filesystem::remove_all(path); }
};

void planning(benchmark::State& state) {
  const auto spec = many_tiny_runs(10, 10, static_cast<int>(state.range(0)) / 100);
  for (auto _ : state) benchmark::DoNotOptimize(make_plan(spec, {}));
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(planning)->Arg(1000)->Name("sweep_plan/runs")->Unit(benchmark::kMillisecond);

/// One worker, so that what is beside the runs themselves shows.
void tiny_runs(benchmark::State& state) {
  const auto spec = many_tiny_runs(10, 10, static_cast<int>(state.range(0)) / 100);
  const auto plan = make_plan(spec, {});
  const RunSettings settings;
  StructureCache cache(1e9);
  for (auto _ : state) {
    const Directory directory;
    Store store(directory.path.string(), spec.name);
    Pool pool([&](std::size_t run) { return execute(spec, plan, plan.runs[run], settings, cache); }, {1, {}, {}});
    conduct(plan, select(plan, store.statuses(plan), {}, false).pending, figures_of(spec), pool, store, {});
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(tiny_runs)->Arg(1000)->Name("sweep_of_tiny_runs/runs")->Unit(benchmark::kMillisecond)->UseRealTime();

void table_of_stored(benchmark::State& state) {
  const auto spec = many_tiny_runs(100, 100, static_cast<int>(state.range(0)) / 10000);
  const auto plan = make_plan(spec, {});
  const auto figures = figures_of(spec);
  StructureCache cache(1e9);
  const auto outcome = execute(spec, plan, plan.runs.front(), {}, cache);
  const Directory directory;
  {
    Store store(directory.path.string(), spec.name);
    for (std::size_t first = 0; first < plan.runs.size(); first += 1000) {
      std::vector<Finished> batch;
      for (std::size_t i = first; i < first + 1000; ++i) batch.emplace_back(i, outcome);
      store.write(plan, batch, figures.front() + "\n");
    }
  }
  const auto known = (directory.path / "cache").string();
  make_plan(spec, {}, known);
  for (auto _ : state) {
    const auto again = make_plan(spec, {}, known);
    Store store(directory.path.string(), spec.name);
    benchmark::DoNotOptimize(select(again, store.renumber(again), {}, false));
    const auto rows = store.rows(again, figures);
    benchmark::DoNotOptimize(report_table(spec, analyse(spec, rows, {})));
  }
  state.counters["MB"] = static_cast<double>(std::filesystem::file_size(directory.path / "results.sqlite")) / 1e6;
}
BENCHMARK(table_of_stored)->Arg(100'000)->Name("sweep_table/stored")->Unit(benchmark::kMillisecond);

}  // namespace
