// The descent identity and the block certificate, which stand in for the unpublished constants A_1 … A_3 of asynchronous
// gradient-push (theory.md 1.7; derived there and here, not taken from a paper).
//
// An update of agent i moves the mean of all mass by x̄ ← x̄ − (αw/n) g, g = ∇f_i(z_i). Summed over the run,
//   identity:  Σ (2αw/n) ⟨g, x̄ − x*⟩ = ‖x̄[0] − x*‖² − ‖x̄[K] − x*‖² + Σ (αw/n)² ‖g‖².
// Over a block [a, a+T) let m_i = Σ αw of agent i's updates, G = (1/n) Σ m_i f_i, μ_G = (1/n) Σ m_i μ_i,
// L_G = (1/n) Σ m_i L_i and x*_G its minimiser. If μ_G + L_G <= 2,
//   block:  ‖x̄[a+T] − x*_G‖ <= (1 − μ_G) ‖x̄[a] − x*_G‖ + (1/n) Σ αw L_i ( ‖x̄[k] − x̄[a]‖ + ‖z_i[k] − x̄[k]‖ ),
// the sum over the block's updates: a gradient step of length 1 on G contracts by 1 − μ_G, and each update differs from
// its part of that step by a gradient taken elsewhere. Updates at one instant count one after another.
#pragma once
#include <cstdint>
#include <vector>

#include "core/bound/push_testimony.hpp"
#include "core/bound/setting.hpp"

namespace taubar::bound {

class Descent {
 public:
  /// `mean` = x̄[0]. The setting knows x* and the constants of every f_i.
  Descent(const Setting& setting, const Vector& mean);
  static bool possible(const Setting& setting);

  /// Before x̄ moves: agent i's update η = −αw g with step αw > 0 and the gradient g taken at z. `rounding`: by how much
  /// η may be off, for having been read from a sum.
  void update(AgentId i, double step, const Vector& eta, double rounding, const ConstVectorRef& z, const Vector& mean);
  /// After x̄ has moved; `event` numbers the updates.
  void moved(const Vector& mean, std::int64_t k);
  /// `mean` = x̄[K], from the mass itself.
  void finish(const Vector& mean, PushTestimony& testimony);

 private:
  void begin_block(const Vector& mean);
  void end_block(const Vector& mean, std::int64_t k);

  const Setting& setting_;
  double n_;
  Vector start_;
  double identity_left_ = 0, identity_squares_ = 0, identity_largest_ = 0, identity_rounding_ = 0;
  std::int64_t updates_ = 0, next_block_ = 0;
  bool in_block_ = false;
  std::int64_t block_begin_ = 0;
  Vector anchor_;              ///< x̄[a]
  std::vector<double> m_;
  double drift_ = 0, L_G_ = 0;  ///< the block's sum, its L_G so far
  std::vector<Block> blocks_;
};

}  // namespace taubar::bound
