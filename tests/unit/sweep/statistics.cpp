// Intervals against closed forms of Student's law, published tables and enumerations.
#include "sim/sweep/statistics.hpp"

#include <cmath>
#include <limits>

#include "core/base/math.hpp"
#include "core/base/random.hpp"
#include "tests/support/catch.hpp"

using namespace taubar;
using namespace taubar::sweep;

TEST_CASE("Welch's interval of 2 against 2 equal variances has 2 degrees of freedom, whose quantile is algebraic") {
  // t(p; 2) = (2p − 1) √(2 / (4p(1−p)))
  const double p = 0.975, t = (2 * p - 1) * std::sqrt(2 / (4 * p * (1 - p)));
  CHECK(t == Approx(4.302653).epsilon(1e-6));  // Student's table
  const auto interval = welch_interval({1, 3}, {11, 13}, 0.95);
  REQUIRE(interval);
  CHECK(interval->low == Approx(10 - t * std::sqrt(2.0)).epsilon(1e-9));
  CHECK(interval->high == Approx(10 + t * std::sqrt(2.0)).epsilon(1e-9));
}

TEST_CASE("Welch's interval of a sample against 2 equal values has the sample's degrees of freedom") {
  // t(p; 1) = tan(π(p − ½))
  const auto of_two = welch_interval({5, 5}, {1, 3}, 0.9);
  const double t_1 = std::tan(std::acos(-1.0) * 0.45);
  CHECK(of_two->low == Approx(-3 - t_1).epsilon(1e-9));
  CHECK(of_two->high == Approx(-3 + t_1).epsilon(1e-9));
  // t(0.9995; 4) = 8.6103 in Student's table; s² = 2.5
  const auto of_five = welch_interval({1, 2, 3, 4, 5}, {7, 7}, 0.999);
  CHECK(of_five->high - 4 == Approx(8.6103 * std::sqrt(0.5)).epsilon(1e-5));
}

TEST_CASE("Welch's interval takes two values a side, and has no width where neither side varies") {
  CHECK_FALSE(welch_interval({1}, {1, 2}, 0.95));
  CHECK_FALSE(welch_interval({1, 2}, {}, 0.95));
  const auto same = welch_interval({2, 2, 2}, {5, 5}, 0.95);
  CHECK(same->low == 3);
  CHECK(same->high == 3);
}

TEST_CASE("Welch's 90 % interval misses the difference in 10 of 100 of 2,000 pairs of normal samples of unequal variance") {
  Stream stream(11, Purpose::test);
  int missed = 0;
  for (int trial = 0; trial < 2000; ++trial) {
    std::vector<double> x, y;
    for (int i = 0; i < 5; ++i) x.push_back(stream.normal());
    for (int i = 0; i < 8; ++i) y.push_back(1 + 4 * stream.normal());
    const auto interval = welch_interval(x, y, 0.9);
    missed += interval->low > 1 || interval->high < 1;
  }
  CHECK(missed > 200 - 54);  // four standard deviations: √(2000 · 0.1 · 0.9) = 13.4
  CHECK(missed < 200 + 54);
}

TEST_CASE("the interval of a median takes 6 values at 95 % and 11 at 99.9 %, and ranks 6 and 15 of 20") {
  CHECK(least_for_median(0.95) == 6);    // 1 − 2/2⁶ = 0.969, 1 − 2/2⁵ = 0.938
  CHECK(least_for_median(0.999) == 11);  // 1 − 2/2¹¹ = 0.99902, 1 − 2/2¹⁰ = 0.998
  std::vector<double> twenty;
  for (int i = 20; i >= 1; --i) twenty.push_back(i);
  const auto interval = median_interval(twenty, twenty, 0.95);
  CHECK(interval->low == 6);
  CHECK(interval->high == 15);
  CHECK_FALSE(median_interval({1, 2, 3, 4, 5}, {1, 2, 3, 4, 5}, 0.95));
}

TEST_CASE("values of which only bounds are known widen the interval of the median on both sides") {
  const double inf = std::numeric_limits<double>::infinity();
  const auto interval = median_interval({1, 2, 3, 4, 5, -inf}, {1, 2, 3, 4, 5, inf}, 0.95);
  CHECK(interval->low == -inf);
  CHECK(interval->high == inf);
  CHECK(median_of_any({inf, 1, inf}) == inf);
  CHECK(median_of_any({1, inf}) == inf);
  CHECK(median_of_any({1, 4}) == 2.5);
}

TEST_CASE("Fisher's lady tasting tea: 3 of 4 against 1 of 4 is 34 of 70, all right is 2 of 70") {
  CHECK(fisher_probability(3, 4, 1, 4) == Approx(34.0 / 70).epsilon(1e-12));
  CHECK(fisher_probability(4, 4, 0, 4) == Approx(2.0 / 70).epsilon(1e-12));
  CHECK(fisher_probability(0, 5, 0, 3) == Approx(1).epsilon(1e-12));
  CHECK(fisher_probability(8, 8, 0, 8) == Approx(2.0 / 12870).epsilon(1e-12));
}
