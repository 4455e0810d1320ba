// Optimal time complexities under the fixed computation model: worker i needs at most τ_i seconds for a stochastic
// gradient of variance σ², τ_1 <= … <= τ_n, and messages take no time. A problem is summed up by its Work: the sequential
// steps that it needs without noise, and the gradients that averaging the noise away needs.
//
//   homogeneous (f_i = F), attained by Rennala SGD and Ringmaster ASGD:   Θ( min_m [ h_m ( steps + noise/m ) ] )
//   heterogeneous, attained by Malenia SGD and Ringleader ASGD:           Θ( τ_n steps + mean(τ) noise/n )
//   minibatch SGD:                                                        O( τ_n ( steps + noise/n ) )
//   asynchronous SGD (delay-adaptive):                                    O( h_n ( steps + noise/n ) )
// with h_m = ( (1/m) Σ_{i<=m} 1/τ_i )^{-1}. Constants are 1 here, so these are yardsticks, not bounds.
//
// Sources: Tyurin, Richtárik, "Optimal time complexities of parallel stochastic optimization methods under a fixed
// computation model", NeurIPS 2023 (arXiv 2305.12387); baselines: Mishchenko, Bach, Even, Woodworth, NeurIPS 2022.
#pragma once
#include <cstdint>
#include <span>

namespace taubar::bound::floor {

struct Work {
  double steps = 0;  ///< sequential
  double noise = 0;  ///< gradients
};
/// To E‖∇F‖² <= ε from F(x^0) − F* = Δ: L Δ/ε and σ² L Δ/ε².
Work nonconvex_work(double L, double delta, double sigma_squared, double epsilon);
/// To F − F* <= ε from ‖x^0 − x*‖ = R: √L R/√ε and σ² R²/ε².
Work convex_work(double L, double distance, double sigma_squared, double epsilon);
/// To F − F* <= ε, logarithms dropped: √(L/μ) and σ²/(ε μ).
Work strongly_convex_work(double L, double mu, double sigma_squared, double epsilon);

/// In seconds; τ in any order.
double homogeneous_time(std::span<const double> tau, Work work);
double heterogeneous_time(std::span<const double> tau, Work work);
double minibatch_time(std::span<const double> tau, Work work);
double asynchronous_time(std::span<const double> tau, Work work);
/// The number m of fastest workers at which homogeneous_time has its minimum: slower ones are better ignored.
std::int64_t useful_workers(std::span<const double> tau, Work work);

/// No method comes below suboptimality 2 ε before this many seconds on the worst instance, convex and heterogeneous:
/// σ² R²/(256 n ε²) · mean(τ) (proof of theorem E.5 of the paper on gaps between homogeneous and heterogeneous).
double information_floor(std::span<const double> tau, double distance, double sigma_squared, double epsilon);

// ---- with constants ----

/// One iteration of Rennala SGD that collects S gradients takes at most 2 min_m [ h_m (1 + S/m) ] seconds, the flush of
/// stale jobs included: in t seconds worker i delivers at least t/τ_i − 2 gradients at the present iterate. As many
/// consecutive updates of Ringmaster ASGD with threshold S take no longer.
double rennala_iteration_time(std::span<const double> tau, double batch);
/// Malenia SGD: 2 ( τ_n + mean(τ) S/n ).
double malenia_iteration_time(std::span<const double> tau, double batch);

/// Theorem F.1, μ-strongly convex, f_i = F, step 1/L: S = 4 σ²/(μ L ε) gradients an iteration, at least 1, and
/// E‖x^k − x*‖² <= (1 − μ/(2L))^k ‖x^0 − x*‖² + ε/2.
struct RennalaPlan {
  double step = 0;
  double batch = 0;       ///< S, rounded up
  double iterations = 0;  ///< after which the bound is <= ε
};
RennalaPlan rennala_plan(double L, double mu, double sigma_squared, double distance_squared, double epsilon);

/// Ringmaster ASGD to E‖∇F‖² <= ε: R = max{1, ⌈σ²/ε⌉}, γ = min{1/(2RL), ε/(4Lσ²)}, K = 8RLΔ/ε + 16σ²LΔ/ε².
/// Maranjyan, Tyurin, Richtárik, ICML 2025, theorem 4.2.
struct RingmasterPlan {
  double step = 0, threshold = 0, updates = 0;
};
RingmasterPlan ringmaster_plan(double L, double delta, double sigma_squared, double epsilon);

}  // namespace taubar::bound::floor
