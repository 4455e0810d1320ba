#include "core/bound/chi_square.hpp"

#include <cmath>

#include "core/base/math.hpp"

namespace taubar::bound {
namespace {

/// Below it w + log(v/w)/w is mostly rounding.
constexpr double near_mean = 1e-3;

/// K'(t)
double sum_at(const Vector& weights, double nu, double t) {
  double sum = 0;
  for (const double w : weights) sum += nu * w / (1 - 2 * t * w);
  return sum;
}

/// |w + log(v/w)/w|, in which w and v have the sign of t
double deviate_at(const Vector& weights, double nu, double t) {
  double rate = 0, curvature = 0;  // t K' − K, K''
  for (const double weight : weights) {
    const double u = 2 * t * weight, tilted = weight / (1 - u);
    rate += nu / 2 * (u / (1 - u) + math::log1p(-u));
    curvature += 2 * nu * tilted * tilted;
  }
  const double w = std::sqrt(std::fmax(0, 2 * rate)), v = std::abs(t) * std::sqrt(curvature);
  if (w < near_mean) return w;
  return w + math::log(v / w) / w;
}

}  // namespace

Ends ends_of_sum(const Vector& weights, double nu, double tail) {
  const double wanted = -math::normal_quantile(tail), largest = weights.maxCoeff();
  // 2 t times the largest weight is 1 − e^x: x < 0 for the upper end, x > 0 for the lower.
  const auto end = [&](double sign) {
    double near = 0, far = sign * 30;  // 1 − e^−30 is still below 1
    for (int i = 0; i < 100; ++i) {
      const double x = (near + far) / 2;
      (deviate_at(weights, nu, -math::expm1(x) / (2 * largest)) < wanted ? near : far) = x;
    }
    return sum_at(weights, nu, -math::expm1(near) / (2 * largest));
  };
  return {end(1), end(-1)};
}

Ends safe_ends_of_sum(double sum, double sum_of_squares, double largest, double tail) {
  const double x = -math::log(tail), width = 2 * std::sqrt(x * sum_of_squares);
  return {std::fmax(0, sum - width), sum + width + 2 * x * largest};
}

}  // namespace taubar::bound
