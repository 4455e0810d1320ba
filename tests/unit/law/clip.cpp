#include "tests/support/catch.hpp"
#include "tests/unit/law/read.hpp"

using namespace taubar;

TEST_CASE(
    "an exponential law of mean 1 clipped to [0.5, 2] has atoms 1 - e^-0.5 and e^-2 and mean 0.5 + e^-0.5 - "
    "e^-2") {
  const auto law = test::law(R"({"kind": "exponential", "mean": 1, "clip": {"low": 0.5, "high": 2}})");
  CHECK(law->support().low == 0.5);
  CHECK(law->support().high == 2);
  CHECK(law->mean() == Approx(0.5 + std::exp(-0.5) - std::exp(-2)).epsilon(1e-14));
  CHECK(law->cdf(std::nextafter(0.5, 0)) == 0);
  CHECK(law->cdf(0.5) == Approx(1 - std::exp(-0.5)).epsilon(1e-14));
  CHECK(law->cdf(std::nextafter(2.0, 0)) == Approx(1 - std::exp(-2)).epsilon(1e-12));
  CHECK(law->cdf(2) == 1);
  CHECK(law->quantile(0.3) == 0.5);
  CHECK(law->quantile(0.5) == Approx(std::log(2)));
  CHECK(law->quantile(0.9) == 2);
}

TEST_CASE("pareto of shape 1/2 has no mean; clipped at 9 times its minimum m the mean is 5 m") {
  // m + ∫_m^{9m} √(m/t) dt = m + 2 (3 − 1) m
  CHECK(test::law(R"({"kind": "pareto", "shape": 0.5, "minimum": 2, "clip": {"high": 18}})")->mean() ==
        Approx(10));
}

TEST_CASE("a clip with a lower bound alone adds low - E min(X, low) to the mean") {
  const auto law = test::law(R"({"kind": "uniform", "low": 0, "high": 2, "clip": {"low": 1}})");
  CHECK(law->mean() == Approx(1.25));
  CHECK(law->support().low == 1);
  CHECK(law->support().high == 2);
}

TEST_CASE(
    "a clip beyond the support leaves one point: uniform on [1, 2] clipped from 3 on is the constant 3") {
  const auto law = test::law(R"({"kind": "uniform", "low": 1, "high": 2, "clip": {"low": 3}})");
  CHECK(law->quantile(0.4) == 3);
  CHECK(law->mean() == 3);
  CHECK(law->support().low == law->support().high);
}

TEST_CASE("a clipped constant moves to the bound, and a clip of markov_modulated still follows its states") {
  CHECK(test::law(R"({"kind": "constant", "value": 7, "clip": {"high": 5}})")->quantile(0.5) == 5);
  const auto law =
      test::law(R"({"kind": "markov_modulated", "states": [{"hold": 1, "time": 2}, {"hold": 1, "time": 9}],
                                 "clip": {"high": 4}})");
  CHECK(law->depends_on_time());
  const double first = law->quantile_at(0.5, 0, 3), then = law->quantile_at(0.5, from_seconds(1), 3);
  CHECK(std::min(first, then) == 2);
  CHECK(std::max(first, then) == 4);
}
