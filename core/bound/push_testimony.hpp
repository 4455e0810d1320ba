// What was seen of a push method's run, event by event: the invariants of perturbed push-sum, the consensus and descent
// certificates, and the sums from which a-priori bounds are evaluated. Filled in by PushWitness.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/time.hpp"

namespace taubar::bound {

/// The largest violation of something that must be 0 but for round-off, and where.
struct Worst {
  double value = 0;
  std::int64_t k = 0;
  std::int64_t agent = -1;
  std::int64_t checked = 0;  ///< how often it was looked at
  void see(double v, std::int64_t at_k, std::int64_t who);
};

/// The run at one instant, between events.
struct Checkpoint {
  std::int64_t k = 0, events = 0;  ///< events: completed steps and idle readings so far
  Time time = 0;
  double consensus_2 = 0, consensus_1 = 0;  ///< max_i ‖z_i − x̄‖ in the 2- and the 1-norm, x̄ the mean of all mass
  double certificate = 0;                   ///< CERT-1's bound on consensus_2
  double trivial = 0;                       ///< the same with nothing ever forgotten: diam Z(0) + Σ ‖η/y‖
  double perturbation = 0;                  ///< Σ_{s<k} max_i ‖η_i[s]‖₂
  double perturbation_1 = 0;                ///< the same in the 1-norm
  double largest_perturbation = 0;          ///< max ‖η_i[s]‖₂ so far
  double distance = 0;                      ///< ‖x̄ − x*‖₂, 0 where x* is unknown
  std::vector<std::int64_t> steps;          ///< c_i; for methods with known rates only
};

/// One block [a, a+T) of the descent certificate (theory.md 1.7).
struct Block {
  std::int64_t k = 0, events = 0;  ///< at its end; its length
  double before = 0, after = 0;    ///< ‖x̄[a] − x*_G‖, ‖x̄[a+T] − x*_G‖
  double bound = 0;                ///< on `after`
  double mu_G = 0, L_G = 0;
  bool applies = false;            ///< mu_G + L_G <= 2, the step being part of G
};

struct PushTestimony {
  std::int64_t events = 0;        ///< completed steps
  std::int64_t period = 1;        ///< steps in which an agent sends along each of its links once
  std::int64_t silent_steps = 0;  ///< of them, without sending any mass
  // ---- invariants; relative to the size of what is balanced ----
  Worst mass_x, mass_weight;    ///< INV-1, INV-2 over all live entries
  Worst local_x, local_weight;  ///< the same over one handler: before + η + taken = after + sent
  Worst hull;                   ///< INV-3: how far a ratio left the hull of what it was made of
  Worst ratio;                  ///< ‖y z − x‖ / ‖x‖ of what an agent holds after an event
  Worst step;                   ///< ‖η + α(c) w ∇f_i(z)‖ / ‖η‖, z as the step began; where the gradient is exact
  double lost_weight = 0, duplicated_weight = 0;  ///< Σ of push-sum weight that the network took or made
  // ---- certificates ----
  std::vector<Checkpoint> checkpoints;  ///< from the start to the end
  bool exact = false;                   ///< CERT-1 over the whole run; else chained over windows
  std::int64_t window = 0;              ///< events a window
  double initial_diameter = 0;          ///< D_0 = diam of the initial iterates
  double initial_norm_1 = 0;            ///< max_i ‖x_i(0)‖₁
  double identity_error = 0;            ///< descent identity: residual relative to its largest term
  double identity_rounding = 0;         ///< what reading η from sums may add to it
  bool has_identity = false;
  std::vector<Block> blocks;
  double mean_square_distance = 0;      ///< (1/K) Σ_k ‖x̄[k] − x*‖₂²
  double largest_distance = 0;          ///< max_k ‖x̄[k] − x*‖₂
  std::vector<double> largest_gradient;  ///< L_i of the paper: max over the run of ‖∇f_i(z_i)‖₂ = ‖η‖/(α w), by agent
};

}  // namespace taubar::bound
