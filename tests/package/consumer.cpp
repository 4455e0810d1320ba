// Somebody else's program on an installed taubar: an event loop of its own, then a scenario written as text.
#include <cstdio>

#include "core/config/document.hpp"
#include "sim/experiment/run.hpp"
#include "sim/kernel/event_loop.hpp"

namespace {

using namespace taubar;

/// A clock that ticks every 3 ns until 10 ns; returns the number of ticks, which is 3.
int tick_until_10_ns() {
  kernel::EventLoop loop;
  std::uint64_t sequence = 0;
  const auto schedule_tick = [&](Time time) {
    loop.schedule(time, kernel::make_rank(kernel::EventClass::timer, 0, sequence++), 0);
  };
  int ticks = 0;
  schedule_tick(3);
  loop.run(10, [&](const kernel::Event& event) {
    ++ticks;
    schedule_tick(event.time + 3);
    return true;
  });
  return ticks;
}

/// Five agents on a ring average their numbers for 100 s of virtual time; returns the consensus error at the end.
double average_on_a_ring() {
  const auto document = config::Document::parse(R"({
    "topology": {"kind": "ring", "agents": 5},
    "problem": {"kind": "quadratic", "dimension": 2, "initial": {"kind": "normal", "per_agent": true}},
    "algorithm": {"kind": "push_sum"},
    "compute": {"time": "1s"},
    "network": {"latency": "500ms"},
    "stop": {"virtual_time": "100s"}})", "ring.json");
  const auto scenario = experiment::Scenario::read(document, {});
  const auto built = experiment::build(scenario, {});
  return experiment::run(*built).final.at("consensus_error");
}

}  // namespace

int main() {
  const int ticks = tick_until_10_ns();
  const double consensus_error = average_on_a_ring();
  std::printf("ticks %d, consensus error %.1e\n", ticks, consensus_error);
  return ticks == 3 && consensus_error < 1e-6 ? 0 : 1;
}
