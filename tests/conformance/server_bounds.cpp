// Bounds on methods with a server, on runs of the real world.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "core/bound/bound.hpp"
#include "core/bound/floor/limits.hpp"
#include "sim/experiment/verify.hpp"
#include "sim/report/summary.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/scenario.hpp"

using namespace taubar;

namespace {

/// Σ of all delays and of the ages at the end, and the number of updates, from the log of messages alone: the server is
/// the highest agent; a message from it begins a job, one to it ends the sender's and is an update.
struct Books {
  std::int64_t updates = 0, delays = 0, ages = 0, waiting = 0;  ///< waiting: Σ over updates of the other jobs under way
};

Books books_of(const trace::Timeline& log, AgentId server, Time end) {
  struct Happening {
    Time time;
    bool begins;
    AgentId worker;
  };
  std::vector<Happening> all;
  for (const auto& m : log.messages()) {
    if (m.from == server) all.push_back({m.sent, true, m.to});
    if (m.to == server && m.arrived <= end) all.push_back({m.arrived, false, m.from});
  }
  // The answer to a gradient is sent in the instant in which it arrives.
  std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) {
    return std::tie(a.time, a.begins) < std::tie(b.time, b.begins);
  });
  Books books;
  std::map<AgentId, std::int64_t> jobs;
  for (const auto& h : all) {
    if (h.begins) {
      jobs[h.worker] = books.updates;
      continue;
    }
    books.delays += books.updates - jobs.at(h.worker);
    jobs.erase(h.worker);
    books.waiting += static_cast<std::int64_t>(jobs.size());
    ++books.updates;
  }
  for (const auto& [worker, version] : jobs) books.ages += books.updates - version;
  return books;
}

bound::Setting minimal_setting(const Walk& w) {
  bound::Setting setting;
  setting.problem = w.experiment->problem.get();
  setting.graph = &w.experiment->topology.graph;
  setting.initial = &w.experiment->initial;
  setting.method.name = w.experiment->scenario.algorithm.kind;
  setting.method.server = true;
  return setting;
}

bound::Verdict judged(const char* name, const Walk& w, const bound::Setting& setting) {
  return bound::judge(*bound::find_bound(name), {setting, w.trace, nullptr, w.trace.server});
}

}  // namespace

TEST_CASE("E4: 5,000 updates by 7 workers of very unequal speed, delays and ages sum to 30,000 = 30,000, as the log of messages says") {
  const auto w = walk(R"({
    "topology": {"kind": "complete", "agents": 7}, "problem": {"kind": "quadratic", "dimension": 3, "heterogeneity": 0, "initial": {"kind": "normal"}},
    "algorithm": {"kind": "asynchronous_sgd", "step_size": 0.001},
    "compute": {"time": {"kind": "shifted_exponential", "shift": "1ms", "mean": "3ms"},
                "stragglers": [{"agents": [2], "factor": 30}, {"agents": [5], "add": "17ms", "probability": 0.4}]},
    "stop": {"updates": 5001}, "record": {"every": {"updates": 1000}, "trace": "timeline"}})");
  REQUIRE(w.trace.server);
  const auto& figures = *w.trace.server;
  CHECK(figures.updates == 5000);  // the gradient that ends the run has not been read
  CHECK(figures.delay_sum + figures.age_sum == 30'000);
  CHECK(figures.concurrency_sum == 35'000);
  REQUIRE(w.trace.timeline->left_out() == 0);
  // Messages take no time: the log's last arrival is the one that the run did not wait for.
  auto log = books_of(*w.trace.timeline, 7, w.trace.end - 1);
  CHECK(log.updates == 5000);
  CHECK(log.delays == figures.delay_sum);
  CHECK(log.ages == figures.age_sum);
  CHECK(log.waiting == 30'000);
  CHECK(figures.delay_max > 60);
  const auto verdict = judged("asynchronous_sgd.delay_identity", w, minimal_setting(w));
  CHECK(verdict.outcome == bound::Outcome::holds);
  CHECK(*verdict.measured == 30'000);
  CHECK(*verdict.limit == 30'000);
}

TEST_CASE("the identity holds with latencies, drops, lost and second copies, for 3 methods, and agrees with the log where nothing is dropped") {
  for (const char* method : {R"({"kind": "asynchronous_sgd", "step_size": 0.001, "rule": "delay_adaptive"})",
                             R"({"kind": "asynchronous_sgd", "step_size": 0.001, "rule": "dropping"})",
                             R"({"kind": "ringmaster_asgd", "step_size": 0.001, "threshold": 4})"})
    for (const double loss : {0.0, 0.002}) {
      INFO(method << ", loss " << loss);
      const auto w = walk(fmt::format(R"({{
        "topology": {{"kind": "complete", "agents": 9}}, "problem": {{"kind": "quadratic", "dimension": 2, "heterogeneity": 0, "initial": {{"kind": "normal"}}}},
        "algorithm": {}, "compute": {{"time": {{"kind": "exponential", "mean": "5ms"}}}},
        "network": {{"latency": {{"kind": "exponential", "mean": "1ms"}}, "loss": {}, "duplicate": {}}},
        "stop": {{"updates": 3000, "virtual_time": 60}}, "record": {{"every": {{"updates": 1000}}, "trace": "timeline"}}}})",
                                      method, loss, loss * 20));
      const auto verdict = judged("asynchronous_sgd.delay_identity", w, minimal_setting(w));
      CHECK(verdict.outcome == bound::Outcome::holds);
      CHECK((w.trace.server->dropped > 0) == (std::string(method).find("adaptive") == std::string::npos));
      CHECK(w.trace.server->applied > 500);
      if (loss > 0 || w.trace.server->dropped > 0) continue;
      const auto log = books_of(*w.trace.timeline, 9, w.trace.end);
      CHECK(log.delays == w.trace.server->delay_sum);
      CHECK(log.ages == w.trace.server->age_sum);
    }
}

TEST_CASE("the floor of workers of 1, 2 and 3 s in 60 s: asynchronous SGD does 110 gradients and stands on it, rounds do 60 and are at 60/33") {
  const auto run = [](const char* method) {
    return walk(fmt::format(R"({{
      "topology": {{"kind": "complete", "agents": 3}}, "problem": {{"kind": "quadratic", "dimension": 2}},
      "algorithm": {{"kind": "{}", "step_size": 0.01}},
      "compute": {{"time": 1, "stragglers": [{{"agents": [1], "factor": 2}}, {{"agents": [2], "factor": 3}}]}},
      "stop": {{"virtual_time": 60}}}})",
                            method));
  };
  const auto free = run("asynchronous_sgd"), rounds = run("minibatch_sgd");
  CHECK(free.trace.counts.gradients == 110);
  CHECK(free.trace.floor->ratio() == 1);
  CHECK(rounds.trace.counts.gradients == 60);
  CHECK(rounds.trace.floor->seconds == 33);
  const auto json = report::summary(*rounds.experiment, rounds.trace, {});
  CHECK(json["floor"]["gradients"] == 60);
  CHECK(json["floor"]["ratio"] == Approx(60.0 / 33).epsilon(1e-14));
  CHECK(report::table(*rounds.experiment, rounds.trace, {}).find("1.82 times") != std::string::npos);
  auto setting = minimal_setting(free);
  setting.times.fastest = {1, 2, 3};
  const auto verdict = judged("floor.gradients", free, setting);
  CHECK(verdict.outcome == bound::Outcome::holds);
  CHECK(*verdict.limit == 110);
}

TEST_CASE("updates of Rennala SGD with 5 workers of 1 to 25 s and latencies of 0.1 s take no longer than the theorem says, for S = 1, 4, 30") {
  for (const int S : {1, 4, 30}) {
    const auto w = walk(fmt::format(R"({{
      "topology": {{"kind": "complete", "agents": 5}}, "problem": {{"kind": "quadratic", "dimension": 4, "heterogeneity": 0, "initial": {{"kind": "normal"}}}},
      "algorithm": {{"kind": "rennala_sgd", "step_size": 1, "batch": {}}},
      "compute": {{"time": 1, "stragglers": [{{"agents": [1], "factor": 4}}, {{"agents": [2], "factor": 9}},
                                             {{"agents": [3], "factor": 16}}, {{"agents": [4], "factor": 25}}]}},
      "network": {{"latency": 0.1}}, "stop": {{"virtual_time": 500}}}})",
                                    S));
    auto setting = minimal_setting(w);
    setting.times.slowest = {1, 4, 9, 16, 25};
    setting.times.message_slowest = 0.1;
    setting.minimiser = w.experiment->goal.minimiser;
    setting.method.batch = w.experiment->scenario.algorithm->gradients_an_update(5);
    setting.method.step = [](std::int64_t) { return 1.0; };
    const auto verdict = judged("rennala_sgd.time", w, setting);
    INFO("S = " << S << ": " << verdict.reason);
    CHECK(verdict.outcome == bound::Outcome::holds);
    CHECK(*verdict.measured < *verdict.limit);
    CHECK(*verdict.measured > 0.2 * *verdict.limit);
    CHECK(verdict.unmet() == nullptr);
  }
}

TEST_CASE("verify watches the server: Birch holds for asynchronous SGD with the step 1/(2RL) of its own delays, and is not said of one 3 times as long") {
  const auto run = [](double step) {
    auto scenario = read_scenario(fmt::format(R"({{
      "topology": {{"kind": "complete", "agents": 6}},
      "problem": {{"kind": "quadratic", "dimension": 4, "heterogeneity": 0, "initial": {{"kind": "normal"}}}},
      "algorithm": {{"kind": "asynchronous_sgd", "step_size": {}}},
      "compute": {{"time": 1, "stragglers": [{{"agents": [1], "factor": 1.7}}, {{"agents": [4], "factor": 6.3}}]}},
      "network": {{"latency": 0.05}}, "stop": {{"virtual_time": 400}}}})",
                                              step));
    auto built = experiment::build(scenario, {});
    return experiment::verify(*built);
  };
  const auto verdict_of = [](const experiment::Verification& all, std::string_view name) {
    for (const auto& verdict : all.verdicts)
      if (verdict.bound == name) return verdict;
    return bound::Verdict{};
  };
  const auto R = static_cast<double>(run(1e-3).trace.server->delay_max);
  CHECK(R > 20);
  const auto allowed = run(1 / (2 * R));  // L = 1
  for (const char* name : {"asynchronous_sgd.birch", "asynchronous_sgd.delay_identity", "floor.gradients"}) {
    INFO(name << ": " << verdict_of(allowed, name).reason);
    CHECK(verdict_of(allowed, name).outcome == bound::Outcome::holds);
  }
  const auto birch = verdict_of(allowed, "asynchronous_sgd.birch");
  CHECK(*birch.measured > 0.05 * *birch.limit);
  CHECK(*birch.at_k == allowed.trace.server->updates);
  CHECK(verdict_of(allowed, "asynchronous_sgd.koloskova").outcome == bound::Outcome::reported);
  CHECK(verdict_of(run(1.5 / R), "asynchronous_sgd.birch").outcome == bound::Outcome::does_not_apply);
  CHECK(verdict_of(allowed, "rennala_sgd.time").outcome == bound::Outcome::does_not_apply);
}
