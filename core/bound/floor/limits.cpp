#include "core/bound/floor/limits.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace taubar::bound::floor {
namespace {

constexpr std::int64_t most = std::int64_t{1} << 62;
constexpr double rounding = 1e-9;  // of sums over a million workers, with room to spare
constexpr double infinite = std::numeric_limits<double>::infinity();

/// The smallest `value(m, Σ_{i<=m} 1/τ_i)` over m, the workers in increasing τ.
template <class Value>
double least_over_fastest(std::span<const double> tau, const Value& value) {
  std::vector<double> sorted(tau.begin(), tau.end());
  std::sort(sorted.begin(), sorted.end());
  double rate = 0, least = infinite;
  for (std::size_t m = 1; m <= sorted.size(); ++m) {
    rate += 1 / sorted[m - 1];
    least = std::min(least, value(static_cast<double>(m), rate));
  }
  return least;
}

/// ns as a time of 0 … 2^62.
Time within(double ns) { return static_cast<Time>(std::clamp(ns, 0.0, static_cast<double>(most))); }

}  // namespace

std::vector<Duration> durations(std::span<const double> seconds) {
  std::vector<Duration> all;
  all.reserve(seconds.size());
  for (const double s : seconds) all.push_back(std::isfinite(s) ? std::max<Duration>(from_seconds(s), 1) : never);
  return all;
}

std::int64_t gradients_by(Time t, std::span<const Duration> tau) {
  std::int64_t sum = 0;
  for (const Duration one : tau) {
    const std::int64_t own = t / one;
    if (own >= most - sum) return most;
    sum += own;
  }
  return sum;
}

Time time_of(std::int64_t gradients, std::span<const Duration> tau) {
  if (gradients_by(most, tau) < gradients) return never;
  // N(early) < B <= N(late): within the limits of all workers, or else anywhere.
  double rate = 0;
  for (const Duration one : tau) rate += 1 / static_cast<double>(one);
  const double B = static_cast<double>(gradients), n = static_cast<double>(tau.size());
  Time early = within(B / rate * (1 - rounding) - 2), late = within((B + n) / rate * (1 + rounding) + 2);
  if (gradients_by(early, tau) >= gradients) early = 0;
  if (gradients_by(late, tau) < gradients) late = most;
  while (late - early > 1) {
    const Time middle = early + (late - early) / 2;
    (gradients_by(middle, tau) < gradients ? early : late) = middle;
  }
  return late;
}

double harmonic_limit(double gradients, std::span<const double> tau) {
  double rate = 0;
  for (const double one : tau) rate += 1 / one;
  return gradients / rate;
}

double upper_limit(double gradients, std::span<const double> tau) {
  return least_over_fastest(tau, [gradients](double m, double rate) { return (gradients + m) / rate; });
}

double chain_limit(double gradients, std::span<const double> tau) {
  return gradients * *std::min_element(tau.begin(), tau.end());
}

std::optional<trace::FloorDistance> distance(std::int64_t gradients, Time end, std::span<const Duration> tau) {
  if (gradients <= 0 || tau.empty()) return std::nullopt;
  const Time least = time_of(gradients, tau);
  if (least == never) return std::nullopt;
  return trace::FloorDistance{gradients, to_seconds(least), to_seconds(end)};
}

}  // namespace taubar::bound::floor
