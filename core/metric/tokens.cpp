// What tokens bring: their walks' histories x_n against the target μ, and their iterates θ_n on the scale of the central
// limit theorems, √β_n (Hu, Doshi, Eun, ICLR 2024). With several tokens: the mean over them.
#include <algorithm>
#include <cmath>

#include "core/metric/metric.hpp"

namespace taubar::metric {
namespace {

bool has_history(const Snapshot& s) {
  return !s.tokens.empty() &&
         std::none_of(s.tokens.begin(), s.tokens.end(), [](const auto& token) { return token.history.empty(); });
}
bool travels_to_minimiser(const Snapshot& s) { return !s.tokens.empty() && s.goal.minimiser != nullptr; }

template <class Value>
double mean(const Snapshot& s, const Value& value) {
  double sum = 0;
  for (const auto& token : s.tokens) sum += value(token);
  return sum / static_cast<double>(s.tokens.size());
}

/// Σ_j f(x_nj − μ_j)
template <class Function>
double over_agents(const Snapshot& s, const agent::TokenView& token, const Function& f) {
  const auto& target = s.travel->target;
  double sum = 0;
  for (std::size_t j = 0; j < target.size(); ++j) sum += f(token.history.back() * token.history[j] - target[j]);
  return sum;
}

double variation(const Snapshot& s) {
  return mean(s, [&](const auto& token) { return 0.5 * over_agents(s, token, [](double e) { return std::abs(e); }); });
}
double squared_error(const Snapshot& s) {
  return mean(s, [&](const auto& token) { return over_agents(s, token, [](double e) { return e * e; }); });
}
double scaled_error(const Snapshot& s) {
  return mean(s, [&](const auto& token) {
    const ConstVectorView theta(token.iterate.data(), static_cast<Eigen::Index>(token.iterate.size()));
    return (theta - *s.goal.minimiser).squaredNorm() / s.travel->step(std::max<std::int64_t>(token.steps - 1, 0));
  });
}

constexpr const char* source = "Doshi, Hu, Eun, ICML 2023; Hu, Doshi, Eun, ICLR 2024";

}  // namespace

extern const Metric token_error_scaled, visit_error, visit_variation;

const Metric token_error_scaled{"token_error_scaled", "‖θ_n − x*‖₂² / β_n, β_n the size of the token's last step", source,
                                Cost::agents, travels_to_minimiser, scaled_error};
const Metric visit_error{"visit_error", "‖x_n − μ‖₂², x_n the history of the token's walk", source, Cost::agents,
                         has_history, squared_error};
const Metric visit_variation{"visit_variation", "½ Σ_j |x_nj − μ_j|: the total variation of the same", source, Cost::agents,
                             has_history, variation};

}  // namespace taubar::metric
