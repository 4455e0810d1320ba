// Faults as a scenario says them: who is struck and when, what methods make of it, and what is refused.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "core/base/error.hpp"
#include "sim/experiment/readiness.hpp"
#include "sim/experiment/verify.hpp"
#include "sim/fault/fault.hpp"
#include "sim/report/summary.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/scenario.hpp"

using namespace taubar;
using trace::StoppedBy;

namespace {

/// Eight agents, steps of about 1 s, messages of about ½ s.
std::string faulty(const std::string& algorithm, const std::string& faults, const std::string& more = "", int seconds = 60) {
  return fmt::format(R"({{"topology": {{"kind": "hypercube", "agents": 8}},
      "problem": {{"kind": "quadratic", "dimension": 3}}, "algorithm": {},
      "compute": {{"time": {{"kind": "gamma", "shape": 4, "mean": 1}}}},
      "network": {{"latency": {{"kind": "exponential", "mean": 0.5}}}},
      "faults": {}, "stop": {{"virtual_time": {}}}{}}})",
                     algorithm, faults, seconds, more);
}

std::string algorithm_of(const std::string& kind) { return fmt::format(R"({{"kind": "{}", "step_size": 0.02}})", kind); }

std::string complaint(const std::string& json) {
  try {
    experiment::build(read_scenario(json), {});
  } catch (const InputError& error) {
    return error.what();
  }
  return "none";
}

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

constexpr const char* one_crash = R"([{"kind": "crash", "agents": [3], "at": "10s", "recover_after": "2s"}])";

}  // namespace

TEST_CASE("with a crash and recovery of one agent every algorithm runs to its stop, stalls or diverges, twice alike") {
  for (const auto& entry : algorithm::algorithms().any().entries) {
    INFO(entry.name);
    const auto json = faulty(std::string(entry.example), one_crash);
    const auto once = walk(json);
    const auto why = once.trace.stopped_by;
    CHECK((why == StoppedBy::virtual_time || why == StoppedBy::stalled || why == StoppedBy::diverged));
    REQUIRE(once.trace.faults);
    if (why != StoppedBy::diverged) {
      CHECK(once.trace.faults->crashes == 1);
      CHECK(once.trace.faults->recoveries == 1);
    }
    CHECK(walk(json, 2).trace.fingerprint == once.trace.fingerprint);
    CHECK(once.trace.counts.lost == once.trace.faults->lost_messages);
    CHECK(once.trace.counts.in_flight() >= 0);
  }
}

TEST_CASE("nobody waits in asynchronous push methods: after a crash of 2 s all 8 agents go on to the end of 60 s") {
  for (const char* kind : {"asynchronous_gradient_push", "robust_asynchronous_gradient_push"}) {
    const auto w = walk(faulty(algorithm_of(kind), one_crash));
    CHECK(w.trace.stopped_by == StoppedBy::virtual_time);
    CHECK(w.trace.faults->lost_steps == 1);
    CHECK(w.trace.faults->lost_messages > 0);
    CHECK(*std::min_element(w.trace.steps.begin(), w.trace.steps.end()) > 40);
  }
}

TEST_CASE("running sums make up for what a crash lost: mass is conserved to 1e-13, without them more than a tenth is gone") {
  CHECK(walk(faulty(algorithm_of("robust_asynchronous_gradient_push"), one_crash)).trace.final.at("mass_error") < 1e-13);
  CHECK(walk(faulty(algorithm_of("asynchronous_gradient_push"), one_crash)).trace.final.at("mass_error") > 0.1);
}

TEST_CASE("push_sum.mass is violated by a crash that loses shares, and no certificate applies") {
  for (const char* keep : {"true", "false"}) {
    auto e = experiment::build(
        read_scenario(faulty(algorithm_of("asynchronous_gradient_push"),
                               fmt::format(R"([{{"kind": "crash", "agents": [3], "at": 4, "recover_after": 2, "keep_state": {}}}])", keep), "",
                               12)),
        {});
    const auto verification = experiment::verify(
        *e, {}, {"push_sum.mass", "push_sum.ratio", "gradient_push.consensus_certificate", "gradient_push.consensus"});
    std::map<std::string, bound::Outcome> outcome;
    for (const auto& verdict : verification.verdicts) outcome[verdict.bound] = verdict.outcome;
    CHECK(outcome.at("push_sum.mass") == bound::Outcome::violated);
    CHECK(outcome.at("push_sum.ratio") == bound::Outcome::holds);
    CHECK(outcome.at("gradient_push.consensus_certificate") == bound::Outcome::does_not_apply);
    CHECK(outcome.at("gradient_push.consensus") == bound::Outcome::does_not_apply);
  }
}

TEST_CASE("gradient-push stalls after a crash that lost messages, and the statement names agent 3 and 10 s") {
  const auto w = walk(faulty(algorithm_of("gradient_push"), one_crash));
  CHECK(w.trace.stopped_by == StoppedBy::stalled);
  const auto text = report::table(*w.experiment, w.trace, {});
  CHECK(contains(text, "will not come (agent 3 crashed at 10 s)"));
  CHECK(contains(text, "1 crashes, 1 recoveries; "));
  const auto json = report::summary(*w.experiment, w.trace, {});
  CHECK(json["faults"]["crashes"] == 1);
  CHECK(json["faults"]["first_crash"]["agent"] == 3);
  CHECK(json["faults"]["first_crash"]["virtual_time"] == 10.0);
}

TEST_CASE("a token that is under way to an agent that is down, or held by it, is lost: token_sgd stalls") {
  const auto w = walk(faulty(R"({"kind": "token_sgd", "step_size": 0.02})",
                               R"([{"kind": "crash", "agents": "all", "at": 10, "recover_after": 2}])"));
  CHECK(w.trace.stopped_by == StoppedBy::stalled);
  CHECK(to_seconds(w.trace.end) == 12);
}

TEST_CASE("halves of 8 agents that do not hear each other for 20 s agree again afterwards, with running sums to a mass of n") {
  const auto partition = R"([{"kind": "partition", "groups": [{"agents": {"first": 4}}], "from": 5, "to": 25}])";
  const auto w = walk(faulty(algorithm_of("robust_asynchronous_gradient_push"), partition));
  CHECK(w.trace.stopped_by == StoppedBy::virtual_time);
  CHECK(w.trace.faults->lost_messages > 100);  // 8 links, 20 s, a step a second: 160
  CHECK(w.trace.faults->lost_messages < 220);
  CHECK(w.trace.final.at("mass_error") < 1e-13);
}

TEST_CASE("without faults a summary has none") {
  const auto w = walk(faulty(algorithm_of("gradient_push"), "[]"));
  CHECK(!w.trace.faults);
  CHECK(!report::summary(*w.experiment, w.trace, {}).contains("faults"));
}

TEST_CASE("a tenth of 1,000 agents crash at times of mean 5 s, drawn from the seed: 100 spans, mean within 4 deviations") {
  const auto faults = read_scenario(faulty(algorithm_of("gradient_push"),
                                             R"([{"kind": "crash", "agents": {"fraction": 0.1}, "at": {"kind": "exponential", "mean": 5},
                                                  "recover_after": {"kind": "uniform", "low": 1, "high": 3}}])"))
                          .faults;
  const auto plan = fault::plan(faults, {1000, 1});
  REQUIRE(plan.crashes.size() == 100);
  double at = 0, down = 0;
  for (const auto& crash : plan.crashes) {
    at += to_seconds(crash.at) / 100;
    down += to_seconds(crash.recovery - crash.at) / 100;
    CHECK(crash.recovery - crash.at >= from_seconds(1));
    CHECK(crash.recovery - crash.at <= from_seconds(3));
  }
  CHECK(std::abs(at - 5) < 4 * 0.5);         // false alarm about 1e-4, for a seed that is fixed
  CHECK(std::abs(down - 2) < 4 * 0.0577);
  CHECK(fault::plan(faults, {1000, 2}).crashes[0].at != plan.crashes[0].at);
}

TEST_CASE("an agent that is down does not crash: of overlapping spans the later one is left out, at a recovery it counts") {
  const auto faults = read_scenario(faulty(algorithm_of("gradient_push"), R"([
      {"kind": "crash", "agents": [3, 1], "at": 2, "recover_after": 2}, {"kind": "crash", "agents": [3], "at": 3, "recover_after": 9},
      {"kind": "crash", "agents": [3], "at": 4}, {"kind": "crash", "agents": [3], "at": 5}])"))
                          .faults;
  const auto crashes = fault::plan(faults, {8, 1}).crashes;
  REQUIRE(crashes.size() == 3);
  CHECK(crashes[0].agent == 1);
  CHECK(to_seconds(crashes[1].at) == 2);
  CHECK(to_seconds(crashes[2].at) == 4);
  CHECK(crashes[2].recovery == never);
}

TEST_CASE("faults that cannot be are refused with their pointer") {
  const auto push = algorithm_of("asynchronous_gradient_push");
  CHECK(contains(complaint(faulty(push, R"([{"kind": "crash", "agents": [8], "at": 1}])")), "/faults/0/agents: agent 8 does not exist"));
  CHECK(contains(complaint(faulty(push, R"([{"kind": "crash", "agents": [1]}])")), "/faults/0/at"));
  CHECK(contains(complaint(faulty(push, R"([{"kind": "crash", "agents": [1], "at": 1, "keep_state": false}])")), "/faults/0/keep_state"));
  CHECK(contains(complaint(faulty(push, R"([{"kind": "crush", "agents": [1], "at": 1}])")), "did you mean \"crash\""));
  CHECK(contains(complaint(faulty(push, R"([{"kind": "link_down", "edges": [[0, 1], [0, 7]]}])")), "/faults/0/edges/1: is not a link"));
  CHECK(contains(complaint(faulty(push, R"([{"kind": "link_down", "edges": [[0, 1]], "from": 2, "to": 2}])")), "/faults/0/to"));
  CHECK(contains(complaint(faulty(push, R"([{"kind": "partition", "groups": [{"agents": [1]}, {"agents": {"first": 2}}]}])")),
                 "/faults/0/groups/1/agents: agent 1 is in group 0 already"));
  for (const char* kind : {"gradient_push", "robust_asynchronous_gradient_push", "asynchronous_sgd"}) {
    const auto text = complaint(
        faulty(algorithm_of(kind), R"([{"kind": "crash", "agents": [1], "at": 1, "recover_after": 1, "keep_state": false}])"));
    CHECK(contains(text, "/faults: number 0 has keep_state false"));
    CHECK(contains(text, "asynchronous_gradient_push, langevin_population, push_sum"));
  }
}

TEST_CASE("bounded asynchrony and replay refuse faults") {
  CHECK(contains(complaint(R"({"topology": {"kind": "ring", "agents": 4}, "problem": {"kind": "quadratic", "dimension": 3},
      "algorithm": {"kind": "asynchronous_gradient_push", "step_size": 0.1},
      "asynchrony": {"model": "bounded", "tau_proc": 2, "tau_msg": 3, "schedule": "random"},
      "faults": [{"kind": "crash", "agents": [1], "at": 1}], "stop": {"virtual_time": 5}})"),
                 "/faults: cannot go with bounded asynchrony"));
  const auto s = read_scenario(faulty(algorithm_of("asynchronous_gradient_push"), one_crash));
  std::string text;
  try {
    experiment::placement_on(s, 8, 2);
  } catch (const InputError& error) {
    text = error.what();
  }
  CHECK(contains(text, "/faults: exist in virtual time only"));
}
