// The 2-Wasserstein distance of a Langevin chain's law to its target, exact on quadratics and as theorems bound it.
//
// Theorems are for the target exp(−f) with m I <= ∇²f <= M I in R^p, the step h and ϑ' = ϑ − h ∇f(ϑ) + √(2h) ξ. A chain with the
// step η and the temperature T is that with f = F/T and h = ηT: m = μ/T, M = L/T; noise of E‖ζ‖² = σ² of ∇F has σ²/T².
#pragma once
#include <functional>
#include <vector>

#include "core/bound/langevin_target.hpp"

namespace taubar::bound {

struct ScaledChain {
  double m = 0, M = 0, h = 0, p = 0;
  double noise = 0;  ///< E‖ζ‖² of ∇f

  /// max{ 1 − mh, Mh − 1 }: a step without noise brings any two points closer by it; below 1 for h < 2/M.
  double contraction() const;
  /// 1.65 M √(h³p): ‖∫_0^h ∇f(L_t) − ∇f(L_0) dt‖ of the stationary diffusion L, in L², for h <= 2/M. By ‖L_t − L_0‖ <=
  /// t √(Mp) + √(2tp) it is at most M √(h³p) (½ √(Mh) + (2/3) √2).
  double discretisation() const;
};
/// Of curvatures from `least` to `greatest` of F.
ScaledChain scaled_chain(const Setting& setting, double least, double greatest);

/// The law of θ_k on a quadratic, from the start that is farthest from the target: normal, in the target's directions.
/// Constant step, constant delay.
class ChainLaw {
 public:
  ChainLaw(const NormalTarget& target, const Setting& setting, std::int64_t tau);

  void advance();
  std::int64_t k() const { return k_; }
  bool settled() const;
  /// W₂ to the target: √Σ_j ( (f_j y_j)² + (√(q s_j + f_j² s²) − √(T/a_j))² ), s the spread of the starts; covariances commute.
  double distance() const;
  /// √E‖θ_k − θ_{k−τ}‖², of θ_k − θ_0 where k < τ.
  double moved() const;

 private:
  template <class Of>
  double sum(const Of& of) const;

  const NormalTarget& target_;
  double temperature_, q_, spread_;
  std::int64_t k_ = 0;
  Vector start_;
  std::vector<Course> courses_;     ///< of distinct curvatures
  std::vector<std::size_t> which_;  ///< by direction
};

/// The updates that a particle (the server) has made.
std::int64_t updates_of(const Evidence& run);
/// Whether a curve of a run shows update k: all up to 64, then every twentieth part more, and the last.
class Shown {
 public:
  explicit Shown(std::int64_t last) : last_(last) {}
  bool at(std::int64_t k);

 private:
  std::int64_t last_, next_ = 0;
};

/// Fresh gradients.
bool assume_no_delay(Verdict& verdict, const Evidence& run);
/// Noise that makes the target one: T > 0.
bool assume_warm(Verdict& verdict, const Setting& setting);
/// Updates times distinct curvatures: few enough to follow.
bool assume_followed(Verdict& verdict, const NormalTarget& target, std::int64_t updates);

/// What all promises of theorems on strongly convex F share: constants of F itself, and W₂ of the start to the target at most.
struct StrongConvexity {
  ScaledChain chain;
  double start = 0;  ///< ‖x_i(0) − x*‖ + s √p + √(p/m)
};
std::optional<StrongConvexity> assume_strong_convexity(Verdict& verdict, const Setting& setting);

}  // namespace taubar::bound
