// How push methods split an agent's mass (x, y), x ∈ R^d: out-neighbour j is sent (p_ji x, p_ji y), the agent
// keeps (p_ii x, p_ii y), and Σ_j p_ji = 1, so that no mass is made or lost.
#pragma once
#include <cstdint>
#include <span>
#include <string_view>

#include "core/agent/runtime.hpp"
#include "core/algorithm/vector_stack.hpp"
#include "core/topology/mixing.hpp"

namespace taubar::algorithm {

class PushShares {
 public:
  /// Agent i's column of the mixing matrix; both arguments outlive it.
  PushShares(const topology::Digraph& graph, const topology::ColumnStochastic& weights, AgentId i);

  /// p_ii
  double own() const { return own_; }
  /// Sends every out-neighbour its share as a push_share of d + 1 values: one payload for all where the
  /// shares are equal, else one each.
  void send(agent::Runtime& runtime, std::int64_t stamp, std::span<const double> x, double y) const;

 private:
  std::span<const double> links_;  ///< p_ji for the out-neighbours j in increasing order
  double own_;
  bool equal_;
};

/// InputError unless every agent keeps a positive share: without one, an asynchronous agent that has sent and
/// heard nothing has y = 0 and no estimate x/y. `method` is named in the message.
void require_own_shares(const topology::ColumnStochastic& weights, std::string_view method);

/// The parts of a push_share's values.
inline ConstVectorView share_of_x(std::span<const double> values) {
  return as_vector(values.first(values.size() - 1));
}
inline double share_of_y(std::span<const double> values) { return values.back(); }

}  // namespace taubar::algorithm
