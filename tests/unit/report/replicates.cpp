// Files and figures of replicates whose traces are made by hand.
#include "sim/report/replicates.hpp"

#include <algorithm>
#include <cmath>

#include "tests/support/catch.hpp"
#include "tests/support/scenario.hpp"

using namespace taubar;
using experiment::Replicates;

namespace {

trace::Record record(double seconds, std::int64_t updates, double distance) {
  trace::Record row{from_seconds(seconds), {}, {distance}};
  row.counts.updates = updates;
  return row;
}

trace::Trace trace_of(std::vector<trace::Record> records, std::uint64_t fingerprint) {
  trace::Trace trace;
  trace.metrics = {"distance"};
  trace.records = std::move(records);
  trace.end = trace.records.back().time;
  trace.counts = trace.records.back().counts;
  trace.final["distance"] = trace.records.back().values[0];
  trace.fingerprint = fingerprint;
  return trace;
}

Replicates runs_of(const std::string& record, std::vector<trace::Trace> traces) {
  Replicates runs;
  runs.scenario = read_scenario(R"({"name": "by hand", "topology": {"kind": "ring", "agents": 3},
    "problem": {"kind": "quadratic", "dimension": 2}, "algorithm": {"kind": "push_sum"}, "compute": {"time": 1},
    "stop": {"virtual_time": 4}, "replicates": 3, "record": )" +
                                record + "}");
  runs.structure = experiment::build_structure(runs.scenario, {});
  for (auto& trace : traces) {
    const auto seed = static_cast<std::int64_t>(runs.all.size()) + 1;
    auto& run = runs.all.emplace_back();
    run.seed = seed;
    run.trace = std::make_unique<trace::Trace>(std::move(trace));
  }
  return runs;
}

/// 3 runs with distances 1, 2, 3 at 4 s; the first passes 1 only.
Replicates by_time() {
  return runs_of(R"({"every": 2})", {trace_of({record(0, 0, 8), record(2, 10, 4), record(4, 20, 1)}, 1),
                                     trace_of({record(0, 0, 8), record(2, 12, 5), record(4, 24, 2)}, 2),
                                     trace_of({record(0, 0, 8), record(2, 14, 6), record(4, 25, 3)}, 3)});
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

std::size_t lines(const std::string& text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

}  // namespace

TEST_CASE(
    "the summary of 3 runs that end at distances 1, 2 and 3 has mean 2, deviation 1, variance 1 and half "
    "width 4.3027/√3") {
  const auto json = report::summary(by_time(), {});
  CHECK(json["final"]["distance"] == 2.0);
  const auto& d = json["intervals"]["/final/distance"];
  CHECK(d["count"] == 3);
  CHECK(d["sd"].get<double>() == Approx(1));
  CHECK(d["variance"]["value"].get<double>() == Approx(1));
  CHECK(d["median"] == 2.0);
  CHECK(d["least"] == 1.0);
  CHECK(d["greatest"] == 3.0);
  CHECK(d["level"] == 0.95);
  CHECK(d["high"].get<double>() == Approx(2 + 4.302652729911275 / std::sqrt(3.0)));
  CHECK(json["updates"].get<double>() == Approx(23));
  CHECK(json["replicates"] == 3);
  CHECK(json["runs"].size() == 3);
  CHECK(json["runs"][1]["final"]["distance"] == 2.0);
  CHECK(json["runs"][1]["fingerprint"] == "0000000000000002");
  CHECK(json["failed"].empty());
  CHECK(json["stopped_by"] == "virtual_time");
}

TEST_CASE("the time to a level that 1 of 3 runs reached is its time, with count 1 and no interval") {
  const auto json = report::summary(by_time(), {});
  const auto& one = json["intervals"]["/time_to/distance/1"];
  CHECK(one["count"] == 1);
  CHECK(json["time_to"]["distance"]["1"] == 4.0);
  CHECK(one["low"].is_null());
  CHECK(one["variance"].is_null());
  CHECK(json["runs"][2]["time_to"]["distance"]["1"].is_null());
  CHECK(contains(report::table(by_time(), {}), "1 of 3"));
}

TEST_CASE(
    "metrics.csv has a row a common time with mean, interval and n = 3, and none for a time that only 1 run "
    "has") {
  auto runs = by_time();
  runs.all[2].trace->records.push_back(record(5, 30, 2.5));
  runs.all[0].trace->records.pop_back();
  const auto csv = report::metrics_csv(runs);
  CHECK(contains(csv, "time,updates,gradients,messages,bytes,n,distance,distance_low,distance_high\n"));
  CHECK(contains(csv, "\n0,0,0,0,0,3,8,8,8\n"));
  CHECK(contains(csv, "\n2,12,0,0,0,3,5,2.51"));  // 5 ± 4.3027/√3
  CHECK(contains(csv, "\n4,24.5,0,0,0,2,2.5,"));
  CHECK(lines(csv) == 4);
}

TEST_CASE(
    "where records are by updates, a row is a count of updates and its time the mean; the same count again "
    "is left out") {
  const auto csv = report::metrics_csv(runs_of(
      R"({"every": {"updates": 10}})", {trace_of({record(0, 0, 8), record(1, 10, 4), record(4, 10, 4)}, 1),
                                        trace_of({record(0, 0, 8), record(2, 10, 2), record(4, 13, 1)}, 2)}));
  CHECK(contains(csv, "\n1.5,10,0,0,0,2,3,"));
  CHECK(lines(csv) == 3);
}

TEST_CASE("a run that diverged is counted and named, has its line in replicates.csv, and is in no mean") {
  auto runs = by_time();
  runs.all[2].trace->stopped_by = trace::StoppedBy::diverged;
  runs.all[2].trace->divergence = {1, from_seconds(4), "the step is too large"};
  runs.all[2].trace->final["distance"] = INFINITY;
  const auto json = report::summary(runs, {});
  CHECK(json["final"]["distance"] == 1.5);
  CHECK(json["finished"] == 3);
  CHECK(json["sound"] == 2);
  CHECK(json["failed"][0]["seed"] == 3);
  CHECK(json["failed"][0]["agent"] == 1);
  CHECK(json["stopped_by"] == "various");
  const auto table = report::table(runs, {});
  CHECK(contains(table, "3 of 3 finished, 1 failed"));
  CHECK(contains(table, "DIVERGED with seed 3 at 4 s, agent 1: the step is too large"));
  const auto csv = report::replicates_csv(runs);
  CHECK(lines(csv) == 4);
  CHECK(contains(csv, "\n3,0000000000000003,diverged,4,25,0,0,0,inf\n"));
}

TEST_CASE(
    "of 3 runs of which 1 was interrupted and 1 did not begin, the 1 that finished is kept and there is no "
    "fingerprint") {
  auto runs = by_time();
  runs.all[1].trace->stopped_by = trace::StoppedBy::interrupted;
  runs.all[2].trace.reset();
  const auto json = report::summary(runs, {});
  CHECK(json["finished"] == 1);
  CHECK(json["fingerprint"].is_null());
  CHECK(json["stopped_by"] == "interrupted");
  CHECK(json["final"]["distance"] == 1.0);
  CHECK(json["intervals"]["/final/distance"]["low"].is_null());
  CHECK(lines(report::replicates_csv(runs)) == 2);
  CHECK(lines(report::metrics_csv(runs)) == 4);
  CHECK(report::manifest(runs)["complete"] == false);
}

TEST_CASE("the table shows mean ± half width: 2 ± 2.5 for distances 1, 2 and 3") {
  const auto table = report::table(by_time(), {{"distance below 3, mean of 3", 2.0, true}});
  CHECK(contains(table, "2 ± 2.5"));
  CHECK(contains(table, "3 replicates, seeds 1 to 3, structure of seed 1"));
  CHECK(contains(table, "holds: distance below 3, mean of 3 (measured 2)"));
}
