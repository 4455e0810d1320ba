#include <array>

#include "core/metric/metric.hpp"

namespace taubar::metric {

extern const Metric consensus_error, consensus_error_worst, distance, distance_worst, gradient_norm, mass_error,
    minimum_weight, objective, suboptimality, suboptimality_worst, token_error_scaled, visit_error, visit_variation;

std::span<const Metric* const> metrics() {
  static constexpr std::array all = {
      &consensus_error, &consensus_error_worst, &distance,  &distance_worst, &gradient_norm,
      &mass_error,      &minimum_weight,        &objective, &suboptimality,  &suboptimality_worst,
      &token_error_scaled, &visit_error,        &visit_variation,
  };
  return all;
}

const Metric* find_metric(std::string_view name) {
  for (const Metric* metric : metrics())
    if (metric->name == name) return metric;
  return nullptr;
}

std::vector<std::string> metric_names() {
  std::vector<std::string> names;
  for (const Metric* metric : metrics()) names.emplace_back(metric->name);
  return names;
}

}  // namespace taubar::metric
