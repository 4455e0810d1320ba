// exp, log, power, tanh, sine, cosine and the normal quantile from + − × ÷ √ only, so that they give the same bits on every
// machine: the C library's change with the CPU's features and with its version.
//
// log: x = 2^k m with m in [√½, √2), s = (m−1)/(m+1), log m = 2 artanh s = 2 Σ s^(2j+1)/(2j+1), |s| <= 0.1716.
// exp: x = k log 2 + r with |r| <= ½ log 2, Taylor series of exp r to degree 13, times 2^k.
// Relative error below 4e-16 (tests/base: against long double).
#pragma once
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <span>

namespace taubar::math {

inline constexpr double log_2_high = 6.93147180369123816490e-01;  ///< leading 32 bits of log 2
inline constexpr double log_2_low = 1.90821492927058770002e-10;   ///< log 2 − log_2_high

/// 2^k for k in [−1022, 1023].
inline double power_of_two(int k) { return std::bit_cast<double>(static_cast<std::uint64_t>(k + 1023) << 52); }

/// e^x for any x; overflows to infinity, underflows through the subnormals to 0.
inline double exp(double x) {
  if (x != x) return x;
  if (x > 709.782712893384) return std::numeric_limits<double>::infinity();
  if (x < -745.2) return 0.0;
  const double turns = x * 1.4426950408889634;
  const int k = static_cast<int>(turns < 0 ? turns - 0.5 : turns + 0.5);
  const double r = (x - k * log_2_high) - k * log_2_low;
  const double r2 = r * r;
  // Estrin's grouping of Σ r^j / j!, j = 0 … 13: short chains, the same order everywhere.
  const double p01 = 1.0 + r;
  const double p23 = 0.5 + r * (1.0 / 6);
  const double p45 = 1.0 / 24 + r * (1.0 / 120);
  const double p67 = 1.0 / 720 + r * (1.0 / 5040);
  const double p89 = 1.0 / 40320 + r * (1.0 / 362880);
  const double pab = 1.0 / 3628800 + r * (1.0 / 39916800);
  const double pcd = 1.0 / 479001600 + r * (1.0 / 6227020800.0);
  const double r4 = r2 * r2;
  const double low = p23 * r2 + (p45 + p67 * r2) * r4;
  const double high = (p89 + pab * r2 + pcd * r4) * (r4 * r4);
  const double sum = p01 + (low + high);
  if (k >= -1021 && k <= 1022) return sum * power_of_two(k);
  const int half = k / 2;
  return sum * power_of_two(half) * power_of_two(k - half);
}

/// Natural logarithm for any x: log 0 = −∞, log of a negative number is NaN.
inline double log(double x) {
  constexpr std::uint64_t least_normal = 1ull << 52, infinite = 0x7FFull << 52;
  auto bits = std::bit_cast<std::uint64_t>(x);
  int k = 0;
  if (bits - least_normal >= infinite - least_normal) [[unlikely]] {
    if (x != x || x == std::numeric_limits<double>::infinity()) return x;
    if (x <= 0) return x == 0 ? -std::numeric_limits<double>::infinity() : std::numeric_limits<double>::quiet_NaN();
    bits = std::bit_cast<std::uint64_t>(x * 0x1p54);
    k = -54;
  }
  // The exponent is counted from √½ on, not tested: such a branch is taken at random, and costs more than the rest.
  constexpr std::uint64_t root_half = 0x3FE6A09E667F3BCEull;  // the least double above √2 / 2
  const auto turns = static_cast<std::int64_t>(bits - root_half) >> 52;
  const double m = std::bit_cast<double>(bits - (static_cast<std::uint64_t>(turns) << 52));
  k += static_cast<int>(turns);
  const double f = m - 1.0;  // exact
  const double s = f / (2.0 + f);
  const double z = s * s;
  const double z2 = z * z;
  const double z4 = z2 * z2;
  const double tail = (1.0 / 3 + z * (1.0 / 5)) + (1.0 / 7 + z * (1.0 / 9)) * z2 +
                      ((1.0 / 11 + z * (1.0 / 13)) + (1.0 / 15 + z * (1.0 / 17)) * z2 + (1.0 / 19 + z * (1.0 / 21)) * z4) * z4;
  // log(1+f) = 2s + 2s·z·tail = f − s·(f − 2·z·tail): the second form loses no digits of f.
  const double log_m = f - s * (f - 2.0 * z * tail);
  return k * log_2_high + (log_m + k * log_2_low);
}

inline constexpr double log_10 = 2.302585092994045684;  ///< log 10
/// Decimal logarithm; as log.
inline double log10(double x) { return log(x) / log_10; }

/// log(1+x), accurate for small |x|; x >= −1.
inline double log1p(double x) {
  const double u = 1.0 + x;
  if (u == 1.0) return x;
  if (u - 1.0 == x) return log(u);
  return log(u) + (x - (u - 1.0)) / u;  // first-order correction of what 1+x rounded away
}

/// e^x − 1, accurate for small |x|.
inline double expm1(double x) {
  if (x > -0.35 && x < 0.35) {
    double term = x, sum = x;
    for (int j = 2; j <= 16; ++j) {
      term *= x / j;
      sum += term;
    }
    return sum;
  }
  return exp(x) - 1.0;
}

/// Hyperbolic tangent: near 0 its continued fraction x/(1+x²/(3+x²/(5+…))) to the 13 (Lambert 1768), whose relative
/// error is x^14/(13!!² · 15), 1e-17 at 0.4; else 1 − 2/(e^(2|x|) + 1). Relative error below 1e-15.
inline double tanh(double x) {
  const double size = std::fabs(x);
  if (size < 0.4) {
    const double z = x * x;
    const double top = 135135 + z * (17325 + z * (378 + z));
    const double bottom = 135135 + z * (62370 + z * (3150 + z * 28));
    return x * (top / bottom);
  }
  const double result = 1.0 - 2.0 / (exp(2.0 * size) + 1.0);
  return x < 0 ? -result : result;  // of NaN: NaN
}

/// Sine and cosine of x radians. Up to |x| = 1e6 the quarter turns are taken off in three parts of π/2 (Cody, Waite, "Software
/// Manual for the Elementary Functions", 1980), error below 1e-15; beyond, a remainder by 2π first, with a phase error of
/// at most half a unit in the last place of x. NaN for infinities.
double sin(double x);
double cos(double x);

/// x^y for x >= 0. Integer |y| <= 64 by repeated multiplication, else exp(y log x)
/// (relative error then about |y log x| · 2e-16).
inline double pow(double x, double y) {
  if (y == static_cast<int>(y) && y >= -64 && y <= 64) {
    double result = 1.0, square = x;
    for (int n = y < 0 ? -static_cast<int>(y) : static_cast<int>(y); n > 0; n >>= 1) {
      if (n & 1) result *= square;
      square *= square;
    }
    return y < 0 ? 1.0 / result : result;
  }
  if (y == 0.5) return std::sqrt(x);
  if (x == 0) return y > 0 ? 0.0 : std::numeric_limits<double>::infinity();
  return exp(y * log(x));
}

/// The x with Φ(x) = p for p in (0, 1), by Wichura's rational approximation
/// (Applied Statistics 37, 1988, algorithm AS 241, PPND16); relative error about 1e-16.
double normal_quantile(double p);
/// The same of each value in place, with the same bits.
void normal_quantiles(std::span<double> p);

}  // namespace taubar::math
