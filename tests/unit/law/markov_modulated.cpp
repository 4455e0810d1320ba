#include "core/base/error.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/law/kolmogorov.hpp"
#include "tests/unit/law/read.hpp"

using namespace taubar;

namespace {

constexpr std::size_t owners = 100000;

/// One draw for each of `count` owners at an instant.
std::vector<double> draws_at(law::Law& law, double seconds, std::uint64_t name, std::size_t count) {
  std::uint64_t key = 0;
  return test::draw(count, name, [&](double u) { return law.quantile_at(u, from_seconds(seconds), key++); });
}

}  // namespace

TEST_CASE(
    "at 0 s, 0.7 s, 40 s and 3 days the draws of 20,000 owners (2,000 for 3 days) keep to the stationary law "
    "(KS, "
    "9.3e-7 "
    "each)") {
  for (const std::string text : {R"({"kind": "markov_modulated", "states": [
             {"hold": {"kind": "exponential", "mean": 10}, "time": {"kind": "exponential", "mean": 0.001}},
             {"hold": 1, "time": {"kind": "uniform", "low": 0.01, "high": 0.03}}]})",
                                 R"({"kind": "markov_modulated", "states": [
             {"hold": {"kind": "gamma", "shape": 0.5, "mean": 1}, "time": 1},
             {"hold": {"kind": "pareto", "shape": 1.5, "minimum": 0.5}, "time": {"kind": "uniform", "low": 2, "high": 3}},
             {"hold": {"kind": "uniform", "low": 0, "high": 4}, "time": {"kind": "exponential", "mean": 5}}]})"}) {
    const auto law = test::law(text);
    std::uint64_t name = 0;
    for (double seconds : {0.0, 0.7, 40.0, 259200.0}) {
      CAPTURE(text, seconds);
      const auto draws = draws_at(*law, seconds, 5000 + name++, seconds < 100 ? 20000 : 2000);
      CHECK(test::kolmogorov_distance(draws, [&](double x) { return law->cdf(x); }) < test::one_in_a_million);
    }
  }
}

TEST_CASE("mean and cdf weigh the states by their mean holds: 10 s of 1 and 30 s of 2 give 1.75") {
  const auto law = test::law(R"({"kind": "markov_modulated", "states": [
      {"hold": {"kind": "exponential", "mean": 10}, "time": 1}, {"hold": {"kind": "uniform", "low": 20, "high": 40}, "time": 2}]})");
  CHECK(law->mean() == Approx(1.75));
  CHECK(law->cdf(1) == Approx(0.25));
  CHECK(law->support().low == 1);
  CHECK(law->support().high == 2);
  CHECK(law->depends_on_time());
}

TEST_CASE("with constant holds of 3 s and 5 s an owner's states change every 3 s and 5 s to the nanosecond") {
  const std::string text =
      R"({"kind": "markov_modulated", "states": [{"hold": 3, "time": 1}, {"hold": 5, "time": 2}]})";
  for (std::uint64_t key = 0; key < 20; ++key) {
    // The first change, by bisection with a fresh law for each question: instants of one owner do not
    // decrease.
    const double first = test::law(text)->quantile_at(0.5, 0, key);
    Time low = 0, high = 5'000'000'000;
    const auto changed_by = [&](Time t) {
      const auto law = test::law(text);
      const bool within_one_state = t <= (first == 1 ? 3'000'000'000 : 5'000'000'000);
      return !within_one_state || law->quantile_at(0.5, t, key) != first;
    };
    while (high - low > 1) (changed_by((low + high) / 2) ? high : low) = (low + high) / 2;
    const auto law = test::law(text);
    double state = 3 - first;
    Time change = high;
    for (int cycle = 0; cycle < 50; ++cycle) {
      REQUIRE(law->quantile_at(0.5, change - 1, key) == 3 - state);
      REQUIRE(law->quantile_at(0.5, change, key) == state);
      change += state == 1 ? 3'000'000'000 : 5'000'000'000;
      state = 3 - state;
    }
  }
}

TEST_CASE(
    "a hold on [1 s, 3 s] is over within its first 0.5 s of observation with probability 1/4, within 5 "
    "deviations") {
  // P(rest <= x) = E min(hold, x)/E hold = x/2 for x <= 1
  const auto law = test::law(R"({"kind": "markov_modulated", "states": [
      {"hold": {"kind": "uniform", "low": 1, "high": 3}, "time": 1}, {"hold": {"kind": "uniform", "low": 1, "high": 3}, "time": 2}]})");
  double changed = 0;
  for (std::uint64_t key = 0; key < owners; ++key) {
    const double before = law->quantile_at(0.5, 0, key);
    changed += law->quantile_at(0.5, from_seconds(0.5), key) != before;
  }
  CHECK(std::fabs(changed / owners - 0.25) < 5 * std::sqrt(0.25 * 0.75 / owners));
}

TEST_CASE(
    "an owner's share of time in each state over 100,000 s is that of the mean holds, within 5 deviations") {
  const auto law = test::law(R"({"kind": "markov_modulated", "states": [
      {"hold": {"kind": "exponential", "mean": 9}, "time": 0}, {"hold": {"kind": "exponential", "mean": 1}, "time": 1}]})");
  double slow = 0;
  constexpr int samples = 200000;
  for (int i = 0; i < samples; ++i) slow += law->quantile_at(0.5, from_seconds(0.5 * i), 4);
  // Occupation of a two-state chain: variance 2 p q c/T with correlation time c = 1/(1/9 + 1); sampling adds
  // less.
  CHECK(std::fabs(slow / samples - 0.1) < 5 * std::sqrt(2 * 0.1 * 0.9 * 0.9 / 1e5));
}

TEST_CASE("an owner's course does not depend on how often it is asked, nor on other owners") {
  const auto spec = test::law_spec(law::laws().any().find("markov_modulated")->example.data());
  const auto often = spec->build(9), seldom = spec->build(9);
  for (int i = 0; i <= 100000; ++i) {
    const Time now = from_seconds(0.01 * i);
    if (i % 3 == 0) often->quantile_at(0.3, now, 8);
    const double value = often->quantile_at(0.5, now, 7);
    if (i % 5000 == 0) REQUIRE(seldom->quantile_at(0.5, now, 7) == value);
  }
}

TEST_CASE("a year of states of 1 us each is passed over at once, and the state after it is stationary") {
  const auto law = test::law(R"({"kind": "markov_modulated", "states": [
      {"hold": "1us", "time": 1}, {"hold": {"kind": "exponential", "mean": "3us"}, "time": 2}]})");
  double slow = 0;
  constexpr int few = 4000;
  for (std::uint64_t key = 0; key < few; ++key) {
    law->quantile_at(0.5, 0, key);
    slow += law->quantile_at(0.5, from_seconds(3e7), key) == 2;
  }
  CHECK(std::fabs(slow / few - 0.75) < 5 * std::sqrt(0.75 * 0.25 / few));
}

TEST_CASE("two markov_modulated components of one mixture have courses of their own") {
  const std::string half =
      R"({"kind": "markov_modulated", "states": [{"hold": 1, "time": 0}, {"hold": 1, "time": 1}]})";
  const auto law =
      test::law(R"({"kind": "mixture", "weights": [1, 1], "components": [)" + half + ", " + half + "]}");
  CHECK(law->depends_on_time());
  int agree = 0;
  constexpr int few = 4000;
  for (std::uint64_t key = 0; key < few; ++key)
    agree += law->quantile_at(0.25, 0, key) == law->quantile_at(0.75, 0, key);
  CHECK(std::fabs(agree / double(few) - 0.5) < 5 * std::sqrt(0.25 / few));
}

TEST_CASE(
    "holds that last no time on average, for ever on average, or that are markov_modulated are errors, all "
    "named") {
  const auto spec = test::law_spec(R"({"kind": "markov_modulated", "states": [
      {"hold": 0, "time": 1}, {"hold": {"kind": "pareto", "shape": 1, "minimum": 1}, "time": 1},
      {"hold": {"kind": "markov_modulated", "states": [{"hold": 1, "time": 1}]}, "time": 1}, {"hold": 1, "time": 1}]})");
  try {
    spec->build(1);
    FAIL("accepted");
  } catch (const InputError& error) {
    REQUIRE(error.complaints().size() == 3);
    CHECK(error.complaints()[0].find("state 0") != std::string::npos);
    CHECK(error.complaints()[1].find("state 1") != std::string::npos);
    CHECK(error.complaints()[2].find("state 2") != std::string::npos);
  }
}

TEST_CASE("states whose hold is 0 half of the time do not stop the course") {
  const auto law = test::law(R"({"kind": "markov_modulated", "states": [
      {"hold": {"kind": "empirical", "samples": [0, 2]}, "time": 1}, {"hold": {"kind": "empirical", "samples": [0, 0, 0, 4]}, "time": 2}]})");
  double slow = 0;
  for (std::uint64_t key = 0; key < owners; ++key) slow += law->quantile_at(0.5, from_seconds(33), key) == 2;
  CHECK(std::fabs(slow / owners - 0.5) < 5 * std::sqrt(0.25 / owners));
}
