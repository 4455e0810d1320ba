// Scenarios of the bounded model: what the world measures of them, and what is wrong with them.
#include <fmt/format.h>

#include "core/base/error.hpp"
#include "sim/experiment/readiness.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/scenario.hpp"

using namespace taubar;

namespace {

const std::string gradient_push = R"({"kind": "asynchronous_gradient_push", "step_size": 0.02})";

std::string scenario(const std::string& asynchrony, const std::string& more = "", const std::string& algorithm = gradient_push,
                     int agents = 6, double until = 400) {
  return fmt::format(R"({{"topology": {{"kind": "exponential", "agents": {}}},
    "problem": {{"kind": "quadratic", "dimension": 2, "condition_number": 2, "heterogeneity": 1}}, "algorithm": {},
    "asynchrony": {}, "stop": {{"virtual_time": {}}} {}}})",
                     agents, algorithm, asynchrony, until, more);
}

std::string bounded(const std::string& schedule, int tau_proc, int tau_msg) {
  return fmt::format(R"({{"model": "bounded", "tau_proc": {}, "tau_msg": {}, "schedule": "{}"}})", tau_proc, tau_msg, schedule);
}

std::vector<std::string> complaints(const std::string& json) {
  try {
    read_scenario(json);
  } catch (const InputError& error) {
    return error.complaints();
  }
  return {};
}

template <class Act>
std::string refusal(const Act& act) {
  try {
    act();
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

bool has(const std::vector<std::string>& complaints, const std::string& pointer, const std::string& words) {
  for (const auto& complaint : complaints)
    if (complaint.find(" " + pointer + ": ") != std::string::npos && complaint.find(words) != std::string::npos) return true;
  return false;
}

}  // namespace

TEST_CASE("the world measures no more than is enforced, and under the adversary both bounds exactly: k is virtual time in s") {
  for (const char* schedule : {"random", "round_robin", "adversarial"})
    for (const int n : {2, 5, 6})
      for (const int p : {1, 2, 5, 8})
        for (const int m : {p, p + 3, 3 * p})
          for (const char* algorithm : {gradient_push.c_str(), R"({"kind": "push_sum"})"}) {
            INFO(schedule << " " << n << " " << p << " " << m);
            const auto w = walk(scenario(bounded(schedule, p, m), "", algorithm, n, 100));
            CHECK(w.trace.k == 100);
            CHECK(w.trace.tau_proc <= p);
            CHECK(w.trace.tau_msg <= m);
            CHECK(w.trace.staleness.max() <= m);
            CHECK(w.trace.idle_share == 0);
            CHECK(w.trace.final.at("mass_error") < 1e-13);
            if (schedule != std::string("adversarial")) continue;
            CHECK(w.trace.tau_proc == p);
            CHECK(w.trace.tau_msg == m);
          }
}

TEST_CASE("a bounded run has one fingerprint with 1 and 2 threads, and another with another seed if it is random") {
  for (const char* schedule : {"random", "round_robin", "adversarial"}) {
    const auto print = [&](int seed, int threads) {
      const std::string seeds = fmt::format(R"(, "structure_seed": 1, "seed": {})", seed);
      return walk(scenario(bounded(schedule, 4, 9), seeds), threads).trace.fingerprint;
    };
    const auto first = print(1, 1);
    CHECK(print(1, 1) == first);
    CHECK(print(1, 2) == first);
    CHECK((print(2, 1) == first) == (schedule != std::string("random")));
  }
}

TEST_CASE("asynchronous gradient-push converges under all three schedules, under the adversary to what its rates say") {
  for (const char* schedule : {"random", "round_robin", "adversarial"}) {
    const bool unequal = schedule == std::string("adversarial");
    const auto at = [&](const std::string& step, const std::string& known) {
      return walk(scenario(bounded(schedule, 4, 7), "",
                           R"({"kind": "asynchronous_gradient_push", "step_size": )" + step + known + "}", 6, 20'000));
    };
    const auto w = at("0.002", "");
    // O(α) from the minimiser that the rates weight; ten times as far from the other one.
    const double bias = *w.trace.rate_bias_expected;
    CHECK(std::abs(w.trace.final.at("distance") - bias) < 0.02);
    CHECK((bias > 0.1) == unequal);
    CHECK(*w.trace.rate_bias_measured == Approx(bias).margin(unequal ? 1e-6 : 0.02));
    const auto known = at("0.002", R"(, "known_rates": true)");
    CHECK(*known.trace.rate_bias_expected == 0);
    CHECK(known.trace.final.at("distance") < 0.03);
  }
}

TEST_CASE("compute and network cannot go with a bounded schedule: each is an error at its pointer that says why") {
  const auto said = complaints(scenario(bounded("random", 2, 3), R"(, "compute": {"time": 1}, "network": {"latency": 1})"));
  CHECK(said.size() == 2);
  CHECK(has(said, "/compute", "the schedule says when local steps end"));
  CHECK(has(said, "/network", "the schedule says when messages arrive"));
}

TEST_CASE("without bounded asynchrony compute is required, and its figures belong to no other model") {
  CHECK(has(complaints(scenario("{}")), "/compute", "is required but missing"));
  CHECK(has(complaints(scenario(R"({"model": "event_driven", "tau_proc": 2})", R"(, "compute": {"time": 1})")),
            "/asynchrony/model", "must be \"bounded\""));
}

TEST_CASE("a bounded model without its bounds, with a bound of 0 or an unknown schedule names what is accepted") {
  const auto missing = complaints(scenario(R"({"model": "bounded"})"));
  for (const char* name : {"tau_proc", "tau_msg", "schedule"})
    CHECK(has(missing, std::string("/asynchrony/") + name, "is required but missing"));
  const auto wrong = complaints(scenario(bounded("rounds", 0, -1)));
  CHECK(has(wrong, "/asynchrony/tau_proc", "1"));
  CHECK(has(wrong, "/asynchrony/tau_msg", "1"));
  CHECK(has(wrong, "/asynchrony/schedule", "round_robin"));
}

TEST_CASE("methods whose agents wait are refused under a bounded schedule, and those that do not are named") {
  for (const char* waits : {R"({"kind": "gradient_push", "step_size": 0.1})", R"({"kind": "master_worker_gradient_descent", "step_size": 0.1})",
                            R"({"kind": "all_reduce_gradient_descent", "step_size": 0.1})",
                            R"({"kind": "asynchronous_gradient_push", "step_size": 0.1, "max_lead": 3})",
                            R"({"kind": "asynchronous_gradient_push", "step_size": 0.1, "max_silence": 3})"}) {
    const auto said = complaints(scenario(bounded("random", 2, 3), "", waits));
    CHECK(said.size() == 1);
    CHECK(has(said, "/algorithm", "wait for messages"));
    CHECK(has(said, "/algorithm", "asynchronous_gradient_push, langevin_population, push_sum"));
  }
}

TEST_CASE("bounds that cannot be kept are refused when the number of agents is known: tau_msg 2 under tau_proc 3") {
  for (const char* schedule : {"random", "adversarial"})
    CHECK(refusal([&] { walk(scenario(bounded(schedule, 3, 2))); }).find("/asynchrony/tau_msg: 2 cannot be promised") == 0);
  CHECK(walk(scenario(bounded("round_robin", 3, 2), "", gradient_push, 3)).trace.tau_msg == 2);
}

TEST_CASE("the resolved bounded scenario is one itself and gives the same run") {
  const auto json = scenario(bounded("adversarial", 3, 5));
  const auto w = walk(json);
  const auto echo = w.experiment->scenario.echo();
  CHECK_FALSE(echo.contains("compute"));
  CHECK_FALSE(echo.contains("network"));
  CHECK(echo["asynchrony"]["tau_msg"] == 5);
  CHECK(walk(echo.dump()).trace.fingerprint == w.trace.fingerprint);
}

TEST_CASE("a replay of a bounded scenario is refused: real processes follow no schedule") {
  const auto s = read_scenario(scenario(bounded("random", 2, 3)));
  CHECK(refusal([&] { experiment::placement_on(s, 6, 2); }).find("/asynchrony/model: a bounded schedule exists in virtual time only") == 0);
}
