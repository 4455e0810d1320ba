// A walk's history where the visits happen: each agent keeps its own weight w_i and what it has heard of its neighbours',
// for every history of the run. A token then carries no weights. With x_n = q_n w and q_n = Π_{l<=n} (1 − γ_l) the visit n
// adds γ_n / q_n to one w; q_n underflows where a < 1, so all are logarithms.
#pragma once
#include <span>
#include <vector>

#include "core/algorithm/walk.hpp"
#include "core/base/population_memory.hpp"

namespace taubar::algorithm {

/// log q_{n−1} becomes log q_n; returns log(γ_n / q_n), n >= 1. With a = 1, γ_n / q_n = 1 for all n.
double advance_scale(double& log_scale, std::int64_t n, double history_power);

/// What one agent knows.
class KeptVisits {
 public:
  KeptVisits(const WalkLaw& law, AgentId self, std::size_t histories);

  /// A visit here adds e^`log_weight` to w_i; returns log w_i.
  double count(std::size_t history, double log_weight);
  /// A neighbour tells its own; an older value than the one known changes nothing, for weights only grow.
  void hear(std::size_t history, AgentId from, double log_weight);
  /// log w_i
  double own(std::size_t history) const { return row_of(history)[degree_]; }
  /// X_{n+1} as Walk::next draws it, with u ∈ (0, 1) and room for degree + 1 values.
  AgentId next(std::size_t history, double u, std::span<double> room) const;
  std::span<double> all() { return weights_; }

  static double expected_bytes(double degree, double histories) { return 8 * (degree + 1) * histories; }

 private:
  AgentId by_row(std::span<const double> weights, double u, std::span<double> room) const;
  AgentId by_proposal(std::span<const double> weights, double u) const;
  /// −α (log w_j − log μ_j)
  double exponent(AgentId j, double log_weight) const { return -law_.options().alpha * (log_weight - law_.log_target(j)); }
  std::span<double> row_of(std::size_t history) { return {weights_.data() + history * (degree_ + 1), degree_ + 1}; }
  std::span<const double> row_of(std::size_t history) const { return {weights_.data() + history * (degree_ + 1), degree_ + 1}; }

  const WalkLaw& law_;
  AgentId self_;
  std::size_t degree_;
  /// Of each history: log w of the neighbours in increasing order, then the agent's own.
  std::vector<double, PopulationAllocator<double>> weights_;
};

}  // namespace taubar::algorithm
