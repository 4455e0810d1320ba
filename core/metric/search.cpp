// Particles as they are now: the best of them, and how far they are apart.
#include <cmath>
#include <limits>

#include "core/metric/metric.hpp"

namespace taubar::metric {
namespace {

bool has_particles(const Snapshot& s) { return !s.particles.empty(); }
bool has_values(const Snapshot& s) { return has_particles(s) && s.goal.problem != nullptr; }

Eigen::Map<const Matrix> group(const Snapshot& s, std::span<const double> particles) {
  const Eigen::Index d = s.estimate.size();
  return {particles.data(), static_cast<Eigen::Index>(particles.size()) / d, d};
}

/// NaN if F is NaN at one of them.
double best(const Snapshot& s) {
  double least = std::numeric_limits<double>::infinity();
  for (const auto& particles : s.particles) {
    const auto points = group(s, particles);
    for (Eigen::Index p = 0; p < points.rows(); ++p) {
      const double value = s.objective(points.row(p).transpose());
      if (value != value) return value;
      if (value < least) least = value;
    }
  }
  return least;
}

double mean_spread(const Snapshot& s) {
  double sum = 0;
  for (const auto& particles : s.particles) {
    const auto points = group(s, particles);
    const Vector mean = points.colwise().mean().transpose();
    sum += std::sqrt((points.rowwise() - mean.transpose()).squaredNorm() / static_cast<double>(points.rows()));
  }
  return sum / static_cast<double>(s.particles.size());
}

}  // namespace

extern const Metric best_value, spread;

const Metric best_value{"best_value", "min of F over the particles as they are now", "", Cost::objective_by_agent, has_values,
                        best};
const Metric spread{"spread", "mean over hosts of √(mean ‖θ_p − mean of the host's particles‖²)", "", Cost::agents, has_particles,
                    mean_spread};

}  // namespace taubar::metric
