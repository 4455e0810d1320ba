// What the agent loop and its reference have in common: the graph, the laws, and what is measured.
#pragma once
#include <benchmark/benchmark.h>

#include <cstdint>

#include "core/topology/digraph.hpp"
#include "sim/law/law.hpp"
#include "tools/bench/allocations.hpp"

namespace taubar::bench {

inline constexpr std::size_t loop_dimension = 10;
inline constexpr std::uint64_t loop_seed = 1;

/// The law Exp(mean), seconds.
config::Choice<law::LawSpec> exponential(const char* mean);
topology::Digraph four_out_regular(std::size_t agents);

/// Times batches of a million events of `loop` (run(events), events()); it is in its steady state. `bytes_before`: live
/// before it was made.
template <class Loop>
void time_events(benchmark::State& state, Loop& loop, std::size_t bytes_before) {
  const std::uint64_t before = loop.events(), allocations_before = allocations();
  std::uint64_t target = before;
  for (auto _ : state) {
    target += 1'000'000;
    loop.run(target);
  }
  const double events = static_cast<double>(loop.events() - before);
  state.SetItemsProcessed(static_cast<std::int64_t>(events));
  state.counters["ns_per_event"] =
      benchmark::Counter(events * 1e-9, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
  state.counters["allocations_per_event"] = static_cast<double>(allocations() - allocations_before) / events;
  state.counters["bytes_per_agent"] = static_cast<double>(live_bytes() - bytes_before) / static_cast<double>(state.range(0));
}

}  // namespace taubar::bench
