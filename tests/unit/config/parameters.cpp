#include "tests/support/catch.hpp"
#include "tests/unit/config/example.hpp"

using namespace example;

namespace {

ParameterDoc row(const std::string& name) {
  Scenario scenario;
  for (const auto& parameter : parameters([&](Fields& f) { scenario.fields(f); }))
    if (parameter.name == name) return parameter;
  FAIL("no parameter " + name);
  return {};
}

}  // namespace

TEST_CASE("parameters show type, range, default and meaning") {
  const auto step = row("step");
  CHECK(step.type == "number");
  CHECK(step.range == "greater than 0 and at most 1");
  CHECK(step.default_value == "0.5");
  CHECK(step.doc == "step size");
  CHECK_FALSE(step.required);
  CHECK(row("memory").default_value == "1KiB");
  CHECK(row("memory").range == "at least 1B");
  CHECK(row("bandwidth").type == "rate");
  CHECK(row("bandwidth").default_value.empty());
  CHECK(row("order").range == "unordered, fifo");
  CHECK(row("metrics").default_value == R"(["consensus_error"])");
  CHECK(row("topology").type == "topology");
  CHECK(row("topology").required);
  CHECK(row("latency").type == "law of durations");
  CHECK(row("factor").type == "law");
}

TEST_CASE("parameters of nested objects and lists carry the path") {
  CHECK(row("limits.rounds").range == "from 1 to 100");
  CHECK(row("limits.rounds").default_value == "10");
  CHECK(row("clip.low").type == "quantity");
  CHECK(row("clip").type == "object");
  CHECK(row("every").type == "object, or its virtual_time");
  CHECK(row("stragglers[].agents").default_value == "\"all\"");
  CHECK(row("stragglers[].probability").default_value == "1");
}

TEST_CASE("a required parameter has no default") {
  Uniform law;
  for (const auto& parameter : parameters([&](Fields& f) { law.fields(f); }))
    if (parameter.name == "high") {
      CHECK(parameter.required);
      CHECK(parameter.default_value.empty());
    }
}
