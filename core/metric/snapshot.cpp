#include "core/metric/snapshot.hpp"

namespace taubar::metric {

Vector mean_iterate(const std::vector<std::span<const double>>& iterates) {
  Vector sum = Vector::Zero(static_cast<Eigen::Index>(iterates.front().size()));
  for (const auto& z : iterates) sum += ConstVectorView(z.data(), static_cast<Eigen::Index>(z.size()));
  return sum / static_cast<double>(iterates.size());
}

}  // namespace taubar::metric
