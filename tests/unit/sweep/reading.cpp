// The sweep file: what it says, and every complaint with its place.
#include <fstream>

#include "core/base/error.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/sweep.hpp"

using namespace taubar;
using namespace taubar::sweep;

namespace {

/// What reading, and planning where reading goes well, complains about.
std::vector<std::string> complaints_about(const std::string& text) {
  try {
    make_plan(read_sweep_text(text), {});
  } catch (const InputError& error) {
    return error.complaints();
  }
  return {};
}

bool one_says(const std::vector<std::string>& complaints, const std::string& part) {
  for (const auto& complaint : complaints)
    if (complaint.find(part) != std::string::npos) return true;
  return false;
}

}  // namespace

TEST_CASE("a sweep file is read: grid, zip, sample, seeds, report, expectations, limits") {
  const auto spec = tiny_sweep(R"json(
    "grid": {"/topology/agents": [4, 8], "/topology/kind": ["ring", "star"]},
    "zip": {"/compute/time": ["1s", {"kind": "exponential", "mean": 2}], "/stop/virtual_time": [5, 10]},
    "sample": {"kind": "sobol", "points": 3, "ranges": {"/algorithm/step_size": {"low": 1e-3, "high": 1, "scale": "log"}}},
    "seeds": {"first": 7, "count": 2},
    "report": {"x": "/topology/agents", "y": "time_to(suboptimality, 1e-2)", "group": "/topology/kind", "speedup_against": 4},
    "expect": [{"compare": "final(suboptimality)", "of": {"/topology/kind": "ring"}, "to": {"/topology/kind": "star"}, "at_most": 2},
               {"figure": "/idle_share", "where": {"/topology/agents": 8}, "within": [0, 0.5]}],
    "limits": {"run_time": "2min", "memory": "1GB"}, "confidence": 0.99)json");
  CHECK(spec.name == "tiny");
  CHECK(spec.embedded);
  REQUIRE(spec.grid.size() == 2);
  CHECK(spec.grid[0].pointer == "/topology/agents");
  CHECK(spec.grid[1].values == std::vector<config::Json>{"ring", "star"});
  REQUIRE(spec.zip.size() == 2);
  CHECK(spec.zip[0].values[1]["mean"] == 2);
  REQUIRE(spec.sample);
  CHECK(spec.sample->kind == SampleSpec::Kind::sobol);
  REQUIRE(spec.sample->ranges.size() == 1);
  CHECK(spec.sample->ranges[0].logarithmic);
  CHECK(spec.sample->ranges[0].low == 1e-3);
  CHECK(spec.seeds.first == 7);
  CHECK(spec.report->y == "time_to(suboptimality, 1e-2)");
  REQUIRE(spec.comparisons.size() == 1);
  CHECK(spec.comparisons[0].to.at("/topology/kind") == "star");
  REQUIRE(spec.expectations.size() == 1);
  CHECK(spec.expectations[0].within == std::vector<double>{0, 0.5});
  CHECK(*spec.run_time_limit == 120);
  CHECK(*spec.memory_limit == 1e9);
  CHECK(spec.confidence == 0.99);
}

TEST_CASE("every problem of a sweep file is told at once, with its place and what is accepted") {
  const auto complaints = complaints_about(R"({
  "scenario": {},
  "grdi": {},
  "grid": { "topology": [1], "/a": [], "/seed": [1], "/b": 3 },
  "zip": { "/c": [1, 2], "/d": [1] },
  "sample": { "points": 0, "ranges": { "/e": { "low": 0, "high": -1, "scale": "log" }, "/c": { "low": 0, "high": 1 } } },
  "seeds": { "count": 1.5 },
  "expect": [ { "compare": "x" }, { "figure": "y", "at_most": 1 } ]
})");
  CHECK(one_says(complaints, "test.json:3:11: /grdi: unknown key; did you mean \"grid\"?"));
  CHECK(one_says(complaints, "test.json:4:25: /grid/topology: is not a JSON Pointer into the scenario"));
  CHECK(one_says(complaints, "test.json:4:36: /grid/~1a: has no values"));
  CHECK(one_says(complaints, "/grid/~1seed: seeds have an entry of their own"));
  CHECK(one_says(complaints, "/grid/~1b: must be an array of values, found the number 3"));
  CHECK(one_says(complaints, "/zip: all must have one length: \"/c\" has 2 values, \"/d\" has 1"));
  CHECK(one_says(complaints, "/sample/points: must be an integer from 1 to"));
  CHECK(one_says(complaints, "/sample/ranges/~1e/high: must be greater than low"));
  CHECK(one_says(complaints, "/sample/ranges/~1e/low: must be greater than 0 on a logarithmic scale"));
  CHECK(one_says(complaints, "/seeds/count: must be an integer"));
  CHECK(one_says(complaints, "/expect/0: a comparison needs of and to"));
  CHECK(one_says(complaints, "/expect/1: an expectation on runs takes below, above, within and where"));
}

TEST_CASE("a pointer with two sources, a report along what is not varied and a group that never occurs are complaints") {
  const auto complaints = complaints_about(sweep_text(R"json(
    "grid": {"/topology/agents": [4, 8]}, "zip": {"/topology/agents": [4]},
    "report": {"x": "/topology/agent", "y": "final(suboptimality)"},
    "expect": [{"figure": "/idle_share", "where": {"/topology/agents": 5}, "below": 1}])json"));
  CHECK(one_says(complaints, "\"/topology/agents\" takes its values from two places"));
  CHECK(one_says(complaints, "x \"/topology/agent\" is not varied; did you mean \"/topology/agents\"?"));
  CHECK(one_says(complaints, "\"/topology/agents\" is never 5"));
}

TEST_CASE("unknown pointers and values out of range are told before anything runs: once each, at the value in the sweep file") {
  const auto complaints = complaints_about("{\n\"scenario\": " + tiny_scenario + R"(,
"grid": { "/topology/agent": [4], "/algorithm/step_size": [0.1, -1], "/stop/virtual_time": [1, 2, 3] } })");
  INFO(complaints.at(0) << "\n" << complaints.at(1));
  REQUIRE(complaints.size() == 2);
  CHECK(one_says(complaints, ": /topology/agent: unknown key; did you mean \"agents\"?"));
  CHECK(one_says(complaints, "test.json:7:65: /algorithm/step_size: must be "));
  CHECK(one_says(complaints, ", found the number -1"));
  CHECK(one_says(complaints, "(point 0: /algorithm/step_size = 0.1"));
  CHECK(one_says(complaints, "and 5 more)"));
}

TEST_CASE("problems of an embedded scenario stand at their place in the sweep file") {
  const auto complaints = complaints_about("{\"scenario\": {\n  \"topology\": {\"kind\": \"ring\", \"agents\": 0} } }");
  CHECK(one_says(complaints, "test.json:2:42: /topology/agents: must be an integer"));
}

TEST_CASE("replicates are refused in a sweep, which has seeds; a scenario that is no object or file is, too") {
  CHECK(one_says(complaints_about(sweep_text(R"("set": {"/replicates": 3})")), "/replicates: a sweep repeats its points by seeds"));
  CHECK(one_says(complaints_about(R"({"scenario": 3})"), "/scenario: must be the name of a file, or an object"));
  CHECK(one_says(complaints_about(R"({"scenario": "absent.json"})"), "absent.json"));
}

TEST_CASE("a sweep is told from a scenario by its content") {
  CHECK(is_sweep(config::Document::parse(sweep_text(""), "s")));
  CHECK(is_sweep(config::Document::parse(R"({"grid": {}})", "s")));
  CHECK_FALSE(is_sweep(config::Document::parse(tiny_scenario, "s")));
  CHECK_FALSE(is_sweep(config::Document::parse("[]", "s")));
}

TEST_CASE("the schema of sweeps names every key that a sweep may have") {
  const auto schema = sweep_schema();
  for (const char* key : {"scenario", "name", "description", "set", "grid", "zip", "sample", "seeds", "report", "expect", "limits", "confidence"})
    CHECK(schema["properties"].contains(key));
  CHECK(schema["properties"]["grid"]["additionalProperties"]["type"] == "array");
  CHECK(schema["properties"]["sample"]["properties"]["ranges"]["additionalProperties"]["required"] == config::Json{"low", "high"});
}
