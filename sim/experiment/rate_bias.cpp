#include "sim/experiment/rate_bias.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace taubar::experiment {
namespace {

constexpr double equal_enough = 1e-9;
/// Relative gradient norm of the weighted minimiser: the bias is a diagnosis, not a reference.
constexpr double tolerance = 1e-8;

/// Multiplies each rate by the scale that the method gives the agent's steps.
std::vector<double> effective(const Experiment& e, std::vector<double> rates) {
  if (e.scenario.algorithm->corrects_expected_rates() && e.expected_rates.size() == rates.size())
    for (std::size_t i = 0; i < rates.size(); ++i) rates[i] /= e.expected_rates[i];
  return rates;
}

/// Whether agents may weigh unequally in the limit.
bool has_bias(const Experiment& e) {
  const auto& algorithm = *e.scenario.algorithm;
  return algorithm.asynchronous() && !algorithm.averages() && !algorithm.steps_by_time();
}

}  // namespace

std::optional<double> bias_of_rates(const Experiment& e, std::vector<double> weights) {
  if (!e.reference) return std::nullopt;
  const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
  if (!(sum > 0)) return std::nullopt;
  const double n = static_cast<double>(weights.size());
  double unequal = 0;
  for (auto& w : weights) {
    w /= sum;
    unequal = std::max(unequal, std::abs(w * n - 1));
  }
  if (unequal <= equal_enough) return 0.0;
  const auto minimiser = e.problem->minimiser(weights, tolerance, e.reference->minimiser);
  if (!minimiser) return std::nullopt;
  return (*minimiser - e.reference->minimiser).norm();
}

std::optional<double> expected_rate_bias(const Experiment& e) {
  if (e.travel) return bias_of_rates(e, e.travel->target);
  if (!has_bias(e)) return 0.0;
  const bool of_server = e.scenario.algorithm->overlay() == algorithm::Overlay::server;
  if (e.scenario.algorithm->equalises_rates() || of_server || e.expected_rates.empty()) return std::nullopt;
  return bias_of_rates(e, effective(e, e.expected_rates));
}

std::optional<double> measured_rate_bias(const Experiment& e, const std::vector<std::int64_t>& steps,
                                         const std::optional<trace::ServerFigures>& server) {
  if (e.travel) return bias_of_rates(e, std::vector<double>(steps.begin(), steps.end()));
  if (!has_bias(e)) return 0.0;
  if (server && server->dropped > 0) return std::nullopt;
  return bias_of_rates(e, effective(e, std::vector<double>(steps.begin(), steps.end())));
}

}  // namespace taubar::experiment
