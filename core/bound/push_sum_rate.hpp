// The geometric rates at which push-sum forgets, from n, N (shares: 1 / smallest weight; max out-degree + 1 for uniform
// weights), the diameter Δ and the bound τ on staleness. 1 − q is far below what a double near 1 can tell, so everything
// is a natural logarithm of 1 − q, of C, of λ.
#pragma once
#include <cstdint>
#include <optional>

#include "core/bound/setting.hpp"

namespace taubar::bound {

/// λ = 1 − n N^{−W}, q = λ^{1/(W+1)}, C = 2 N^W / λ^{(W+2)/(W+1)}, W = (Δ+1) τ̄: the constants of the theorem
/// "convergence of asynchronous perturbed push-sum" of Assran and Rabbat as remembered (its sister paper on stochastic
/// gradient push has the same exponents); no source with the constants was found.
struct PublishedRate {
  double W = 0;
  double log_one_minus_q = 0;
  double log_q = 0;  ///< −(1 − q) where that is tiny; 0 only by underflow
  double log_C = 0;
};
/// Nothing where n N^{−W} >= 1: the bound is then not defined.
std::optional<PublishedRate> published_rate(double n, double N, double diameter, double tau_bar);

/// λ_d = 1 − N^{−W_d}, W_d = (Δ+2)(τ_proc+τ_msg): the same with constants that can be proved (gradient_push_consensus.cpp).
struct ProvableRate {
  double W = 0;
  double log_N = 0;
  double log_one_minus_lambda = 0;  ///< −W log N
  double log_lambda = 0;
};
ProvableRate provable_rate(double N, double diameter, double tau_proc, double tau_msg);

/// Bounds on staleness that follow from bounds on times, for methods whose agents never wait: between two
/// completions of agent i lie at most T_i seconds, in which agent j completes at most floor(T_i/t_j) + 1 steps; a message
/// arrives at most ℓ seconds after it was sent and is read at most T seconds later. Nothing where a time is unbounded,
/// or 0. `enforced` goes first.
std::optional<Enforced> promised_asynchrony(const Setting& setting);

}  // namespace taubar::bound
