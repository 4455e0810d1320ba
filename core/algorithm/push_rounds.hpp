// Mixing in rounds, as synchronous push methods do it: every agent has a vector v ∈ R^w, and in round r
//   v_i ← Σ_j p_ij(r) v_j                                     summed in increasing j, the own share at its
//   place
// The first d + 1 entries are push-sum mass, (x, y); a method may mix more along. Senders may be rounds
// ahead: what they send waits for its round. Duplicates are ignored; a lost message stops its receiver, and
// in time everyone.
//
// With an overlap τ an agent goes on while the shares of its last τ rounds are still on their way, and adds
// each round when it is complete. On a rotating topology it sends half of v to one receiver a round, and
// knows from the round whom it will hear.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "core/algorithm/algorithm.hpp"
#include "core/algorithm/round_buffer.hpp"
#include "core/algorithm/vector_stack.hpp"
#include "core/topology/rotation.hpp"

namespace taubar::algorithm {

/// The mixing matrix of a push method: that of the scenario, or halves on a rotating topology. `method` is
/// named where the topology's `mixing` does not fit.
topology::ColumnStochastic push_weights(const Inputs& inputs, std::string_view method);

class PushRounds {
 public:
  /// v = (start, 1, 0 …), w values. The weights and the graph outlive it.
  PushRounds(const Inputs& inputs, const topology::ColumnStochastic& weights, AgentId i, std::size_t width,
             std::int64_t overlap = 0);

  VectorView x() { return {values_.span(0).data(), d_}; }
  double weight() const { return values_.span(0)[static_cast<std::size_t>(d_)]; }
  /// The entries of v beyond the mass.
  VectorView more() {
    return {values_.span(0).data() + d_ + 1, static_cast<Eigen::Index>(values_.span(0).size()) - d_ - 1};
  }
  /// r: rounds sent.
  std::int64_t round() const { return sent_; }

  /// Sends the shares of v, keeps the own one.
  void send(agent::Runtime& runtime);
  void store(const agent::Runtime& runtime, const agent::Message& message);
  /// True if no more than the last `overlap` rounds sent are incomplete; v then is what the next step begins from.
  bool settle(const agent::Runtime& runtime);

  /// Its own mass and that of the messages it keeps; valid until the next call.
  agent::PushMass mass(std::span<const double> perturbation) const;
  void state(agent::StateVisitor& visitor);

  /// Bytes on the heap.
  static double expected_bytes(const Scale& scale, double width, double overlap);

 private:
  void add_round(const agent::Runtime& runtime);
  void add_arrived();

  std::span<const double> links_;  ///< p_ji for the out-neighbours j in increasing order
  double own_;                     ///< p_ii
  bool equal_;                     ///< all out-neighbours are sent the same share
  std::optional<topology::Rotation> rotation_;
  Eigen::Index d_;
  std::int64_t overlap_;
  VectorStack values_;                ///< v, the sum being formed
  RoundBuffer received_;              ///< shares; its round is the oldest not yet added
  std::int64_t sent_ = 0;             ///< rounds
  mutable std::vector<double> held_;  ///< for mass(); empty until it is asked for
};

}  // namespace taubar::algorithm
