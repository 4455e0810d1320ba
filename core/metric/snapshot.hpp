// A run at one instant, seen from outside: what the metrics are functions of.
#pragma once
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "core/agent/program.hpp"
#include "core/problem/objective.hpp"

namespace taubar::metric {

/// Balance of push-sum mass over agents and messages in flight (perturbed push-sum, INV-1 and INV-2).
struct MassBalance {
  /// max( |Σ weights − n| / n, ‖Σ x − Σ x(0) − Σ perturbation‖₂ / (1 + ‖Σ x(0)‖₂ + ‖Σ perturbation‖₂) )
  double error = 0;
  double minimum_weight = 0;  ///< smallest weight of an agent
  /// The most that an agent's own sums (its x, its perturbations, what it has outstanding) come to, relative to what `error`
  /// is relative to: above 1 where perturbations of different agents cancel. Rounding goes by the size of these sums.
  double largest_sum = 0;
};

/// F*, x* and what F is reported times.
struct Goal {
  const problem::Problem* problem = nullptr;  ///< null: there is no objective (a benchmark)
  const Vector* minimiser = nullptr;          ///< null where it is unknown
  double objective_at_minimiser = 0;          ///< F(x*), not yet times the factor
  double factor = 1;                          ///< n under `objective: sum`
};

struct Snapshot {
  Goal goal;
  std::vector<std::span<const double>> iterates;  ///< z_i of the agents that hold data
  Vector estimate;                                ///< x̂: their mean, or the server's or the token's variable where there is one
  std::optional<MassBalance> mass;                ///< push methods
  std::vector<agent::TokenView> tokens;           ///< methods in which iterates travel: each as its last holder knows it
  std::shared_ptr<const agent::TravelLaw> travel; ///< of the same; null for others
  std::vector<std::span<const double>> particles; ///< of agents that hold any, m×d by rows
  std::vector<const trace::Draws*> draws;         ///< of agents (or the server) whose particles sample the target
  double temperature = 1;                         ///< T: the target has density ∝ exp(−F/T)
  /// Histories that no token brings, put together from what the agents keep: what the views of the tokens then refer to.
  std::vector<std::shared_ptr<const std::vector<double>>> histories;

  /// F at any point, times the factor.
  double objective(const ConstVectorRef& x) const { return goal.factor * goal.problem->value(x); }
  double best_objective() const { return goal.factor * goal.objective_at_minimiser; }
};

inline bool has_minimiser(const Snapshot& s) { return s.goal.minimiser != nullptr; }

/// The mean of the iterates, summed in increasing agent order.
Vector mean_iterate(const std::vector<std::span<const double>>& iterates);

}  // namespace taubar::metric
