// An agent's push-sum mass (x, y), x ∈ R^d, exchanged by running sums, so that a later message makes up for
// all that were lost before it.
//
// σ_ji is the total of what i has ever split off for out-neighbour j; ρ_ij the last total of j that i has
// accepted:
//   split:   σ_ji ← σ_ji + p_ji (x_i, y_i) for each j;   (x_i, y_i) ← (x_i, y_i) − Σ_j (what σ_ji grew by)
//   accept:  (x_i, y_i) ← (x_i, y_i) + σ_ij − ρ_ij;   ρ_ij ← σ_ij            only totals newer than the last
//   accepted
// so that Σ_i (x_i, y_i) + Σ_links (σ − ρ) is what was put in, whatever is lost, repeated or reordered
// (theory.md 2.2, INV-R). A total grows while the mass does not: what rounding keeps out of it stays with the
// sender, and a total is sent as it is stored, so the balance does not lose the digits that the total has
// none left for.
//
// Source: Olshevsky, Paschalidis, Spiridonoff, "Robust asynchronous stochastic gradient-push", JMLR 21(58),
// 2020.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "core/agent/program.hpp"
#include "core/algorithm/vector_stack.hpp"
#include "core/topology/mixing.hpp"

namespace taubar::algorithm {

class RunningSums {
 public:
  /// (x, y) = (start, 1). Graph and weights outlive it.
  RunningSums(const topology::Digraph& graph, const topology::ColumnStochastic& weights, AgentId i,
              const ConstVectorRef& start);

  VectorView x() { return as_vector(values_.span(0).first(d_)); }
  double weight() const { return values_.span(0)[d_]; }
  /// Moves the shares into the totals. A weight so small that the totals cannot resolve it stays whole.
  void split();
  /// Sends every out-neighbour its total: d + 1 values; one payload for all where the shares are equal.
  void send(agent::Runtime& runtime);
  /// Adds what a total from the in-neighbour at `place` brings; nothing if it is not newer than the last.
  void accept(std::size_t place, const agent::Message& message);

  /// What it holds, and what it has sent less what it has accepted.
  agent::PushMass mass(std::span<const double> perturbation) const;
  void state(agent::StateVisitor& visitor);

  /// Bytes on the heap.
  static double expected_bytes(double degree, double dimension) {
    return 8 * (dimension + 1) * (3 + degree) + 8 * degree;
  }

 private:
  std::size_t totals() const { return equal_ ? 1 : links_.size(); }
  /// Links that share a total.
  double copies() const { return equal_ ? static_cast<double>(links_.size()) : 1.0; }
  std::span<double> total(std::size_t t) { return values_.span(static_cast<int>(1 + t)); }
  std::span<const double> total(std::size_t t) const { return values_.span(static_cast<int>(1 + t)); }
  std::span<double> accepted(std::size_t place) {
    return values_.span(static_cast<int>(1 + totals() + place));
  }
  std::span<const double> accepted(std::size_t place) const {
    return values_.span(static_cast<int>(1 + totals() + place));
  }
  double left_of(std::size_t c) const;

  std::span<const double> links_;  ///< p_ji for the out-neighbours j in increasing order
  bool equal_;
  std::size_t d_, in_degree_;
  VectorStack values_;     ///< (x, y); the totals σ, one for all links where they are equal; the accepted ρ
  std::int64_t sent_ = 0;  ///< the stamp of the last total sent
  std::vector<std::int64_t> heard_;          ///< by in-neighbour: the stamp of the last total accepted
  mutable std::vector<double> outstanding_;  ///< for mass(); empty until it is asked for
};

}  // namespace taubar::algorithm
