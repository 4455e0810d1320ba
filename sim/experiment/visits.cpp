#include "sim/experiment/visits.hpp"

#include <cmath>
#include <numeric>

namespace taubar::experiment {

std::optional<trace::VisitFigures> visit_figures(const Experiment& e, const std::vector<std::int64_t>& steps) {
  const auto all = std::accumulate(steps.begin(), steps.end(), std::int64_t{0});
  if (!e.scenario.algorithm->travels() || all == 0) return std::nullopt;
  const auto target = e.scenario.algorithm->visit_shares(inputs_of(e));
  trace::VisitFigures figures;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const double excess = static_cast<double>(steps[i]) / static_cast<double>(all) - target[i];
    figures.total_variation += 0.5 * std::abs(excess);
    figures.mean_square_error += excess * excess / static_cast<double>(steps.size());
  }
  return figures;
}

}  // namespace taubar::experiment
