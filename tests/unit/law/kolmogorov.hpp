// The distance between draws and a stated distribution function.
#pragma once
#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "core/base/random.hpp"

namespace taubar::test {

/// √n · sup |F_n − F|, with jumps of F compared from both sides. Kolmogorov: for continuous F it exceeds 2.7
/// with probability 2 e^(−2·2.7²) = 9.3e-7; with jumps, less often.
template <class Cdf>
double kolmogorov_distance(std::vector<double> draws, const Cdf& cdf) {
  std::sort(draws.begin(), draws.end());
  const double n = static_cast<double>(draws.size());
  double distance = 0;
  for (std::size_t i = 0; i < draws.size();) {
    std::size_t next = i;
    while (next < draws.size() && draws[next] == draws[i]) ++next;
    const double just_below = std::nextafter(draws[i], -std::numeric_limits<double>::infinity());
    distance = std::max(distance, std::fabs(static_cast<double>(i) / n - cdf(just_below)));
    distance = std::max(distance, std::fabs(static_cast<double>(next) / n - cdf(draws[i])));
    i = next;
  }
  return distance * std::sqrt(n);
}

inline constexpr double one_in_a_million = 2.7;

/// `count` values of `value(u)` at uniform u from a stream of its own.
template <class Value>
std::vector<double> draw(std::size_t count, std::uint64_t name, const Value& value) {
  Stream stream(20240607, Purpose::test, name);
  std::vector<double> draws(count);
  for (double& x : draws) x = value(stream.uniform());
  return draws;
}

}  // namespace taubar::test
