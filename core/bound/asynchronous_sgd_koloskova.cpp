// Updates until E‖∇F‖² <= ε for an L-smooth F, variance σ², gap Δ = F(x^0) − F*, with the run's own figures τ_C (greatest
// concurrency), τ_avg and τ_max (delays, jobs in flight included):
//   theorem 6, a constant step:     O( L Δ ( σ²/ε² + √(τ_C τ_max)/ε ) )
//   theorem 8, a step η <= 1/(4L) for delays up to τ_C, less than 1/(4 L τ) or 0 beyond:   O( L Δ ( σ²/ε² + τ_C/ε ) )
// The factor L Δ stands inside the paper's O(.). Constants are unknown: the terms are reported beside the updates made.
//
// Source: Koloskova, Stich, Jaggi, "Sharper convergence guarantees for asynchronous SGD", NeurIPS 2022 (arXiv
// 2206.08307), definitions 1 and 4, theorems 6 and 8. Their variance assumption is read with a square.
#include <algorithm>
#include <cmath>

#include "core/bound/bound.hpp"
#include "core/bound/server_assumptions.hpp"

namespace taubar::bound {
namespace {

Verdict evaluate(const Evidence& run) {
  if (!run.server) return not_applicable(Class::order, "the method has no server");
  const auto& server = *run.server;
  Verdict verdict;
  verdict.quantity = "updates until ‖∇F‖² is what it is at the end, against the order of theorem 8";
  if (!assume_first_come(verdict, run.setting)) return verdict;
  assume_one_gradient_an_update(verdict, server);
  const auto norm = run.trace.final.find("gradient_norm");
  verdict.assume("gradient norm at the end", "positive", norm == run.trace.final.end() ? "unknown" : figure(norm->second),
                 norm != run.trace.final.end() && norm->second > 0);
  if (verdict.declined()) return verdict;
  const double epsilon = norm->second * norm->second;
  const double scale = run.setting.problem->constants().smoothness * *initial_gap(run.setting);
  const double noise = *noise_variance(run.setting) / (epsilon * epsilon);
  const double tau_C = static_cast<double>(server.concurrency_max);
  const double tau_max = static_cast<double>(std::max(server.delay_max, server.age_max));
  verdict.constant("tau_C", tau_C, "greatest concurrency");
  verdict.constant("mean concurrency", server.mean_concurrency());
  verdict.constant("tau_avg", server.mean_delay_in_flight_included(), "mean delay, jobs in flight included");
  verdict.constant("tau_max", tau_max);
  verdict.constant("epsilon", epsilon, "‖∇F‖² at the end");
  verdict.constant("theorem 6", scale * (noise + std::sqrt(tau_C * tau_max) / epsilon), "updates, constant step");
  verdict.constant("theorem 8", scale * (noise + tau_C / epsilon), "updates, delay-adaptive step");
  verdict.measured = static_cast<double>(server.updates);
  verdict.limit = scale * (noise + tau_C / epsilon);
  verdict.outcome = Outcome::reported;
  verdict.reason = "constants are unknown: compare runs, not values";
  return verdict;
}

Verdict promise(const Setting& setting) {
  Verdict verdict;
  verdict.quantity = "step size that theorem 8 allows";
  assume_one_gradient_an_update(verdict, setting);
  if (!assume_first_come(verdict, setting)) return verdict;
  verdict.constant("tau_C", static_cast<double>(setting.agents()), "no worker has two jobs");
  verdict.constant("step size, delays up to tau_C", 1 / (4 * setting.problem->constants().smoothness), "1/(4L)");
  verdict.limit = 1 / (4 * setting.problem->constants().smoothness);
  verdict.outcome = Outcome::reported;
  verdict.reason = "for a delay tau > tau_C less than 1/(4 L tau), or 0: the gradient is dropped";
  return verdict;
}

}  // namespace

extern const Bound asynchronous_sgd_koloskova;
const Bound asynchronous_sgd_koloskova{
    "asynchronous_sgd.koloskova", Class::order,
    "updates to a small gradient grow with the concurrency, and with the root of concurrency times delay for a constant step",
    "Koloskova, Stich, Jaggi, Sharper convergence guarantees for asynchronous SGD, NeurIPS 2022, theorems 6 and 8", evaluate,
    promise};

}  // namespace taubar::bound
