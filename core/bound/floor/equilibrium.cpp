#include "core/bound/floor/equilibrium.hpp"

#include <algorithm>
#include <limits>
#include <numeric>
#include <vector>

#include "core/base/error.hpp"

namespace taubar::bound::floor {

double equilibrium_time(double s, std::span<const double> h, std::span<const double> tau) {
  check(h.size() == tau.size(), "a computing time for each communication time");
  std::vector<std::size_t> order(h.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto reach = [&](std::size_t i) { return std::max(tau[i], h[i]); };
  std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return reach(a) < reach(b); });
  double rate = 0, least = std::numeric_limits<double>::infinity();
  for (const std::size_t i : order) {
    rate += 1 / h[i];
    const double gathering = s == 0 ? 0 : s / rate;
    least = std::min(least, std::max(reach(i), gathering));
  }
  return least;
}

Matrix quickest_paths(Matrix seconds) {
  const auto n = seconds.rows();
  for (Eigen::Index i = 0; i < n; ++i) seconds(i, i) = 0;
  for (Eigen::Index via = 0; via < n; ++via)  // Floyd, Warshall
    for (Eigen::Index i = 0; i < n; ++i)
      for (Eigen::Index j = 0; j < n; ++j) seconds(i, j) = std::min(seconds(i, j), seconds(i, via) + seconds(via, j));
  return seconds;
}

double decentralized_homogeneous_time(double L, double delta, double sigma_squared, double epsilon, std::span<const double> h,
                                      const Matrix& paths) {
  double least = std::numeric_limits<double>::infinity();
  std::vector<double> to_j(h.size());
  for (Eigen::Index j = 0; j < paths.cols(); ++j) {
    for (std::size_t i = 0; i < h.size(); ++i) to_j[i] = paths(static_cast<Eigen::Index>(i), j);
    least = std::min(least, equilibrium_time(sigma_squared / epsilon, h, to_j));
  }
  return L * delta / epsilon * least;
}

double decentralized_heterogeneous_time(double L, double delta, double sigma_squared, double epsilon,
                                        std::span<const double> h, const Matrix& paths) {
  const double n = static_cast<double>(h.size());
  const double mean = std::accumulate(h.begin(), h.end(), 0.0) / n;
  const double slowest = *std::max_element(h.begin(), h.end());
  return L * delta / epsilon * std::max({paths.maxCoeff(), slowest, sigma_squared / (n * epsilon) * mean});
}

}  // namespace taubar::bound::floor
