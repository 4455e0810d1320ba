// Covariances against a closed form, and the coverage of their intervals.
#include "sim/law/sample_covariance.hpp"

#include <cmath>

#include "core/base/random.hpp"
#include "tests/support/catch.hpp"

using namespace taubar;

TEST_CASE("3 points (0, 0), (1, 2), (2, 1) have mean (1, 1), variances 1 and 1 and covariance 1/2") {
  const auto s = law::sample_covariance({{0, 0}, {1, 2}, {2, 1}});
  CHECK(s.count == 3);
  CHECK(s.mean == std::vector<double>{1, 1});
  CHECK(s.lower[0][0] == Approx(1));
  CHECK(s.lower[1][1] == Approx(1));
  CHECK(s.lower[1][0] == Approx(0.5));
  // t(.975; 2) = 4.30265
  CHECK(s.intervals[1][0].high == Approx(0.5 + 4.30265 * std::sqrt(1.25 / 2)).epsilon(1e-5));
}

TEST_CASE("the 95 % interval of a covariance of 0.6 of 30 normal pairs holds it in 93 to 97 of 100 samples") {
  int held = 0;
  for (std::uint64_t trial = 0; trial < 2000; ++trial) {
    Stream random(1, Purpose::test, trial);
    std::vector<std::vector<double>> sample;
    for (int r = 0; r < 30; ++r) {
      const double a = random.normal(), b = 0.6 * a + 0.8 * random.normal();
      sample.push_back({a, b});
    }
    const auto interval = law::sample_covariance(sample).intervals[1][0];
    held += interval.low < 0.6 && 0.6 < interval.high;
  }
  CHECK((held > 1860 && held < 1940));
}
