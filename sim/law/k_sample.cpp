#include "sim/law/k_sample.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

#include "core/base/error.hpp"

namespace taubar::law {
namespace {

struct Value {
  double x;
  std::size_t group;
};

std::vector<Value> pooled(const std::vector<std::vector<double>>& groups) {
  std::vector<Value> all;
  for (std::size_t g = 0; g < groups.size(); ++g)
    for (double x : groups[g]) all.push_back({x, g});
  std::sort(all.begin(), all.end(), [](const Value& a, const Value& b) { return a.x < b.x; });
  return all;
}

/// A²_akN, equation 7: over the distinct values z_j, l_j of them equal, B_j below and half of the equal ones, M_ij of group i.
double statistic(const std::vector<std::vector<double>>& groups) {
  const auto all = pooled(groups);
  const double N = static_cast<double>(all.size());
  std::vector<double> below(groups.size()), equal(groups.size()), sums(groups.size());
  for (std::size_t first = 0; first < all.size();) {
    std::size_t next = first;
    std::fill(equal.begin(), equal.end(), 0);
    for (; next < all.size() && all[next].x == all[first].x; ++next) ++equal[all[next].group];
    const double l = static_cast<double>(next - first), B = static_cast<double>(first) + l / 2;
    const double spread = B * (N - B) - N * l / 4;
    for (std::size_t i = 0; i < groups.size() && spread > 0; ++i) {
      const double M = below[i] + equal[i] / 2, gap = N * M - static_cast<double>(groups[i].size()) * B;
      sums[i] += l / N * gap * gap / spread;
    }
    for (std::size_t i = 0; i < groups.size(); ++i) below[i] += equal[i];
    first = next;
  }
  double total = 0;
  for (std::size_t i = 0; i < groups.size(); ++i) total += sums[i] / static_cast<double>(groups[i].size());
  return (N - 1) / N * total;
}

/// The statistic's variance for N samples in all, equation 4.
double variance(const std::vector<std::vector<double>>& groups) {
  const double k = static_cast<double>(groups.size());
  double N = 0, H = 0, h = 0, g = 0;
  for (const auto& group : groups) {
    N += static_cast<double>(group.size());
    H += 1 / static_cast<double>(group.size());
  }
  double inner = 0;  // Σ_{j=i+1}^{N−1} 1/j, for i from N − 2 down
  for (double i = N - 1; i >= 1; --i) {
    g += inner / (N - i);
    inner += 1 / i;
    h += 1 / i;
  }
  const double a = (4 * g - 6) * (k - 1) + (10 - 6 * g) * H;
  const double b = (2 * g - 4) * k * k + 8 * h * k + (2 * g - 14 * h - 4) * H - 8 * h + 4 * g - 6;
  const double c = (6 * h + 2 * g - 2) * k * k + (4 * h - 4 * g + 6) * k + (2 * h - 6) * H + 4 * h;
  const double d = (2 * h + 6) * k * k - 4 * h * k;
  return (((a * N + b) * N + c) * N + d) / ((N - 1) * (N - 2) * (N - 3));
}

/// 2 Σ 1/(j(j+1))²: the variance in the limit for m = 1.
constexpr double limit_variance = 2 * (std::numbers::pi * std::numbers::pi - 9) / 3;

}  // namespace

// Imhof (Biometrika 48, 1961): P(Q > x) = ½ + 1/π ∫_0^∞ sin θ(u) / (u ρ(u)) du, θ = ½ Σ m atan(λ_j u) − ½ x u,
// ρ = Π (1 + λ_j² u²)^(m/4). Midpoints at a distance of h err by about P(Q > 4π/h − x) (Davies, Applied Statistics 29,
// 1980). The λ_j beyond the 40th are taken for their sum, a constant.
double anderson_darling_tail(double x, double m) {
  constexpr int terms = 40;
  const double rest = m / (terms + 1);
  x -= rest;
  if (x <= 0) return 1;
  if (x > m + 25 + 12 * std::sqrt(m)) return 0;
  const double step = 4 * std::numbers::pi / (x + m + 25 + 12 * std::sqrt(m));
  double sum = 0;
  for (double u = step / 2;; u += step) {
    double angle = 0, square = 1, log_rho = 0;
    for (int j = 1; j <= terms; ++j) {
      const double scaled = u / (j * (j + 1.0));
      angle += std::atan(scaled);
      square *= 1 + scaled * scaled;
      if (j % 10 == 0) log_rho += std::log(std::exchange(square, 1.0));
    }
    log_rho *= m / 4;
    sum += std::sin(0.5 * (m * angle - x * u)) / u * std::exp(-log_rho);
    if (log_rho > 23) break;
  }
  return std::clamp(0.5 + sum * step / std::numbers::pi, 0.0, 1.0);
}

double anderson_darling_p(const std::vector<std::vector<double>>& groups) {
  check(groups.size() >= 2, "at least two samples are compared");
  std::size_t N = 0;
  for (const auto& group : groups) {
    check(!group.empty(), "samples that are compared are not empty");
    N += group.size();
  }
  if (N < 4) return 1;
  const double m = static_cast<double>(groups.size()) - 1;
  const double standardised = (statistic(groups) - m) / std::sqrt(variance(groups));
  return anderson_darling_tail(m + standardised * std::sqrt(limit_variance * m), m);
}

}  // namespace taubar::law
