#include "core/base/math.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include "core/base/random.hpp"
#include "core/base/time.hpp"
#include "tests/support/catch.hpp"

using namespace taubar;

namespace {
double relative_error(double value, long double truth) {
  return truth == 0 ? std::abs(value) : static_cast<double>(std::abs((value - truth) / truth));
}
}  // namespace

TEST_CASE("exp agrees with the C library's long double to 4e-16 on 200,000 points of [-700, 700]") {
  Stream stream(1, Purpose::test);
  double worst = 0;
  for (int i = 0; i < 200000; ++i) {
    const double x = -700 + 1400 * stream.uniform();
    worst = std::max(worst, relative_error(math::exp(x), std::exp(static_cast<long double>(x))));
  }
  CHECK(worst < 4e-16);
  CHECK(math::exp(0.0) == 1.0);
  CHECK(math::exp(-1e4) == 0.0);
  CHECK(std::isinf(math::exp(710.0)));
  CHECK(math::exp(-740.0) == Approx(std::exp(-740.0)).epsilon(0.1));
}

TEST_CASE("log agrees with the C library's long double to 4e-16 from 1e-300 to 1e300 and around 1") {
  Stream stream(2, Purpose::test);
  double worst = 0;
  for (int i = 0; i < 200000; ++i) {
    const double x = std::pow(10.0, -300 + 600 * stream.uniform());
    worst = std::max(worst, relative_error(math::log(x), std::log(static_cast<long double>(x))));
    const double near = 1 + (stream.uniform() - 0.5) * std::pow(10.0, -12 * stream.uniform());
    worst = std::max(worst, relative_error(math::log(near), std::log(static_cast<long double>(near))));
  }
  CHECK(worst < 4e-16);
  CHECK(math::log(1.0) == 0.0);
  CHECK(math::log(5e-324) == Approx(-744.4400719213812));
  CHECK(std::isinf(math::log(0.0)));
  CHECK(std::isnan(math::log(-1.0)));
  CHECK(math::log10(1e-200) == Approx(-200).epsilon(1e-15));
  CHECK(math::log10(math::exp(math::log_10)) == Approx(1).epsilon(1e-15));
}

TEST_CASE("log1p and expm1 keep their digits near 0") {
  Stream stream(3, Purpose::test);
  double worst = 0;
  for (int i = 0; i < 100000; ++i) {
    const double x = (stream.uniform() - 0.5) * std::pow(10.0, -14 * stream.uniform());
    worst = std::max(worst, relative_error(math::log1p(x), std::log1p(static_cast<long double>(x))));
    worst = std::max(worst, relative_error(math::expm1(x), std::expm1(static_cast<long double>(x))));
  }
  CHECK(worst < 1e-15);
}

TEST_CASE("tanh agrees with long double to 1e-15 from 1e-12 to 30, and is odd and 1 beyond") {
  Stream stream(5, Purpose::test);
  double worst = 0;
  for (int i = 0; i < 100000; ++i) {
    const double near = (stream.uniform() - 0.5) * std::pow(10.0, -12 * stream.uniform());
    const double far = -3 + 6 * stream.uniform();
    worst = std::max(worst, relative_error(math::tanh(near), std::tanh(static_cast<long double>(near))));
    worst = std::max(worst, relative_error(math::tanh(far), std::tanh(static_cast<long double>(far))));
  }
  CHECK(worst < 1e-15);
  CHECK(math::tanh(30.0) == 1.0);
  CHECK(math::tanh(-1e300) == -1.0);
  CHECK(math::tanh(-0.7) == -math::tanh(0.7));
  CHECK(std::isnan(math::tanh(std::nan(""))));
}

TEST_CASE("sin and cos agree with long double to 1e-15 on [-1e6, 1e6], near multiples of π/2 to 1e-15 of themselves") {
  Stream stream(6, Purpose::test);
  double worst = 0, relative = 0;
  for (int i = 0; i < 100000; ++i) {
    const double x = (2 * stream.uniform() - 1) * std::pow(10.0, 6 - 12 * stream.uniform());
    worst = std::max(worst, static_cast<double>(std::abs(math::sin(x) - std::sin(static_cast<long double>(x)))));
    worst = std::max(worst, static_cast<double>(std::abs(math::cos(x) - std::cos(static_cast<long double>(x)))));
    const double near = 1.5707963267948966 * static_cast<double>(stream.below(600000));
    relative = std::max(relative, relative_error(math::sin(near), std::sin(static_cast<long double>(near))));
    relative = std::max(relative, relative_error(math::cos(near), std::cos(static_cast<long double>(near))));
  }
  CHECK(worst < 1e-15);
  CHECK(relative < 1e-15);
  CHECK(math::sin(0.0) == 0.0);
  CHECK(math::cos(0.0) == 1.0);
  CHECK(std::abs(math::sin(1e15) - static_cast<double>(std::sin(1e15L))) < 0.1);
  CHECK(std::isnan(math::cos(std::numeric_limits<double>::infinity())));
}

TEST_CASE("pow is exact for small integers and agrees with long double elsewhere") {
  CHECK(math::pow(3.0, 4) == 81.0);
  CHECK(math::pow(2.0, -3) == 0.125);
  CHECK(math::pow(0.0, 0.5) == 0.0);
  Stream stream(4, Purpose::test);
  double worst = 0;
  for (int i = 0; i < 100000; ++i) {
    const double x = 1e-3 + 1e3 * stream.uniform(), y = -2 + 4 * stream.uniform();
    worst = std::max(worst, relative_error(math::pow(x, y), std::pow(static_cast<long double>(x), y)));
  }
  CHECK(worst < 5e-15);
}

TEST_CASE("the normal quantile inverts Φ to 1e-14 relative from p = 1e-300 to 1 - 1e-12") {
  for (double exponent = -300; exponent < -0.31; exponent += 0.37) {
    const double p = std::pow(10.0, exponent);
    const long double x = math::normal_quantile(p);
    const long double phi = 0.5L * std::erfc(-x / std::sqrt(2.0L));
    // dΦ/Φ = x·dx for large |x|: an error of 1e-15 in x shows as |x|²·1e-15 here.
    CHECK(relative_error(p, phi) < 1e-14 * (1 + static_cast<double>(x * x)));
  }
  CHECK(math::normal_quantile(0.5) == 0.0);
  CHECK(math::normal_quantile(0.975) == Approx(1.959963984540054).epsilon(1e-14));
  CHECK(math::normal_quantile(1 - 1e-12) == Approx(-math::normal_quantile(1e-12)).epsilon(1e-5));
}

TEST_CASE("seconds become nanoseconds by rounding and saturate instead of overflowing") {
  CHECK(from_seconds(0.25) == 250'000'000);
  CHECK(from_seconds(1e-9) == 1);
  CHECK(from_seconds(1e300) == Duration{1} << 62);
  CHECK(to_seconds(from_seconds(1.5)) == 1.5);
}

TEST_CASE("normal quantiles of 1,001 probabilities in place have the bits of those one by one, from 1e-300 to 1 − 2^−53") {
  std::vector<double> p;
  for (int j = 1; j < 1000; ++j) p.push_back(j / 1000.0);
  p.push_back(1e-300);
  p.push_back(1 - 0x1p-53);
  auto all = p;
  math::normal_quantiles(all);
  for (std::size_t j = 0; j < p.size(); ++j) CHECK(all[j] == math::normal_quantile(p[j]));
}
