// Hold model (Vaucher, Duval 1975): pop the earliest event, push it back an exponential while later. The cost of the
// queue alone, with N events pending. Increments are drawn beforehand: the draw is not what is measured.
#include <benchmark/benchmark.h>

#include <queue>
#include <type_traits>
#include <vector>

#include "core/base/random.hpp"
#include "sim/kernel/ladder_queue.hpp"

namespace {

using namespace taubar;

struct Later {
  bool operator()(const kernel::Event& a, const kernel::Event& b) const { return kernel::before(b, a); }
};

/// What most simulators use, under the same interface: for the ratio in one run.
class BinaryHeap {
 public:
  void push(const kernel::Event& event) { heap_.push(event); }
  kernel::Event pop() {
    const kernel::Event event = heap_.top();
    heap_.pop();
    return event;
  }

 private:
  std::priority_queue<kernel::Event, std::vector<kernel::Event>, Later> heap_;
};

template <class Queue>
void hold(benchmark::State& state) {
  const auto pending = static_cast<std::size_t>(state.range(0));
  Stream stream(1, Purpose::test);
  std::vector<Duration> increments(1 << 16);
  for (auto& increment : increments) increment = from_seconds(stream.exponential());
  Queue queue;
  for (std::size_t i = 0; i < pending; ++i)
    queue.push({from_seconds(stream.exponential()), i, 0, static_cast<std::uint32_t>(i), 0});
  std::size_t next = 0;
  const auto one = [&] {
    kernel::Event event = queue.pop();
    event.time += increments[next++ & 0xFFFF];
    queue.push(event);
  };
  for (std::size_t i = 0; i < 3 * pending; ++i) one();  // to the steady state
  for (auto _ : state) one();
  state.SetItemsProcessed(state.iterations());
  if constexpr (std::is_same_v<Queue, kernel::LadderQueue>)
    state.counters["bytes_per_pending"] = static_cast<double>(queue.bytes()) / static_cast<double>(pending);
}
BENCHMARK(hold<kernel::LadderQueue>)->Arg(1'000)->Arg(100'000)->Arg(1'000'000)->Arg(10'000'000)->Name("hold/pending");
BENCHMARK(hold<BinaryHeap>)->Arg(1'000)->Arg(100'000)->Arg(1'000'000)->Arg(10'000'000)->Name("hold_binary_heap/pending");

}  // namespace
