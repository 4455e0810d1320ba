#include <fmt/format.h>

#include "core/base/error.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/scenario.hpp"

using namespace taubar;

namespace {

/// Four agents on a ring in rounds of 10 ms of computing and 5 ms of latency, for 100 ms.
std::string rounds(const std::string& more, const std::string& compute = R"({"time": "10ms"})") {
  return fmt::format(R"({{"topology": {{"kind": "ring", "agents": 4}}, "problem": {{"kind": "quadratic", "dimension": 2}},
    "algorithm": {{"kind": "gradient_push", "step_size": 0.1}}, "compute": {},
    "network": {{"latency": "5ms", "intra_host": {{"latency": 0}}}}, "stop": {{"virtual_time": "100ms"}} {}}})",
                     compute, more);
}

std::int64_t updates(const std::string& json) { return walk(json).trace.counts.updates; }

}  // namespace

TEST_CASE("rounds of 15 ms end seven times in 100 ms, those inside one host, of 10 ms, ten times") {
  CHECK(updates(rounds("")) == 4 * 7);
  CHECK(updates(rounds(R"(, "hosts": {"count": 1})")) == 4 * 10);
  CHECK(updates(rounds(R"(, "hosts": {"count": 4})")) == 4 * 7);
  CHECK(updates(rounds(R"(, "hosts": {"count": 2})")) == 4 * 7);  // two links of each round lie between the hosts
}

TEST_CASE("a server lives on host 0: its exchanges with the agents there take no latency") {
  const std::string json = R"({"topology": {"kind": "complete", "agents": 2}, "problem": {"kind": "quadratic", "dimension": 2},
    "algorithm": {"kind": "master_worker_gradient_descent", "step_size": 0.1}, "compute": {"time": "10ms"},
    "network": {"latency": "5ms", "intra_host": {"latency": 0}}, "hosts": {"count": COUNT}, "stop": {"virtual_time": "100ms"}})";
  const auto with = [&](const char* count) { return updates(std::string(json).replace(json.find("COUNT"), 5, count)); };
  CHECK(with("1") > with("2"));
}

TEST_CASE("stragglers and laws of host 1 are those of agents 2 and 3; without hosts the selection is refused") {
  const std::string slow = R"({"time": "10ms", "stragglers": [{"agents": {"hosts": [1]}, "add": "90ms"}]})";
  const auto w = walk(rounds(R"(, "hosts": {"count": 2})", slow));
  const std::int64_t expected[] = {1, 1, 1, 1};
  for (AgentId i = 0; i < 4; ++i) CHECK(w.experiment->world->steps(i) == expected[i]);
  CHECK(w.experiment->expected_rates == std::vector<double>{100, 100, 10, 10});
  const auto own = walk(rounds(R"(, "hosts": {"count": 2})", R"({"time": "10ms", "agents": [{"agents": {"hosts": [1]}, "time": "20ms"}]})"));
  CHECK(own.experiment->expected_rates == std::vector<double>{100, 100, 50, 50});
  try {
    walk(rounds("", slow));
    FAIL("accepted");
  } catch (const InputError& error) {
    CHECK(std::string(error.what()).find("/compute/stragglers/0/agents: the scenario has no hosts") == 0);
  }
}

TEST_CASE("hosts, intra_host and laws of named agents are in the echo when given, and absent when not") {
  const auto given = read_scenario(rounds(R"(, "hosts": {"count": 2, "assignment": "round_robin"})",
                                          R"({"time": "10ms", "agents": [{"agents": [1], "rate": 5}]})"))
                         .echo();
  CHECK(given["hosts"].dump() == R"({"count":2,"assignment":"round_robin"})");
  CHECK(given["network"]["intra_host"]["latency"]["value"] == 0);
  CHECK(given["compute"]["agents"][0]["rate"]["value"] == 5);
  const auto absent = read_scenario(rounds("")).echo();
  CHECK_FALSE(absent.contains("hosts"));
  CHECK_FALSE(absent["compute"].contains("agents"));
  CHECK(read_scenario(given.dump()).echo() == given);
}
