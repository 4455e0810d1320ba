// The same models as ns-3's event engine runs them (Riley, Henderson, "The ns-3 network simulator", 2010), so that speeds of
// one machine and one hour are compared. Everything but the engine is as cheap as can be, in its favour: a xorshift
// generator instead of named Philox streams, no digest, payloads from a pool that a multicast shares, no port.
#include <benchmark/benchmark.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <vector>

#include "ns3/nstime.h"
#include "ns3/simulator.h"
#include "tools/bench/loop_parts.hpp"

namespace {

using taubar::AgentId;
using taubar::bench::loop_dimension;

/// Marsaglia, "Xorshift RNGs", Journal of Statistical Software 8, 2003; multiplied as by Vigna, 2016.
class Xorshift {
 public:
  std::uint64_t word() {
    state_ ^= state_ >> 12;
    state_ ^= state_ << 25;
    state_ ^= state_ >> 27;
    return state_ * 0x2545F4914F6CDD1Dull;
  }
  std::uint64_t below(std::uint64_t n) { return static_cast<std::uint64_t>(static_cast<unsigned __int128>(word()) * n >> 64); }
  ns3::Time exponential(double mean) {
    const double u = (static_cast<double>(word() >> 12) + 0.5) * 0x1p-52;
    return ns3::NanoSeconds(static_cast<std::int64_t>(-mean * 1e9 * std::log(u)) + 1);
  }

 private:
  std::uint64_t state_ = 0x9E3779B97F4A7C15ull;
};

/// Events so far, and the end of a batch: the engine is stopped from within and goes on where it was.
class Counted {
 public:
  void run(std::uint64_t events) {
    last_ = events;
    ns3::Simulator::Run();
  }
  std::uint64_t events() const { return events_; }
  static std::size_t bytes_before() { return taubar::bench::live_bytes(); }

 protected:
  Counted() = default;
  ~Counted() { ns3::Simulator::Destroy(); }
  void count() {
    if (++events_ >= last_) ns3::Simulator::Stop();
  }

 private:
  std::uint64_t events_ = 0, last_ = 0;
};

class Phold : public Counted {
 public:
  explicit Phold(std::size_t processes) : seen_(processes, 0) {
    for (std::size_t p = 0; p < processes; ++p) schedule();
  }

 private:
  void schedule() {
    ns3::Simulator::Schedule(random_.exponential(1), &Phold::happen, this, static_cast<std::uint32_t>(random_.below(seen_.size())));
  }
  void happen(std::uint32_t process) {
    ++seen_[process];
    schedule();
    count();
  }
  Xorshift random_;
  std::vector<std::uint64_t> seen_;
};

class AgentLoop : public Counted {
 public:
  explicit AgentLoop(std::size_t agents) : graph_(taubar::bench::four_out_regular(agents)), agents_(agents) {
    for (AgentId i = 0; i < agents; ++i) begin_step(i);
  }

 private:
  struct Agent {
    std::array<double, loop_dimension> sum{1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
    std::vector<std::uint32_t> inbox;
  };
  struct Shared {
    std::array<double, loop_dimension> values;
    std::uint32_t copies = 0;
  };

  void begin_step(AgentId i) { ns3::Simulator::Schedule(random_.exponential(1), &AgentLoop::end_step, this, i); }
  void deliver(AgentId to, std::uint32_t number) {
    agents_[to].inbox.push_back(number);
    count();
  }
  void end_step(AgentId i) {
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
    for (const AgentId to : neighbours) ns3::Simulator::Schedule(random_.exponential(0.1), &AgentLoop::deliver, this, to, number);
    begin_step(i);
    count();
  }

  taubar::topology::Digraph graph_;
  Xorshift random_;
  std::vector<Agent> agents_;
  std::vector<Shared> pool_;
  std::vector<std::uint32_t> free_;
};

template <class Model>
void peer(benchmark::State& state) {
  const auto size = static_cast<std::size_t>(state.range(0));
  const std::size_t bytes_before = Counted::bytes_before();
  Model model(size);
  model.run(10 * size);  // to the steady state; its tree ages further, so a short while is in its favour
  taubar::bench::time_events(state, model, bytes_before);
}

void sizes(benchmark::internal::Benchmark* benchmark) {
  benchmark->Arg(1'000)->Arg(100'000)->Arg(1'000'000)->Unit(benchmark::kMillisecond);
}
BENCHMARK_TEMPLATE(peer, Phold)->Name("ns3_phold/processes")->Apply(sizes);
BENCHMARK_TEMPLATE(peer, AgentLoop)->Name("ns3_agent_loop/agents")->Apply(sizes);

}  // namespace
