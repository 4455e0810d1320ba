#include "core/metric/calibration.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace taubar::metric {

double calibration_error(const Matrix& probabilities, std::span<const double> classes) {
  std::array<double, calibration_bins> excess{};  // Σ over a bin of (right − confidence)
  for (Eigen::Index s = 0; s < probabilities.rows(); ++s) {
    Eigen::Index top = 0;
    const double confidence = probabilities.row(s).maxCoeff(&top);
    const int bin = static_cast<int>(std::ceil(confidence * calibration_bins)) - 1;
    const bool right = static_cast<double>(top) == classes[static_cast<std::size_t>(s)];
    excess[static_cast<std::size_t>(std::clamp(bin, 0, calibration_bins - 1))] += (right ? 1 : 0) - confidence;
  }
  double sum = 0;
  for (const double e : excess) sum += std::abs(e);
  return sum / static_cast<double>(probabilities.rows());
}

}  // namespace taubar::metric
