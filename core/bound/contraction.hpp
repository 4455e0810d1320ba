// How fast push-sum forgets, computed for the run that was: the consensus certificate CERT-1.
//
// Live entries are the agents and the messages in flight, each with a weight y and a ratio z = x/y. One event maps them
// linearly, and with P its column-stochastic matrix the ratios obey
//   Z[k+1] = R[k] (Z[k] + Y[k]⁻¹ η[k]),   R[k]_uv = P[k]_uv y_v[k] / y_u[k+1],   R row-stochastic.
// With τ1(R) = ½ max_{u,u'} Σ_v |R_uv − R_u'v|, R(k:s) = R[k−1] … R[s] and diam the largest distance of two live ratios,
//   ‖z_u[k] − z_u'[k]‖ <= τ1(R(k:0)) diam Z[0] + Σ_{s<k} τ1(R(k:s)) diam(η_v[s]/y_v[s]),
// and x̄[k] lies in the hull of the live ratios, so the same bounds ‖z_i[k] − x̄[k]‖. A derivation of our own from the
// invariants of perturbed push-sum; τ1 is Dobrushin's coefficient (Seneta, "Non-negative matrices and Markov chains",
// 1981, section 3.1), submultiplicative and at most 1.
#pragma once
#include <cstdint>
#include <map>
#include <vector>

namespace taubar::bound {

class Contraction {
 public:
  /// Entries 0 … agents−1 are the agents; `diameter` = diam Z[0].
  Contraction(std::size_t agents, double diameter);

  // ---- what happens, in order; only the weights matter ----
  /// Agent's x is moved by η: `size` = ‖η‖ / y. The place to say it later, when η is known only at a handler's end.
  std::size_t perturb(std::size_t agent, double size);
  void set_perturbation(std::size_t place, double size);
  /// A message with the agent's ratio begins to live; all copies of a multicast are one entry.
  std::size_t send(std::size_t agent);
  /// The agent adds a copy of the message; `fraction` = y' / (y + y'). `last`: no copy is left.
  void take(std::size_t agent, std::size_t message, double fraction, bool last);

  /// The bound as of now; infinite once stopped. Exact: every τ1 above is formed; else the sum's older terms share those of fewer, later s,
  /// which are larger, at the cost of one in so many.
  double bound(bool exact) const;
  /// Begins a new window: forgets what happened, keeps `diameter` as the bound on today's diam Z.
  void restart(double diameter);
  /// Says nothing from now on and keeps nothing: for runs with more live entries than a certificate can afford.
  void stop();

  bool stopped() const { return stopped_; }
  std::size_t live() const { return agents_ + alive_.size(); }
  std::size_t steps() const { return steps_.size(); }
  std::size_t perturbations() const { return perturbations_; }

 private:
  enum class Kind : std::uint8_t { perturb, send, take };
  struct Step {
    Kind kind;
    std::uint32_t agent = 0;
    std::uint64_t message = 0;
    double amount = 0;
  };

  std::size_t agents_;
  double diameter_;
  std::uint64_t next_;                   ///< number of the next message
  std::vector<Step> steps_;              ///< since the window began
  std::map<std::uint64_t, bool> alive_;  ///< messages with copies left, in order of sending
  std::size_t perturbations_ = 0;
  bool stopped_ = false;
};

}  // namespace taubar::bound
