// Asynchrony out of measured steps and messages, against a run small enough to count by hand.
#include "core/trace/asynchrony.hpp"

#include "tests/support/catch.hpp"

using namespace taubar;
using namespace taubar::trace;

namespace {

MeasuredStep step(AgentId agent, Time begin, Time end) { return {agent, begin, end - begin, 0, 0}; }
MeasuredMessage message(Time sent, Time arrived, Time taken) {
  return {0, 1, 40, sent, arrived - sent, taken < 0 ? -1 : taken - arrived, 0};
}

}  // namespace

TEST_CASE("two agents, six completions at five instants: k is 5, tau_proc 3, tau_msg 3, staleness 0, 1, 3") {
  // k:        1    2    3    4    5
  // instant: 10   20   30   40   50
  // agent 0:  x    x    x         x
  // agent 1:  x              x
  Replay replay;
  replay.steps = {step(0, 0, 10),  step(1, 0, 10),  step(0, 10, 20), step(1, 10, 40),
                  step(0, 20, 30), step(0, 30, 50)};
  replay.messages = {message(10, 12, 15),   // sent at k = 1, taken at k = 1
                     message(20, 22, 30),   // 2 → 3
                     message(10, 39, 40),   // 1 → 4
                     message(30, 31, -1)};  // unread at the end: 3 → 5
  const auto measured = measure_asynchrony(replay, 2);
  CHECK(measured.k == 5);
  CHECK(measured.tau_proc == 3);  // agent 1: k = 1 to 4
  CHECK(measured.tau_msg == 3);
  CHECK(measured.staleness.count() == 3);
  CHECK(measured.staleness.max() == 3);
  CHECK(measured.staleness.mean() == Approx(4.0 / 3).epsilon(1e-15));
}

TEST_CASE("an agent that never completes has a gap of all k, and a server's gap is nobody's") {
  Replay replay;
  for (Time t = 0; t < 50; t += 10) replay.steps.push_back(step(0, t, t + 10));
  replay.steps.push_back(step(2, 0, 5));  // a server
  CHECK(measure_asynchrony(replay, 2).k == 6);
  CHECK(measure_asynchrony(replay, 2).tau_proc == 6);
  CHECK(measure_asynchrony(replay, 1).tau_proc == 2);
}
