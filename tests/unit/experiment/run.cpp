#include <fmt/format.h>

#include "core/base/error.hpp"
#include "sim/experiment/memory.hpp"
#include "sim/report/summary.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/scenario.hpp"

using namespace taubar;
using trace::StoppedBy;

namespace {

/// Four agents on a ring, steps of 10 ms, messages of 1 ms; `rest` is the end of the scenario.
std::string small(const std::string& rest, const std::string& step = "0.1", const std::string& network = R"({"latency": "1ms"})") {
  return fmt::format(R"({{"name": "small", "topology": {{"kind": "ring", "agents": 4}},
    "problem": {{"kind": "quadratic", "curvatures": [[1], [2], [1], [0.5]], "centres": [[10], [-10], [20], [0]]}},
    "algorithm": {{"kind": "asynchronous_gradient_push", "step_size": {}}},
    "compute": {{"time": "10ms"}}, "network": {}, {}}})",
                     step, network, rest);
}

}  // namespace

TEST_CASE("virtual time ends before the first event later than it; events at exactly that time still happen") {
  const auto before = walk(small(R"("stop": {"virtual_time": "49999us"})"));
  CHECK(before.trace.counts.updates == 16);
  const auto at = walk(small(R"("stop": {"virtual_time": "50ms"})"));
  CHECK(at.trace.counts.updates == 20);
  CHECK(at.trace.end == 50'000'000);
  CHECK(at.trace.stopped_by == StoppedBy::virtual_time);
}

TEST_CASE("stop rules: updates, gradients and messages end a run exactly") {
  CHECK(walk(small(R"("stop": {"updates": 17})")).trace.counts.updates == 17);
  CHECK(walk(small(R"("stop": {"gradients": 9})")).trace.counts.gradients == 9);
  const auto messages = walk(small(R"("stop": {"messages": 13})"));
  CHECK(messages.trace.counts.messages >= 13);
  CHECK(messages.trace.counts.messages <= 14);  // the event that reaches the limit sends to two neighbours
  CHECK(messages.trace.stopped_by == StoppedBy::messages);
}

TEST_CASE("a target ends with the first record at or below it, and time_to says the same instant") {
  const auto w = walk(small(R"("stop": {"target": {"distance": 0.5}, "virtual_time": 100}, "record": {"every": "5ms"})"));
  REQUIRE(w.trace.stopped_by == StoppedBy::target);
  const auto column = static_cast<std::size_t>(w.trace.column("distance"));
  const auto& records = w.trace.records;
  CHECK(records.back().values[column] <= 0.5);
  CHECK(records[records.size() - 2].values[column] > 0.5);
  CHECK(*w.trace.time_to("distance", 0.5) == to_seconds(w.trace.end));
  CHECK(w.trace.end % 5'000'000 == 0);
}

TEST_CASE("records include start and end, by time, by updates and by decades") {
  const auto by_time = walk(small(R"("stop": {"virtual_time": "95ms"}, "record": {"every": "20ms"})"));
  std::vector<Time> times;
  for (const auto& r : by_time.trace.records) times.push_back(r.time / 1'000'000);
  CHECK(times == std::vector<Time>{0, 20, 40, 60, 80, 95});
  const auto by_updates = walk(small(R"("stop": {"updates": 18}, "record": {"every": {"updates": 8}})"));
  std::vector<std::int64_t> updates;
  for (const auto& r : by_updates.trace.records) updates.push_back(r.counts.updates);
  CHECK(updates == std::vector<std::int64_t>{0, 8, 16, 18});
  const auto by_log = walk(small(R"("stop": {"virtual_time": "1s"}, "record": {"every": {"log": 1}})"));
  CHECK(by_log.trace.records.size() == 8);  // 0, 1 µs, 10 µs, …, 1 s
}

TEST_CASE("a record each nanosecond of 1 ms: fewer than 250,000 are kept, at a spacing that is the same for all") {
  const auto w = walk(small(R"("stop": {"virtual_time": "1ms"}, "record": {"every": 1e-300})"));
  const auto& records = w.trace.records;
  CHECK(w.trace.record_halvings == 3);
  REQUIRE(records.size() > 100'000);
  CHECK(records.size() < 250'000);
  for (std::size_t i = 1; i + 1 < records.size(); ++i) REQUIRE(records[i].time == static_cast<Time>(8 * i));
  CHECK(records.back().time == 1'000'000);
}

TEST_CASE("recording more often does not change the fingerprint") {
  const auto rare = walk(small(R"("stop": {"virtual_time": "1s"}, "record": {"every": "500ms"})"));
  const auto often = walk(small(R"("stop": {"virtual_time": "1s"}, "record": {"every": "1ms"})"));
  CHECK(rare.trace.fingerprint == often.trace.fingerprint);
  CHECK(rare.trace.records.size() < often.trace.records.size());
}

TEST_CASE("a step above 2/L diverges with exit reason, agent and an explanation that names 2/L") {
  const auto w = walk(small(R"("stop": {"virtual_time": "1min"})", "9"));
  REQUIRE(w.trace.stopped_by == StoppedBy::diverged);
  REQUIRE(w.trace.divergence);
  CHECK(w.trace.divergence->agent >= 0);
  CHECK(w.trace.divergence->explanation.find("above 2/L = 1") != std::string::npos);
  CHECK(report::summary(*w.experiment, w.trace, {})["divergence"]["last_finite_record"].is_number());
}

TEST_CASE("compute much quicker than messages: the weight falls, and the explanation says so") {
  const auto w = walk(small(R"("stop": {"virtual_time": "1min"})", "0.9", R"({"latency": "500ms"})"));
  REQUIRE(w.trace.stopped_by == StoppedBy::diverged);
  CHECK(*w.trace.minimum_weight < 0.1);
  CHECK(w.trace.divergence->explanation.find("push-sum weight fell") != std::string::npos);
}

TEST_CASE("a synchronous method stalls for ever on a lost message, and the run says so") {
  auto text = small(R"("stop": {"virtual_time": "1h"})", "0.1", R"({"latency": "1ms", "loss": 0.01})");
  const std::string asynchronous = "asynchronous_gradient_push";
  text.replace(text.find(asynchronous), asynchronous.size(), "gradient_push");
  const auto w = walk(text);
  CHECK(w.trace.stopped_by == StoppedBy::stalled);
  CHECK(w.trace.counts.lost >= 1);
  CHECK(report::table(*w.experiment, w.trace, {}).find("a message that will not come") != std::string::npos);
}

TEST_CASE("mass is balanced to 1e-13 with messages in flight, under overhead, contention and reordering") {
  const auto w = walk(small(R"("stop": {"virtual_time": "3s"})", "0.1",
                            R"({"latency": {"kind": "pareto", "shape": 1.5, "minimum": "1ms"}, "bandwidth": "1Mbps",
                                "overhead": "200us", "contention": "sender_and_receiver"})"));
  CHECK(w.trace.final.at("mass_error") < 1e-13);
  CHECK(w.trace.counts.in_flight() > 0);
}

TEST_CASE("expectations: below, above, within, at an instant, any, time_to and measured, each both ways") {
  const auto verdicts = [](const std::string& expect) {
    const auto w = walk(small(R"("stop": {"virtual_time": "2s"}, "record": {"every": "10ms"}, "expect": [)" + expect + "]"));
    std::vector<bool> holds;
    for (const auto& verdict : experiment::judge(w.experiment->scenario.expect, w.trace)) holds.push_back(verdict.holds);
    return holds;
  };
  CHECK(verdicts(R"({"metric": "distance", "below": 0.5}, {"metric": "distance", "above": 0.5},
                    {"metric": "distance", "at": "any", "above": 0.5}, {"metric": "distance", "at": "any", "above": 5},
                    {"metric": "distance", "at": "10ms", "above": 0.5}, {"metric": "distance", "at": "10ms", "below": 0.5})") ==
        std::vector<bool>{true, false, true, false, true, false});
  CHECK(verdicts(R"({"time_to": {"distance": 0.5}, "below": 2}, {"time_to": {"distance": 0.5}, "below": 0.01},
                    {"time_to": {"distance": 1e-30}, "below": 100},
                    {"measured": "tau_proc", "within": [1, 1]}, {"measured": "tau_proc", "within": [2, 3]},
                    {"metric": "suboptimality_worst", "below": 2}, {"metric": "minimum_weight", "above": 0.01})") ==
        std::vector<bool>{true, false, false, true, false, true, true});
}

TEST_CASE("1e9 agents are refused before anything is built, with the memory they would take") {
  const std::string huge = R"({"topology": {"kind": "ring", "agents": 1000000000},
    "problem": {"kind": "quadratic", "dimension": 10}, "algorithm": {"kind": "push_sum"},
    "compute": {"time": 1}, "stop": {"updates": 1}})";
  try {
    walk(huge);
    FAIL("it was built");
  } catch (const RefusedError& error) {
    CHECK(std::string(error.what()).find("1000000000 agents") != std::string::npos);
    CHECK(std::string(error.what()).find("iB") != std::string::npos);
  }
}

TEST_CASE("the memory estimate of 20,000 agents is an upper bound of what the world holds, within a factor of 6") {
  const auto w = walk(R"({"topology": {"kind": "random_out_regular", "out_degree": 4, "agents": 20000},
    "problem": {"kind": "quadratic", "dimension": 10}, "algorithm": {"kind": "push_sum"},
    "compute": {"time": {"kind": "exponential", "mean": 1}}, "network": {"latency": {"kind": "exponential", "mean": 0.1}},
    "stop": {"virtual_time": 3}, "record": {"every": 3, "metrics": ["mass_error"]}})");
  const double world = static_cast<double>(w.experiment->world->bytes());
  const double estimate = experiment::estimated_bytes(w.experiment->scenario, {20000, 80000, 10, true});
  CHECK(estimate > world);
  CHECK(estimate < 6 * world);
}

TEST_CASE("push-sum on any problem averages its initial points, which differ by agent by default") {
  const auto w = walk(R"({"topology": {"kind": "complete", "agents": 6}, "problem": {"kind": "quadratic", "dimension": 3},
    "algorithm": {"kind": "push_sum"}, "compute": {"time": 1}, "stop": {"virtual_time": 80}})");
  CHECK((w.experiment->reference->minimiser.transpose() - w.experiment->initial.colwise().mean()).norm() < 1e-14);
  CHECK((w.experiment->initial.row(0) - w.experiment->initial.row(1)).norm() > 0);
  CHECK(w.trace.final.at("distance_worst") < 1e-12);
}

TEST_CASE("a summary has every field of the contract, and metrics.csv a row a record") {
  const auto w = walk(small(R"("stop": {"virtual_time": "1s"}, "expect": [{"metric": "distance", "below": 1}])"));
  const auto json = report::summary(*w.experiment, w.trace, experiment::judge(w.experiment->scenario.expect, w.trace));
  for (const char* key :
       {"name", "seed", "algorithm", "agents", "dimension", "virtual_time", "wall_time", "events", "events_per_second",
        "updates", "gradients", "messages", "bytes", "idle_share", "tau_proc", "tau_msg", "tau_bar", "staleness", "final",
        "time_to", "fingerprint", "expectations", "reference", "stopped_by", "messages_lost", "messages_in_flight",
        "minimum_weight", "rate_bias", "updates_by_agent"})
    CHECK(json.contains(key));
  for (const char* key : {"suboptimality", "suboptimality_worst", "distance", "distance_worst", "consensus_error"})
    CHECK(json["final"].contains(key));
  CHECK(json["updates_by_agent"]["min"] == 100);
  CHECK(json["updates_by_agent"]["mean"].get<double>() * 4 == json["updates"].get<double>());
  CHECK(json["updates_by_agent"]["max"] == 100);
  const std::string csv = report::metrics_csv(w.trace);
  CHECK(static_cast<std::size_t>(std::count(csv.begin(), csv.end(), '\n')) == w.trace.records.size() + 1);
  CHECK(csv.substr(0, csv.find('\n')).find("time,updates,gradients,messages,bytes,consensus_error") == 0);
}
