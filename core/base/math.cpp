#include "core/base/math.hpp"

namespace taubar::math {
namespace {

template <std::size_t N>
double polynomial(const double (&coefficient)[N], double x) {
  double sum = coefficient[N - 1];
  for (std::size_t i = N - 1; i-- > 0;) sum = sum * x + coefficient[i];
  return sum;
}

// Coefficients of PPND16 in Wichura 1988, ascending powers.
constexpr double centre_top[] = {3.3871328727963666080e0,  1.3314166789178437745e+2, 1.9715909503065514427e+3,
                                 1.3731693765509461125e+4, 4.5921953931549871457e+4, 6.7265770927008700853e+4,
                                 3.3430575583588128105e+4, 2.5090809287301226727e+3};
constexpr double centre_bottom[] = {1.0,
                                    4.2313330701600911252e+1,
                                    6.8718700749205790830e+2,
                                    5.3941960214247511077e+3,
                                    2.1213794301586595867e+4,
                                    3.9307895800092710610e+4,
                                    2.8729085735721942674e+4,
                                    5.2264952788528545610e+3};
constexpr double near_top[] = {1.42343711074968357734e0,  4.63033784615654529590e0,  5.76949722146069140550e0,
                               3.64784832476320460504e0,  1.27045825245236838258e0,  2.41780725177450611770e-1,
                               2.27238449892691845833e-2, 7.74545014278341407640e-4};
constexpr double near_bottom[] = {1.0,
                                  2.05319162663775882187e0,
                                  1.67638483018380384940e0,
                                  6.89767334985100004550e-1,
                                  1.48103976427480074590e-1,
                                  1.51986665636164571966e-2,
                                  5.47593808499534494600e-4,
                                  1.05075007164441684324e-9};
constexpr double far_top[] = {6.65790464350110377720e0,  5.46378491116411436990e0,  1.78482653991729133580e0,
                              2.96560571828504891230e-1, 2.65321895265761230930e-2, 1.24266094738807843860e-3,
                              2.71155556874348757815e-5, 2.01033439929228813265e-7};
constexpr double far_bottom[] = {1.0,
                                 5.99832206555887937690e-1,
                                 1.36929880922735805310e-1,
                                 1.48753612908506148525e-2,
                                 7.86869131145613259100e-4,
                                 1.84631831751005468180e-5,
                                 1.42151175831644588870e-7,
                                 2.04426310338993978564e-15};

/// x − k π/2 as high + low, |high| <= π/4, and k mod 4.
struct Quarter {
  double high, low;
  int turns;
};

// π/2 in pieces of 33 bits, so that their products with k < 2^20 are exact, and the rest of it.
constexpr double quarter_1 = 0x1.921fb544p+0, quarter_2 = 0x1.0b4611a6p-34, quarter_rest = 0x1.3198a2e037073p-69;

Quarter reduced(double x) {
  constexpr double two_pi = 0x1.921fb54442d18p+2;
  if (!(std::fabs(x) <= 1e6)) x = std::fmod(x, two_pi);  // fmod is exact
  if (x != x) return {x, 0.0, 0};
  const double turns = x * 0x1.45f306dc9c883p-1;  // 2/π
  const int k = static_cast<int>(turns < 0 ? turns - 0.5 : turns + 0.5);
  const double near = x - k * quarter_1;   // exact
  const double second = k * quarter_2;     // exact
  const double rest = near - second;
  const double lost = (near - rest) - second;
  const double third = k * quarter_rest - lost;
  const double high = rest - third;
  return {high, (rest - high) - third, k & 3};
}

// Taylor series on |r| <= π/4, to r^17 and r^16; `low` enters to first order.
double sine_near_0(double r, double low) {
  constexpr double coefficients[] = {-1.0 / 6,        1.0 / 120,        -1.0 / 5040,         1.0 / 362880,
                                     -1.0 / 39916800, 1.0 / 6227020800, -1.0 / 1307674368000, 1.0 / 355687428096000};
  const double z = r * r;
  return r + (r * z * polynomial(coefficients, z) + low * (1.0 - 0.5 * z));
}

double cosine_near_0(double r, double low) {
  constexpr double coefficients[] = {1.0 / 24,        -1.0 / 720,         1.0 / 40320,         -1.0 / 3628800,
                                     1.0 / 479001600, -1.0 / 87178291200, 1.0 / 20922789888000};
  const double z = r * r, half = 0.5 * z, first = 1.0 - half;
  return first + (((1.0 - first) - half) + (z * z * polynomial(coefficients, z) - r * low));
}

}  // namespace

double sin(double x) {
  const auto [r, low, turns] = reduced(x);
  const double value = turns & 1 ? cosine_near_0(r, low) : sine_near_0(r, low);
  return turns & 2 ? -value : value;
}

double cos(double x) {
  const auto [r, low, turns] = reduced(x);
  const double value = turns & 1 ? sine_near_0(r, low) : cosine_near_0(r, low);
  return (turns == 1 || turns == 2) ? -value : value;
}

namespace {

/// Where |q| < 0.425, q = p − ½.
double quantile_in_the_centre(double q) {
  const double r = 0.180625 - q * q;
  return q * polynomial(centre_top, r) / polynomial(centre_bottom, r);
}

double quantile_in_a_tail(double p, double q) {
  const double tail = std::sqrt(-log(q < 0 ? p : 1.0 - p));
  const double x = tail <= 5.0 ? polynomial(near_top, tail - 1.6) / polynomial(near_bottom, tail - 1.6)
                               : polynomial(far_top, tail - 5.0) / polynomial(far_bottom, tail - 5.0);
  return q < 0 ? -x : x;
}

bool in_the_centre(double q) { return q > -0.425 && q < 0.425; }

}  // namespace

double normal_quantile(double p) {
  const double q = p - 0.5;
  return in_the_centre(q) ? quantile_in_the_centre(q) : quantile_in_a_tail(p, q);
}

// The centre's formula for all, without a branch, which the compiler does several at a time; then the 15% in the tails.
void normal_quantiles(std::span<double> p) {
  constexpr std::size_t at_once = 64;
  double central[at_once];
  for (std::size_t begin = 0; begin < p.size(); begin += at_once) {
    const std::size_t count = p.size() - begin < at_once ? p.size() - begin : at_once;
    double* values = p.data() + begin;
    for (std::size_t i = 0; i < count; ++i) central[i] = quantile_in_the_centre(values[i] - 0.5);
    for (std::size_t i = 0; i < count; ++i) {
      const double q = values[i] - 0.5;
      values[i] = in_the_centre(q) ? central[i] : quantile_in_a_tail(values[i], q);
    }
  }
}

}  // namespace taubar::math
