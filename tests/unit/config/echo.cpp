#include "tests/support/catch.hpp"
#include "tests/unit/config/example.hpp"

using namespace example;

namespace {

Json echo_of(const std::string& text) {
  Scenario scenario = read_text(text);
  return echo([&](Fields& f) { scenario.fields(f); });
}

}  // namespace

TEST_CASE("the echo holds every field with its resolved value, in the order of the fields") {
  CHECK(echo_of(full_text) == Json::parse(R"({
    "name": "agp", "seed": 7, "replicates": 3, "verbose": true, "step": 0.25, "tolerance": 1e-9,
    "memory": 65536.0, "wait": 90.0, "bandwidth": 1e10, "order": "fifo",
    "weights": [1.0, 2.5, 0.0], "sizes": [3, 4], "metrics": ["a", "b"],
    "curvatures": [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]],
    "limits": { "rounds": 20 }, "clip": { "low": 1.0, "high": 2.0 }, "every": { "virtual_time": 0.1 },
    "topology": { "kind": "grid", "rows": 5, "columns": 3 },
    "latency": { "kind": "mixture", "weights": [1.0, 3.0], "components": [
      { "kind": "constant", "value": 0.005 },
      { "kind": "uniform", "low": 1e-6, "high": 0.25, "clip": { "high": 3.0 } } ] },
    "factor": { "kind": "modulated", "states": [
      { "hold": { "kind": "constant", "value": 2.0 }, "time": { "kind": "constant", "value": 3.0 } },
      { "hold": { "kind": "constant", "value": 1.0 }, "time": { "kind": "empirical", "samples": [1.0, 2.0] } } ] },
    "stragglers": [
      { "agents": [3, 7], "add": { "kind": "constant", "value": 0.05 }, "probability": 1.0 },
      { "agents": { "fraction": 0.25 }, "add": { "kind": "constant", "value": 1.0 }, "probability": 0.5, "during": [1.0, 10.0] },
      { "agents": { "first": 4 }, "add": { "kind": "constant", "value": 2.0 }, "probability": 1.0 },
      { "agents": "all", "add": { "kind": "constant", "value": 3600.0 }, "probability": 1.0 } ] })"));
}

TEST_CASE("absent optionals are left out of the echo, defaults are not") {
  CHECK(echo_of(with("\"name\": \"x\"")) == Json::parse(R"({
    "name": "x", "seed": 1, "verbose": false, "step": 0.5, "memory": 1024.0, "wait": 0.0,
    "metrics": ["consensus_error"], "limits": { "rounds": 10 },
    "topology": { "kind": "grid", "rows": 2, "columns": 3 } })"));
}

TEST_CASE("an echo reads back to the same echo") {
  for (const std::string& text : {full_text, with("\"name\": \"x\"")}) {
    const Json once = echo_of(text);
    CHECK(echo_of(once.dump()).dump() == once.dump());
  }
}

TEST_CASE("doubles survive the echo bit by bit") {
  for (const double value : {0.1, 1.0 / 3, 5e-324, 0.9999999999999999}) {
    const Json once = echo_of(with("\"step\": " + Json(value).dump()));
    CHECK(Json::parse(once.dump())["step"].get<double>() == value);
  }
}

TEST_CASE("values that JSON cannot say are left out of the echo") {
  double infinite = unbounded, nothing = std::numeric_limits<double>::quiet_NaN();
  const Json object = echo([&](Fields& f) {
    f.real("infinite", infinite, any_number, "");
    f.measure("nothing", nothing, Unit::duration, any_number, "");
  });
  CHECK(object == Json::object());
}
