#include <array>

#include "core/metric/metric.hpp"

namespace taubar::metric {

extern const Metric best_value, consensus_error, consensus_error_worst, distance, distance_worst, effective_sample_size_of_bulk,
    effective_sample_size_of_tail, expected_calibration, gradient_norm, largest_r_hat, mass_error, minimum_weight, objective,
    posterior_covariance_error, posterior_mean_error, predictive_accuracy, predictive_log_likelihood, predictive_rmse,
    relative_mcse, spread, stein_discrepancy, suboptimality, suboptimality_worst, token_error_scaled, visit_error,
    visit_variation, wasserstein_2;

std::span<const Metric* const> metrics() {
  static constexpr std::array all = {
      &best_value,
      &expected_calibration,
      &consensus_error,
      &consensus_error_worst,
      &distance,
      &distance_worst,
      &effective_sample_size_of_bulk,
      &effective_sample_size_of_tail,
      &gradient_norm,
      &stein_discrepancy,
      &mass_error,
      &minimum_weight,
      &objective,
      &posterior_covariance_error,
      &posterior_mean_error,
      &predictive_accuracy,
      &predictive_log_likelihood,
      &predictive_rmse,
      &largest_r_hat,
      &relative_mcse,
      &spread,
      &suboptimality,
      &suboptimality_worst,
      &token_error_scaled,
      &visit_error,
      &visit_variation,
      &wasserstein_2,
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
