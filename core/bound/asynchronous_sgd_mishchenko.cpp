// Delay-adaptive asynchronous SGD, γ_k = γ n/max(n, τ_k) with γ = O(1/(L n)), reaches in K updates of n workers, whatever
// the delays,
//   nonconvex:         E‖∇F‖² = O( n L Δ/K + √(L Δ σ²/K) )
//   convex:            E F − F* = O( n L R²/K + σ R/√K )
//   strongly convex:   linear + O( σ²/(μ² K) )
// and to E‖∇F‖² <= ε takes O( h_n ( L Δ/ε + σ² L Δ/(n ε²) ) ) seconds, h_n the harmonic mean of the times of a gradient.
// Constants are unknown: the terms are reported beside what the run reached.
//
// Source: Mishchenko, Bach, Even, Woodworth, "Asynchronous SGD beats minibatch SGD under arbitrary delays", NeurIPS 2022
// (arXiv 2206.07638); the time as restated by Tyurin, Richtárik, NeurIPS 2023.
#include <cmath>

#include "core/bound/bound.hpp"
#include "core/bound/floor/complexities.hpp"
#include "core/bound/server_assumptions.hpp"

namespace taubar::bound {
namespace {

bool note_problem(Verdict& verdict, const Setting& setting) {
  assume_method(verdict, setting, "asynchronous_sgd");
  if (verdict.declined()) return false;
  assume_homogeneous(verdict, setting);
  assume_minimiser_known(verdict, setting);
  assume_variance_known(verdict, setting);
  if (verdict.declined()) return false;
  const auto constants = setting.problem->constants();
  verdict.constant("L", constants.smoothness);
  verdict.constant("mu", constants.strong_convexity);
  verdict.constant("F(x^0) − F*", *initial_gap(setting));
  verdict.constant("‖x^0 − x*‖", *initial_distance(setting));
  verdict.constant("sigma^2", *noise_variance(setting));
  return true;
}

Verdict evaluate(const Evidence& run) {
  if (!run.server) return not_applicable(Class::order, "the method has no server");
  const auto& setting = run.setting;
  Verdict verdict;
  verdict.quantity = "suboptimality at the end, against the order of the convex rate";
  if (!note_problem(verdict, setting)) return verdict;
  const double n = static_cast<double>(setting.agents()), K = static_cast<double>(run.server->updates);
  verdict.assume("updates", "at least 1", figure(K), K >= 1);
  if (verdict.declined()) return verdict;
  const double L = setting.problem->constants().smoothness, gap = *initial_gap(setting), R = *initial_distance(setting);
  const double sigma_squared = *noise_variance(setting);
  const double convex = n * L * R * R / K + std::sqrt(sigma_squared / K) * R;
  verdict.constant("nonconvex rate", n * L * gap / K + std::sqrt(L * gap * sigma_squared / K), "‖∇F‖²");
  verdict.constant("convex rate", convex, "F − F*");
  if (const auto norm = run.trace.final.find("gradient_norm"); norm != run.trace.final.end()) {
    const double epsilon = norm->second * norm->second;
    verdict.constant("‖∇F‖² at the end", epsilon);
    if (!setting.times.mean.empty() && epsilon > 0)
      verdict.constant("time to it", floor::asynchronous_time(setting.times.mean, floor::nonconvex_work(L, gap, sigma_squared, epsilon)),
                       "seconds, mean times of steps, constants 1");
  }
  if (const auto final = run.trace.final.find("suboptimality"); final != run.trace.final.end()) verdict.measured = final->second;
  verdict.limit = convex;
  verdict.outcome = Outcome::reported;
  verdict.reason = "constants are unknown: compare runs, not values";
  return verdict;
}

Verdict promise(const Setting& setting) {
  Verdict verdict;
  verdict.quantity = "order of the step size γ that goes with the rule delay_adaptive";
  if (!note_problem(verdict, setting)) return verdict;
  verdict.limit = 1 / (setting.problem->constants().smoothness * static_cast<double>(setting.agents()));
  verdict.constant("1/(L n)", *verdict.limit);
  verdict.outcome = Outcome::reported;
  verdict.reason = "a constant times 1/(L n)";
  return verdict;
}

}  // namespace

extern const Bound asynchronous_sgd_mishchenko;
const Bound asynchronous_sgd_mishchenko{
    "asynchronous_sgd.mishchenko", Class::order,
    "delay-adaptive asynchronous SGD matches minibatch SGD in updates whatever the delays",
    "Mishchenko, Bach, Even, Woodworth, Asynchronous SGD beats minibatch SGD under arbitrary delays, NeurIPS 2022", evaluate,
    promise};

}  // namespace taubar::bound
