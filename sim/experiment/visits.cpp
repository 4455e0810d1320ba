#include "sim/experiment/visits.hpp"

#include <cmath>
#include <numeric>

namespace taubar::experiment {

std::optional<trace::VisitFigures> visit_figures(const Experiment& e, const std::vector<std::int64_t>& steps) {
  const auto all = std::accumulate(steps.begin(), steps.end(), std::int64_t{0});
  if (!e.travel || all == 0) return std::nullopt;
  const auto& target = e.travel->target;
  trace::VisitFigures figures;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const double excess = static_cast<double>(steps[i]) / static_cast<double>(all) - target[i];
    figures.total_variation += 0.5 * std::abs(excess);
    figures.mean_square_error += excess * excess / static_cast<double>(steps.size());
  }
  return figures;
}

std::vector<trace::TokenEnd> token_ends(const metric::Snapshot& snapshot) {
  std::vector<trace::TokenEnd> ends;
  for (const auto& token : snapshot.tokens) {
    trace::TokenEnd end{token.steps, {token.iterate.begin(), token.iterate.end()}, {}};
    for (std::size_t j = 0; j + 1 < token.history.size(); ++j) end.history.push_back(token.history.back() * token.history[j]);
    ends.push_back(std::move(end));
  }
  return ends;
}

std::optional<trace::TokenFigures> token_figures(const Experiment& e) {
  std::optional<trace::TokenFigures> sum;
  for (AgentId i = 0; i < e.agents(); ++i)
    if (const auto own = e.world->program(i).token_figures()) (sum ? *sum : sum.emplace()) += *own;
  return sum;
}

}  // namespace taubar::experiment
