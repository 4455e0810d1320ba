// How walk and iterate of a token vary: the second moments of the linearised recursion, at a finite n and in the limit.
//
// The chain has left eigenvectors u_i (of P^T, eigenvalue λ_i), v_i = D_μ^−1 u_i with v_iᵀ u_j = δ_ij; m = n − 1 modes.
//   z_i = v_i(X_n)        where the token is: e_X − μ = Σ z_i u_i
//   y_i = v_iᵀ (x_n − μ)  the history:        x − μ = Σ y_i u_i,   Σ y_i² = Σ_j (x_j − μ_j)²/μ_j
//   δ_k                   θ_n − θ* in the eigenbasis of the Hessian of Σ μ_i f_i at θ*, curvatures κ_k
//   r_ik = (Hᵀ u_i)_k     H_j = −∇f_j(θ*) in that basis
// K[x] to first order in x − μ is P_ij (1 − α (x−μ)_j/μ_j + α Σ_k P_ik (x−μ)_k/μ_k). Averaged over X_n ~ μ, which leaves out
// terms of relative size γ:
//   z_i' = λ_i z_i − (1−λ_i) c_i y_i + ε_i,  Var ε_i = 1 − λ_i²   (so that Var z_i = 1 for the base chain),  c_i = α(1+λ_i)
//   y_i' = (1−γ) y_i + γ z_i'
//   δ_k' = (1 − β κ_k) δ_k + β Σ_i r_ik z_i'
// Modes do not correlate. For α = 0, X_0 ~ μ and equal Hessians the second moments are exact for every n. With z at rest for
// a fixed y, z_i = −c_i y_i + noise of S_i a step, S_i = (1+λ_i)/(1−λ_i), it is the linear stochastic
// approximation whose limits are, with ρ = β/γ and 1/n = γ where a = 1, β/s where b = 1:
//   E y_i²     = γ S_i / (2(1 + c_i) − 1{a=1})
//   b > a      E δ_k δ_l = β Σ_i r_ik r_il S_i/(1+c_i)² / (κ_k + κ_l − 1{b=1}/s)
//   b < a      the same with c_i = 0
//   a = b      q_ik = r_ik (S_i − c_i E_i)/(1 + c_i + ρ κ_k − 1{a=1}),  E_i = E y_i²/γ, ρ = s
//              E δ_k δ_l = β Σ_i (r_ik r_il S_i − c_i (r_ik q_il + r_il q_ik)) / (κ_k + κ_l − 1{b=1}/s)
//
// A chain with a history-driven target is the base chain of π[x], and π[x] − μ = −α (x − μ) to first order: from π[x] P[x] = π[x],
// the same with c_i = α.
//
// Source: Hu, Doshi, Eun, "Accelerating distributed stochastic optimization via self-repellent random walks", ICLR 2024
// (arXiv 2401.09665), theorem 3.3, and for x_n Doshi, Hu, Eun, ICML 2023; derived here again, as the law at finite n.
#pragma once
#include <cstdint>

#include "core/base/linear_algebra.hpp"
#include "core/bound/token_walk.hpp"

namespace taubar::bound {

struct TokenLaw {
  Vector eigenvalues;       ///< λ_i, m values
  double alpha = 0;
  double history_power = 1; ///< a
  bool history_driven_target = false;
  PowerStep step = {};      ///< s, b, offset
  Matrix pull = {};         ///< r_ik, m×d; 0 columns where the iterate is not asked for
  Vector curvature = {};    ///< κ_k, d values

  /// c_i
  Vector repulsion() const;
  /// γ and β of the step that leads to (x_n, θ_n), n >= 1; n need not be whole.
  double gamma(double n) const;
  double beta(double n) const;
  /// Of the least curvature above what the limit of the iterate asks for: 0, for b = 1 1/(2s).
  double margin() const;
  /// The steps before the linear recursion is stable: γ (1 + c_i (1−λ_i)/(1+λ_i)) <= 1 and β κ_k <= 1 from then on. (It is
  /// below 2, by Jury's criterion.) The token's own recursion is bounded there, and forgets them.
  double first_steps() const;
};

/// Second moments about the mean after n steps.
struct TokenMoments {
  Vector history;          ///< E y_i², m values
  Eigen::MatrixXd iterate; ///< E δ_k δ_l, d×d
};

/// From X ~ μ and one x and θ of all runs after `first_steps`. Step by step up to n = 200, then by an implicit method of order 2
/// over steps of n/64, whose fixed points are those of the recursion. O(m d² log n).
TokenMoments moments_after(const TokenLaw& law, std::int64_t n);

/// `history` divided by γ_n, `iterate` by β_n, as n → ∞.
TokenMoments limit_moments(const TokenLaw& law);

/// The exponent of α in the limits of E‖θ − θ*‖²: −2 for b > a, −1 for a = b, 0 for b < a; bounds for finite α.
double order_in_alpha(const TokenLaw& law);

}  // namespace taubar::bound
