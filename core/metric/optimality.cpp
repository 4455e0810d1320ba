// How far the estimate is from the minimiser.
#include <algorithm>

#include "core/metric/metric.hpp"

namespace taubar::metric {
namespace {

bool has_objective(const Snapshot& s) { return s.goal.problem != nullptr; }

double worst_suboptimality(const Snapshot& s) {
  double worst = 0;
  for (const auto& z : s.iterates) {
    const double value = s.objective(ConstVectorView(z.data(), static_cast<Eigen::Index>(z.size())));
    if (!(value - s.best_objective() <= worst)) worst = value - s.best_objective();
    if (worst != worst) break;
  }
  return worst;
}

double norm_of_gradient(const Snapshot& s) {
  Vector g(s.estimate.size());
  s.goal.problem->gradient(s.estimate, g);
  return s.goal.factor * g.norm();
}

}  // namespace

extern const Metric distance, gradient_norm, objective, suboptimality, suboptimality_worst;

const Metric distance{"distance", "‖x̂ − x*‖₂", "", Cost::agents, has_minimiser,
                      [](const Snapshot& s) { return (s.estimate - *s.goal.minimiser).norm(); }};
const Metric gradient_norm{"gradient_norm", "‖∇F(x̂)‖₂", "", Cost::objective, has_objective, norm_of_gradient};
const Metric objective{"objective", "F(x̂)", "", Cost::objective, has_objective,
                       [](const Snapshot& s) { return s.objective(s.estimate); }};
const Metric suboptimality{"suboptimality", "F(x̂) − F*", "", Cost::objective, has_minimiser,
                           [](const Snapshot& s) { return s.objective(s.estimate) - s.best_objective(); }};
const Metric suboptimality_worst{"suboptimality_worst", "max_i F(z_i) − F*", "", Cost::objective_by_agent,
                                 has_minimiser, worst_suboptimality};

}  // namespace taubar::metric
