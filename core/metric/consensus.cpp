// How far the agents are from agreeing: e_i = ‖z_i − x̂‖₂.
#include <algorithm>
#include <cmath>

#include "core/metric/metric.hpp"

namespace taubar::metric {
namespace {

double squared_distance(std::span<const double> z, const Vector& x) {
  double sum = 0;
  for (std::size_t c = 0; c < z.size(); ++c) {
    const double difference = z[c] - x[static_cast<Eigen::Index>(c)];
    sum += difference * difference;
  }
  return sum;
}

bool always(const Snapshot&) { return true; }

double root_mean_square(const Snapshot& s) {
  double sum = 0;
  for (const auto& z : s.iterates) sum += squared_distance(z, s.estimate);
  return std::sqrt(sum / static_cast<double>(s.iterates.size()));
}

/// The greatest distance of an iterate from x; NaN if any is NaN.
double greatest(const Snapshot& s, const Vector& x) {
  double worst = 0;
  for (const auto& z : s.iterates) {
    const double distance = squared_distance(z, x);
    if (!(distance <= worst)) worst = distance;
    if (worst != worst) break;
  }
  return std::sqrt(worst);
}

}  // namespace

extern const Metric consensus_error, consensus_error_worst, distance_worst;

const Metric consensus_error{"consensus_error", "√(mean over agents of ‖z_i − x̂‖₂²)", "", Cost::agents, always,
                             root_mean_square};
const Metric consensus_error_worst{"consensus_error_worst", "max_i ‖z_i − x̂‖₂", "", Cost::agents, always,
                                   [](const Snapshot& s) { return greatest(s, s.estimate); }};
const Metric distance_worst{"distance_worst", "max_i ‖z_i − x*‖₂", "", Cost::agents, has_minimiser,
                            [](const Snapshot& s) { return greatest(s, *s.goal.minimiser); }};

}  // namespace taubar::metric
