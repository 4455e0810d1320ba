// Langevin population: 4 hosts of m = argument particles on a Gaussian target with d = 10, in virtual time, through the real
// port; items are particle updates. Beside it what an update is made of: the noise alone, the gradients alone, and an agent
// that only begins its next step (an event a step, whatever m).
#include <benchmark/benchmark.h>

#include <array>

#include "core/base/random.hpp"
#include "core/config/document.hpp"
#include "sim/experiment/experiment.hpp"
#include "tools/bench/allocations.hpp"

namespace {

using namespace taubar;

constexpr std::int64_t hosts = 4, dimension = 10, updates_a_batch = 200'000;

std::unique_ptr<experiment::Experiment> built(std::int64_t particles, const std::string& dynamics) {
  return experiment::build(
      experiment::Scenario::read(
          config::Document::parse(R"({"topology": {"kind": "ring", "agents": )" + std::to_string(hosts) + R"(},
            "problem": {"kind": "gaussian", "dimension": 10},
            "algorithm": {"kind": "langevin_population", "step_size": 0.1, "dynamics": ")" + dynamics + R"(",
                          "particles": )" + std::to_string(particles) + R"(, "draws": {"every": 100}},
            "compute": {"time": {"kind": "exponential", "mean": 1}}, "network": {"latency": 1}, "stop": {"updates": 1}})",
                                  "benchmark"),
          {}),
      {});
}

void report(benchmark::State& state, std::int64_t items, std::uint64_t allocations_before) {
  state.SetItemsProcessed(items);
  state.counters["ns_per_update"] =
      benchmark::Counter(static_cast<double>(items) * 1e-9, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
  state.counters["allocations"] = static_cast<double>(bench::allocations() - allocations_before);
}

void through_the_port(benchmark::State& state, const std::string& dynamics) {
  const std::int64_t m = state.range(0);
  const auto experiment = built(m, dynamics);
  auto& world = *experiment->world;
  world.start();
  world.run({.updates = 1000});
  const std::int64_t before = world.counts().updates;
  const std::uint64_t allocations_before = bench::allocations();
  for (auto _ : state) world.run({.updates = world.counts().updates + updates_a_batch / m});
  report(state, m * (world.counts().updates - before), allocations_before);
}
BENCHMARK_CAPTURE(through_the_port, overdamped, "overdamped")->Arg(1)->Arg(10)->Arg(100)->Name("langevin/particles")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(through_the_port, adjusted, "metropolis_adjusted")->Arg(10)->Name("langevin_adjusted/particles")->Unit(benchmark::kMillisecond);

void noise_alone(benchmark::State& state) {
  const auto m = static_cast<std::size_t>(state.range(0));
  std::vector<double> noise(m * dimension);
  const std::uint64_t allocations_before = bench::allocations();
  std::uint64_t k = 0;
  for (auto _ : state) {
    fill_normals(1, Purpose::particle_noise, 0, 0, 4, 3 * k++, dimension, noise);
    benchmark::DoNotOptimize(noise.data());
  }
  report(state, static_cast<std::int64_t>(m * k), allocations_before);
}
BENCHMARK(noise_alone)->Arg(1)->Arg(10)->Arg(100)->Name("langevin_noise_alone/particles");

void gradient_alone(benchmark::State& state) {
  const auto experiment = built(10, "overdamped");
  const problem::GradientRule rule;
  problem::GradientOracle gradient(*experiment->problem, 0, rule, 1);
  Vector x = Vector::LinSpaced(dimension, -1, 1), g(dimension);
  const std::uint64_t allocations_before = bench::allocations();
  std::int64_t count = 0;
  for (auto _ : state) {
    gradient(x, g);
    benchmark::DoNotOptimize(g.data());
    ++count;
  }
  report(state, count, allocations_before);
}
BENCHMARK(gradient_alone)->Name("langevin_gradient_alone");

class Idler final : public agent::AgentProgram {
 public:
  void on_start(agent::Runtime& runtime) override { runtime.begin_compute(1); }
  void compute() override {}
  void on_compute_done(agent::Runtime& runtime) override { runtime.begin_compute(1); }
  void on_message(agent::Runtime&, const agent::Message&) override {}
  std::span<const double> iterate() const override { return nothing_; }
  void state(agent::StateVisitor&) override {}

 private:
  std::array<double, dimension> nothing_{};
};

void scheduling_alone(benchmark::State& state) {
  const auto experiment = built(1, "overdamped");
  virtual_time::Programs programs;
  for (std::int64_t i = 0; i < hosts; ++i) programs.push_back(std::make_unique<Idler>());
  virtual_time::World world(experiment->topology.graph, {}, std::move(programs), hosts,
                            compute::ComputeModel(experiment->scenario.compute, hosts, 1), experiment->scenario.network, 1, 1);
  world.start();
  world.run({.updates = 1000});
  const std::int64_t before = world.counts().updates;
  const std::uint64_t allocations_before = bench::allocations();
  for (auto _ : state) world.run({.updates = world.counts().updates + updates_a_batch});
  report(state, world.counts().updates - before, allocations_before);
}
BENCHMARK(scheduling_alone)->Name("langevin_scheduling_alone")->Unit(benchmark::kMillisecond);

}  // namespace
