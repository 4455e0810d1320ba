// One direction of a Langevin chain on a quadratic, with gradients τ updates old: for a curvature a and a step η, c = ηa,
//   y_{k+1} = y_k − c y_{k−τ} + ε_k,   ε_k ~ N(0, q) independent,   y_{−τ} = … = y_0,
// where n workers of equal times have τ = n − 1: the first n gradients are all of the start. τ = 0: y_{k+1} = (1 − c) y_k + ε_k.
//
// Stable iff 0 < c < 2 sin(π/(2(2τ+1))): 2, 1, 0.6180, 0.4450, 0.3473 for τ = 0 … 4 (Levin, May, Theoretical Population Biology 9,
// 1976). In the long run, with c = 2 sin(φ/2) and θ = (τ + ½) φ,
//   r_h = E y_k y_{k+h} = R cos(hφ + π/4 − θ/2)  for 0 <= h <= τ + 1,   R = q / (2c cos(φ/2) cos(π/4 + θ/2)),
//   r_0 = q (1 + sin θ) / (2 sin φ cos θ),       r_{h+1} = r_h − c r_{h−τ}  from h = τ on.
// Derived here: by r_h − r_{h−1} = −c r_{τ+1−h}, twice, r_{h+1} = (2 − c²) r_h − r_{h−1} up to τ + 1, so r_h is a cosine; the same
// relation once fixes its phase, and r_0 = r_1 − c r_{τ+1} + q its size. Of it
//   τ = 0: q/(c(2 − c)),   τ = 1: q(1 + c)/(c(1 − c)(2 + c)),   any τ: (q/π) ∫_0^π dw / |1 − e^{−iw} + c e^{−iw(τ+1)}|²,
//   small c: (q/2c)(1 + c(τ + ½)).
// Angles are never taken: e^{iφ/2} = √(1 − c²/4) + i c/2, and its powers.
#pragma once
#include <cstdint>
#include <vector>

namespace taubar::bound {

/// 2 sin(π/(2(2τ+1)))
double stability_limit(std::int64_t tau);

/// r_0, and r at multiples of a spacing; for 0 < c < stability_limit(τ) and q >= 0.
class DelayedRecursion {
 public:
  DelayedRecursion(double c, double q, std::int64_t tau);

  double c() const { return c_; }
  double q() const { return q_; }
  std::int64_t tau() const { return tau_; }
  double variance() const { return r_.front(); }
  /// r_h of 0 <= h <= τ + 1.
  double autocovariance(std::int64_t h) const { return r_[static_cast<std::size_t>(h)]; }
  /// r_0, r_s, r_{2s}, … of `count` lags; what is below 1e-18 of r_0 for good is 0. O(τ + lags until then).
  std::vector<double> autocovariances(std::int64_t count, std::int64_t spacing) const;

 private:
  double c_, q_;
  std::int64_t tau_;
  std::vector<double> r_;  ///< r_0 … r_{τ+1}
};

/// y after k = 0, 1, … updates from y_0 on, stable or not: its mean is factor() y_0, its variance share() q.
class Course {
 public:
  Course(double c, std::int64_t tau);

  void advance();
  std::int64_t k() const { return k_; }
  double factor() const { return factors_[slot(k_)]; }
  double share() const { return share_; }
  /// The same of y_k − y_{k−τ}, or y_k − y_0 where k < τ.
  double factor_moved() const { return factor() - factors_[slot(k_ > tau_ ? k_ - tau_ : 0)]; }
  double share_moved() const { return share_moved_; }
  /// Nothing changes any more: factors of the last τ + 1 updates and responses are below 1e-20.
  bool settled() const { return quiet_ > tau_; }

 private:
  std::size_t slot(std::int64_t k) const { return static_cast<std::size_t>(k % (tau_ + 1)); }

  double c_;
  std::int64_t tau_, k_ = 0, quiet_ = 0;
  double share_ = 0, share_moved_ = 0;
  std::vector<double> factors_, responses_;  ///< of the last τ + 1 updates; X_k: what a unit ε_{−1} leaves in y_k
};

}  // namespace taubar::bound
