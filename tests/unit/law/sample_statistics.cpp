// Intervals against closed forms of Student's t with 1 and 2 degrees of freedom and of χ² with 2, and against
// their coverage.
#include "sim/law/sample_statistics.hpp"

#include <cmath>

#include "core/base/random.hpp"
#include "tests/support/catch.hpp"

using namespace taubar;
using law::sample_statistics;

namespace {

constexpr double pi = 3.14159265358979323846;

}  // namespace

TEST_CASE("5 values have mean 6, deviation √10, median 5 and range 3 to 11, in any order") {
  for (const std::vector<double>& values : {std::vector<double>{3, 4, 5, 7, 11}, {11, 3, 7, 5, 4}}) {
    const auto s = sample_statistics(values);
    CHECK(s.count == 5);
    CHECK(s.mean == Approx(6));
    CHECK(*s.deviation == Approx(std::sqrt(10.0)));
    CHECK(s.median == 5);
    CHECK(s.least == 3);
    CHECK(s.greatest == 11);
  }
  CHECK(sample_statistics({1, 2, 4, 100}).median == 3);
}

TEST_CASE(
    "the 95 % interval of the mean of 2 values has half width tan(0.475 π) s/√2, of 3 values 0.95 "
    "√(2/0.0975) s/√3") {
  const auto two = sample_statistics({1, 4});
  const double s_2 = 3 / std::sqrt(2.0);
  CHECK(*two.half_width() == Approx(std::tan(0.475 * pi) * s_2 / std::sqrt(2.0)).epsilon(1e-12));
  CHECK(two.of_mean->low + two.of_mean->high == Approx(5).epsilon(1e-12));
  const auto three = sample_statistics({1, 2, 6});
  CHECK(*three.half_width() ==
        Approx(0.95 * std::sqrt(2 / 0.0975) * std::sqrt(7.0) / std::sqrt(3.0)).epsilon(1e-12));
  const auto narrower = sample_statistics({1, 2, 6}, 0.9);
  CHECK(*narrower.half_width() ==
        Approx(0.9 * std::sqrt(2 / 0.19) * std::sqrt(7.0) / std::sqrt(3.0)).epsilon(1e-12));
}

TEST_CASE(
    "the 95 % interval of the variance of 3 values with Σ (x − mean)² = 14 is 14/(−2 ln 0.025) to 14/(−2 ln "
    "0.975)") {
  const auto s = sample_statistics({1, 2, 6});
  CHECK(s.of_variance->low == Approx(14 / (-2 * std::log(0.025))).epsilon(1e-12));
  CHECK(s.of_variance->high == Approx(14 / (-2 * std::log(0.975))).epsilon(1e-12));
}

TEST_CASE(
    "3 equal values have exactly their mean and intervals of width 0; 1 value has none; 0 values have NaN") {
  const auto equal = sample_statistics({0.1, 0.1, 0.1});
  CHECK(equal.mean == 0.1);
  CHECK(*equal.deviation == 0);
  CHECK(equal.of_mean->low == 0.1);
  CHECK(equal.of_mean->high == 0.1);
  const auto one = sample_statistics({7});
  CHECK(one.mean == 7);
  CHECK(one.median == 7);
  CHECK(!one.deviation);
  CHECK(!one.of_mean);
  CHECK(!one.of_variance);
  CHECK(!one.half_width());
  const auto none = sample_statistics({});
  CHECK(none.count == 0);
  CHECK(std::isnan(none.mean));
}

TEST_CASE("of 10,000 samples of 4 normal numbers, 95 % of the intervals hold mean 3 and variance 4") {
  // Binomial: 4 standard deviations of 0.00218 on each side, false alarms in 6 of 100,000 seeds for each of
  // the two.
  int hold_mean = 0, hold_variance = 0;
  for (std::uint64_t sample = 0; sample < 10'000; ++sample) {
    Stream stream(11, Purpose::test, sample);
    std::vector<double> values;
    for (int i = 0; i < 4; ++i) values.push_back(3 + 2 * stream.normal());
    const auto s = sample_statistics(values);
    hold_mean += s.of_mean->low <= 3 && 3 <= s.of_mean->high;
    hold_variance += s.of_variance->low <= 4 && 4 <= s.of_variance->high;
  }
  CHECK(std::abs(hold_mean / 1e4 - 0.95) < 0.0088);
  CHECK(std::abs(hold_variance / 1e4 - 0.95) < 0.0088);
}
