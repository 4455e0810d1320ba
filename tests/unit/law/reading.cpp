#include "core/base/error.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/law/read.hpp"

using namespace taubar;

namespace {

/// Whether reading the law complains, once, at the pointer and with the words.
bool refuses(const std::string& json, const std::string& pointer, const std::string& words,
             config::Unit unit = config::Unit::duration) {
  try {
    test::law_spec(json, unit);
  } catch (const InputError& error) {
    UNSCOPED_INFO(error.what());
    return error.complaints().size() == 1 &&
           std::string(error.what()).find(pointer + ":") != std::string::npos &&
           std::string(error.what()).find(words) != std::string::npos;
  }
  return false;
}

}  // namespace

TEST_CASE("every parameter out of range is refused at its place") {
  CHECK(refuses("-1", "/law", ""));
  CHECK(refuses(R"({"kind": "uniform", "low": 2, "high": 1})", "/law/high", "high >= low"));
  CHECK(refuses(R"({"kind": "exponential", "mean": 0})", "/law/mean", ""));
  CHECK(refuses(R"({"kind": "exponential"})", "/law/mean", "required"));
  CHECK(refuses(R"({"kind": "shifted_exponential", "shift": -1, "mean": 1})", "/law/shift", ""));
  CHECK(refuses(R"({"kind": "gamma", "shape": 0.001, "mean": 1})", "/law/shape", "0.01"));
  CHECK(refuses(R"({"kind": "lognormal", "median": 1, "sigma": 11})", "/law/sigma", "10"));
  CHECK(refuses(R"({"kind": "lognormal", "median": 1, "sigma": 0})", "/law/sigma", ""));
  CHECK(refuses(R"({"kind": "weibull", "shape": 0, "scale": 1})", "/law/shape", ""));
  CHECK(refuses(R"({"kind": "pareto", "shape": 1, "minimum": 0})", "/law/minimum", ""));
  CHECK(refuses(R"({"kind": "mixture", "weights": [1], "components": [1, 2]})", "/law/weights", "as many"));
  CHECK(
      refuses(R"({"kind": "mixture", "weights": [0, 0], "components": [1, 2]})", "/law/weights", "positive"));
  CHECK(refuses(R"({"kind": "mixture", "weights": [], "components": []})", "/law/weights", "at least one"));
  CHECK(refuses(
      R"({"kind": "mixture", "weights": [1, 1], "components": [1, {"kind": "exponential", "mean": -1}]})",
      "/law/components/1/mean", ""));
  CHECK(refuses(R"({"kind": "markov_modulated", "states": []})", "/law/states", "at least one"));
  CHECK(refuses(R"({"kind": "empirical"})", "/law", "file or samples"));
  CHECK(refuses(R"({"kind": "empirical", "samples": [1, -1]})", "/law/samples/1", ""));
  CHECK(refuses(R"({"kind": "exponential", "mean": 1, "clip": {}})", "/law/clip", "without bounds"));
  CHECK(
      refuses(R"({"kind": "exponential", "mean": 1, "clip": {"low": 2, "high": 1}})", "/law/clip/high", ""));
}

TEST_CASE(
    "quantities take a unit as durations and refuse it as plain numbers, down to nested laws and clips") {
  const std::string nested = R"({"kind": "markov_modulated", "states": [{"hold": "1min", "time":
      {"kind": "mixture", "weights": [1, 1], "components": ["3ms", {"kind": "exponential", "mean": 5, "clip": {"high": "7ms"}}]}}]})";
  CHECK(test::law(nested)->support().high == Approx(0.007));
  try {
    test::law_spec(nested, config::Unit::number);
    FAIL("accepted");
  } catch (const InputError& error) {
    REQUIRE(error.complaints().size() == 2);
    CHECK(error.complaints()[0].find("/law/states/0/time/components/0") != std::string::npos);
    CHECK(error.complaints()[1].find("/law/states/0/time/components/1/clip/high") != std::string::npos);
  }
}

TEST_CASE("every example of the catalogue reads back from its own echo as the same law") {
  for (const auto& entry : law::laws().any().entries) {
    CAPTURE(entry.name);
    auto spec = test::law_spec(std::string(entry.example));
    auto echo = config::echo([&](config::Fields& f) {
      f.choice("law", spec, law::laws(), "", config::required, config::Unit::duration);
    });
    const auto law = spec->build(3), again = test::law_spec(echo["law"].dump())->build(3);
    for (double u : {0.01, 0.3, 0.5, 0.77, 0.999}) CHECK(law->quantile(u) == again->quantile(u));
    CHECK(law->mean() == again->mean());
  }
}
