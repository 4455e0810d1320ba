// PHOLD (Fujimoto, "Performance of Time Warp under synthetic workloads", 1990): N logical processes, one event each on
// average; an event schedules one at a uniformly chosen process an exponential with mean 1 later. Through the event loop
// with its digest, with named Philox draws: one block of four words an event.
#include <benchmark/benchmark.h>

#include <vector>

#include "core/base/math.hpp"
#include "core/base/random.hpp"
#include "sim/kernel/event_loop.hpp"
#include "tools/bench/allocations.hpp"

namespace {

using namespace taubar;

class Phold {
 public:
  explicit Phold(std::size_t processes) : drawn_(processes, 0) {
    for (std::uint32_t p = 0; p < processes; ++p) schedule(p);
  }
  void run(std::uint64_t events) {
    loop_.run(never - 1, [&](const kernel::Event& event) {
      schedule(event.target);
      return loop_.events() < events;
    });
  }
  std::uint64_t events() const { return loop_.events(); }

 private:
  void schedule(std::uint32_t process) {
    const std::uint64_t draw = drawn_[process]++;
    const PhiloxBlock block = philox({draw, static_cast<std::uint64_t>(Purpose::test), process, 0}, 1, 0);
    const auto target = static_cast<std::uint32_t>(static_cast<unsigned __int128>(block[0]) * drawn_.size() >> 64);
    const Duration delay = from_seconds(-math::log(to_unit(block[1])));
    loop_.schedule(loop_.now() + delay, kernel::make_rank(kernel::EventClass::delivery, process, draw), target);
  }
  kernel::EventLoop loop_;
  std::vector<std::uint64_t> drawn_;
};

void phold(benchmark::State& state) {
  Phold model(static_cast<std::size_t>(state.range(0)));
  model.run(5 * static_cast<std::uint64_t>(state.range(0)));  // to the steady state
  const std::uint64_t before = model.events(), allocations_before = bench::allocations();
  std::uint64_t target = before;
  for (auto _ : state) {
    target += 1'000'000;
    model.run(target);
  }
  const double events = static_cast<double>(model.events() - before);
  state.SetItemsProcessed(static_cast<std::int64_t>(events));
  state.counters["ns_per_event"] =
      benchmark::Counter(events * 1e-9, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
  state.counters["allocations_per_event"] = static_cast<double>(bench::allocations() - allocations_before) / events;
}
BENCHMARK(phold)->Arg(1'000)->Arg(100'000)->Arg(1'000'000)->Name("phold/processes")->Unit(benchmark::kMillisecond);

}  // namespace
