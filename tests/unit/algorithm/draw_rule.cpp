// When draws are taken, as a scenario says it.
#include "core/algorithm/draw_rule.hpp"

#include "core/base/error.hpp"
#include "core/config/reader.hpp"
#include "tests/support/catch.hpp"

using namespace taubar;
using algorithm::DrawsSpec;
using Clock = trace::DrawRule::Clock;

namespace {

trace::DrawRule draw_rule(const std::string& json) {
  DrawsSpec spec;
  config::read(config::Document::parse(json, "test.json"), [&](config::Fields& f) { spec.fields(f); });
  return spec.rule();
}

}  // namespace

TEST_CASE("draws are taken after every own update and 1,000 are kept, unless a scenario says more") {
  const auto rule = draw_rule("{}");
  CHECK(rule.clock == Clock::updates);
  CHECK(rule.every == 1);
  CHECK(rule.burn_in == 0);
  CHECK(rule.keep == 1000);
}

TEST_CASE("draws are counted in updates, or in nanoseconds of virtual time") {
  const auto updates = draw_rule(R"({"every": 10, "burn_in": 2000, "keep": 64})");
  CHECK(updates.every == 10);
  CHECK(updates.burn_in == 2000);
  CHECK(updates.keep == 64);
  const auto time = draw_rule(R"({"clock": "time", "every": "5ms", "burn_in": 2})");
  CHECK(time.clock == Clock::time);
  CHECK(time.every == 5'000'000);
  CHECK(time.burn_in == 2'000'000'000);
  CHECK(draw_rule(R"({"clock": "time", "every": 1e-12})").every == 1);
}

TEST_CASE("half an update, an odd number of draws to keep and a clock without a duration are refused") {
  for (const char* json : {R"({"every": "5ms"})", R"({"every": 0})", R"({"burn_in": 0.5})", R"({"burn_in": -1})", R"({"every": 1e300})",
                           R"({"keep": 999})", R"({"keep": 0})", R"({"clock": "time"})", R"({"clock": "sun"})"}) {
    INFO(json);
    CHECK_THROWS_AS(draw_rule(json), InputError);
  }
}
