#include "sim/law/incomplete_gamma.hpp"

#include <cmath>
#include <limits>

#include "core/base/math.hpp"

namespace taubar::law {
namespace {

constexpr double two_pi = 6.283185307179586477;
constexpr double half_log_two_pi = 0.91893853320467274178;
constexpr double beyond_all_shapes = 1e8;  ///< Q(a, x) < 1e-1000000 for larger x and every a of the domain

/// ln Γ(a+1) − ((a+½) ln a − a + ½ ln 2π): Stirling's series from 16 on, the recurrence of Γ below.
double stirling_error(double a) {
  double shift = 0;
  for (; a < 16; ++a) shift += (a + 0.5) * math::log1p(1 / a) - 1;
  const double r = 1 / (a * a);
  return shift + (1.0 / 12 - r * (1.0 / 360 - r * (1.0 / 1260 - r * (1.0 / 1680 - r * (1.0 / 1188))))) / a;
}

double log_gamma_of_successor(double a) {  // ln Γ(a+1)
  return (a + 0.5) * math::log(a) - a + half_log_two_pi + stirling_error(a);
}

/// t − 1 − ln t for t = x/a, without cancellation near t = 1: for t = 1 + d, ln t = 2 artanh s with s =
/// d/(2+d), and d − 2s = d s.
double deviance(double a, double x) {
  const double d = (x - a) / a;
  if (d < -0.3 || d > 0.3) return d - math::log(x / a);
  const double s = d / (2 + d), s2 = s * s;
  double power = s * s2, tail = 0;
  for (int j = 3; j < 30; j += 2, power *= s2) tail += power / j;
  return d * s - 2 * tail;
}

/// x^a e^(−x) / Γ(a+1).
double scale(double a, double x) {
  return math::exp(-a * deviance(a, x) - stirling_error(a)) / std::sqrt(two_pi * a);
}

/// P / scale = Σ_n x^n / ((a+1) … (a+n)), for x < a + 1.
double series(double a, double x) {
  double term = 1, sum = 1;
  for (double n = 1; term > 1e-17 * sum; ++n) {
    term *= x / (a + n);
    sum += term;
  }
  return sum;
}

/// Q / (a · scale) = 1/(x+1−a − 1(1−a)/(x+3−a − 2(2−a)/(x+5−a − …))), for x >= a + 1, by Lentz's method.
double continued_fraction(double a, double x) {
  double b = x + 1 - a;
  double ratio_top = std::numeric_limits<double>::infinity(), ratio_bottom = 1 / b;
  double value = ratio_bottom;
  for (double n = 1; n < 1e6; ++n) {
    const double numerator = -n * (n - a);
    b += 2;
    ratio_bottom = 1 / (b + numerator * ratio_bottom);
    ratio_top = b + numerator / ratio_top;
    const double change = ratio_bottom * ratio_top;
    value *= change;
    if (std::fabs(change - 1) < 4e-16) break;
  }
  return value;
}

/// Where x is small, P(a, x) = x^a / Γ(a+1) · (1 − a x/(a+1) + …): ln x to leading order, always below the
/// true one.
double log_of_small_quantile(double a, double u) { return (math::log(u) + log_gamma_of_successor(a)) / a; }

/// Wilson and Hilferty 1931: (X/a)^(1/3) is nearly normal with mean 1 − 1/(9a) and variance 1/(9a).
double first_guess(double a, double u) {
  const double root = 1 - 1 / (9 * a) + math::normal_quantile(u) / (3 * std::sqrt(a));
  if (a < 1 || root < 0.2) return math::exp(log_of_small_quantile(a, u));
  return a * root * root * root;
}

}  // namespace

double gamma_p(double a, double x) {
  if (x <= 0) return 0;
  if (x > beyond_all_shapes) return 1;
  return x < a + 1 ? scale(a, x) * series(a, x) : 1 - gamma_q(a, x);
}

double gamma_q(double a, double x) {
  if (x <= 0) return 1;
  if (x > beyond_all_shapes) return 0;
  return x < a + 1 ? 1 - gamma_p(a, x) : scale(a, x) * a * continued_fraction(a, x);
}

double gamma_p_inverse(double a, double u) {
  double x = first_guess(a, u);
  if (x < 1e-20) return x;  // the leading order is exact to all digits
  // Newton's method for ln(tail) as a function of ln x, which is nearly straight in both tails; kept in a
  // bracket.
  const bool lower = u <= 0.5;
  const double target = lower ? u : 1 - u;
  double low = 0, high = std::numeric_limits<double>::infinity();
  for (int round = 0; round < 100; ++round) {
    const double tail = lower ? gamma_p(a, x) : gamma_q(a, x);
    const double excess =
        lower ? math::log(tail / target) : -math::log(tail / target);  // > 0: x is too large
    (excess > 0 ? high : low) = x;
    const double step = excess * tail / (a * scale(a, x));
    double next = x * math::exp(-step);
    const bool inside = next > low && next < high;
    if (!inside) next = high == std::numeric_limits<double>::infinity() ? 2 * x : 0.5 * (low + high);
    if ((inside && std::fabs(step) < 1e-9) || high - low < 4e-16 * x) return next;
    x = next;
  }
  return x;
}

double gamma_function(double a) {
  if (a < 1) return gamma_function(a + 1) / a;
  if (a == 1) return 1;
  return math::exp(log_gamma_of_successor(a - 1));
}

double normal_cdf(double z) {
  const double half_square = z * z / 2;
  return z < 0 ? gamma_q(0.5, half_square) / 2 : 0.5 + gamma_p(0.5, half_square) / 2;
}

}  // namespace taubar::law
