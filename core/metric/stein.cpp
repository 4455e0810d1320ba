#include "core/metric/stein.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace taubar::metric {

double kernel_stein_discrepancy(const Matrix& points, const Matrix& scores) {
  const Eigen::Index n = points.rows();
  if (n == 0) return std::numeric_limits<double>::quiet_NaN();
  const double d = static_cast<double>(points.cols());
  double sum = scores.squaredNorm() + static_cast<double>(n) * d;  // a = b
  for (Eigen::Index a = 0; a < n; ++a)
    for (Eigen::Index b = 0; b < a; ++b) {
      const auto away = points.row(a) - points.row(b);
      const double square = away.squaredNorm(), w = 1 / (1 + square), root = std::sqrt(w);
      const double pull = (scores.row(a) - scores.row(b)).dot(away);
      sum += 2 * root * (scores.row(a).dot(scores.row(b)) + w * (pull + d - 3 * square * w));
    }
  return std::sqrt(std::max(0.0, sum)) / static_cast<double>(n);
}

}  // namespace taubar::metric
