// SGD on a computation tree, with constants. F is L-smooth, Δ = F(x^0) − F*, gradients are unbiased with variance σ², and
//   x_{k+1} = x_k − γ ∇F(z_k; ξ_k),   z_k at a tree distance of at most R from x_k.
// With γ = min{ 1/(2L), 1/(2RL), ε/(4σ²L) }
//   (1/K) Σ_{k<K} E‖∇F(x_k)‖² <= ε      for every K >= 4 (R+1) L Δ/ε + 8 σ² L Δ/ε².
// A server that applies one gradient an update has z_k = x_{k−τ_k}: R is the longest delay of the run, or any more. So a
// run with the step γ <= 1/(2 max{1,R} L) is promised the smaller of two ε: 4σ²Lγ with R, once K is that large; else the
// one at which K suffices with R' = 1/(2γL) >= R. Without noise the run is its own expectation and is judged.
//
// Source: "Birch SGD: a tree graph framework for local and asynchronous SGD methods", ICLR 2026, its main theorem.
#include <algorithm>
#include <cmath>

#include "core/base/math.hpp"
#include "core/bound/bound.hpp"
#include "core/bound/server_assumptions.hpp"

namespace taubar::bound {
namespace {

constexpr double round_off = 1e-9;  // relative, of sums over K gradients and of a step told from differences

double updates_needed(double R, double L, double gap, double variance, double epsilon) {
  return 4 * (R + 1) * L * gap / epsilon + 8 * variance * L * gap / (epsilon * epsilon);
}

/// The smallest ε that the theorem promises after K updates with the step γ.
double promised(double K, double R, double L, double gap, double variance, double step) {
  const double noise_floor = 4 * variance * L * step;
  if (noise_floor > 0 && K >= updates_needed(R, L, gap, variance, noise_floor)) return noise_floor;
  // K ε² = b ε + c with R' = 1/(2γL)
  const double b = 4 * (1 / (2 * step * L) + 1) * L * gap, c = 8 * variance * L * gap;
  return std::max(noise_floor, (b + std::sqrt(b * b + 4 * K * c)) / (2 * K));
}

Verdict evaluate(const Evidence& run) {
  if (!run.server) return not_applicable(Class::theorem, "the method has no server");
  if (!run.server_run) return not_applicable(Class::theorem, "nobody watched the server's updates");
  const auto& setting = run.setting;
  const auto& seen = *run.server_run;
  Verdict verdict;
  verdict.quantity = "(1/K) Σ_{k<K} ‖∇F(x_k)‖₂²";
  if (!assume_first_come(verdict, setting)) return verdict;
  const double L = setting.problem->constants().smoothness;
  const double R = static_cast<double>(run.server->delay_max);
  const double step = seen.greatest_step, allowed = 1 / (2 * std::max(1.0, R) * L);
  assume_one_gradient_an_update(verdict, *run.server);
  verdict.assume("updates", "at least 1", std::to_string(seen.updates), seen.updates >= 1);
  verdict.assume("step size", "the same at every update", figure(seen.least_step) + " to " + figure(seen.greatest_step),
                 step > 0 && seen.greatest_step - seen.least_step <= round_off * step);
  verdict.assume("step size", "at most 1/(2 max{1,R} L) = " + figure(allowed), figure(step), step <= allowed * (1 + round_off));
  if (verdict.declined()) return verdict;
  const double K = static_cast<double>(seen.updates), variance = *noise_variance(setting);
  verdict.constant("R", R, "longest delay of the run");
  verdict.constant("step size", step);
  verdict.constant("K", K);
  verdict.limit = promised(K, R, L, *initial_gap(setting), variance, step);
  verdict.measured = seen.gradient_norm_squared_sum / K;
  verdict.at_k = seen.updates;
  verdict.vacuous = *verdict.limit > 2 * L * *initial_gap(setting);  // ‖∇F(x^0)‖² is no more
  if (*verdict.measured > 0) verdict.slack_decades = math::log10(*verdict.limit / *verdict.measured);
  if (variance > 0) {
    verdict.outcome = Outcome::reported;
    verdict.reason = "the bound is on an expectation: a mean over replicates could be judged, one run with noise cannot";
    return verdict;
  }
  verdict.outcome = *verdict.measured <= *verdict.limit * (1 + round_off) ? Outcome::holds : Outcome::violated;
  return verdict;
}

Verdict promise(const Setting& setting) {
  Verdict verdict;
  verdict.quantity = "step size allowed, from the longest delay that the times and the method allow";
  assume_one_gradient_an_update(verdict, setting);
  if (!assume_first_come(verdict, setting)) return verdict;
  const double L = setting.problem->constants().smoothness, variance = *noise_variance(setting);
  const double R = longest_delay_allowed(setting);
  verdict.constant("R", R, "at most, from the slowest and the fastest exchanges and from what is dropped");
  double step = 1 / (2 * std::max(1.0, R) * L);
  const double mu = setting.problem->constants().strong_convexity;
  if (setting.target_suboptimality && mu > 0) {
    const double epsilon = 2 * mu * *setting.target_suboptimality;  // F − F* <= ‖∇F‖²/(2μ)
    if (variance > 0) step = std::min(step, epsilon / (4 * variance * L));
    verdict.constant("epsilon", epsilon, "2 μ times the target: ‖∇F‖² small enough for it");
    verdict.constant("K needed", std::ceil(updates_needed(R, L, *initial_gap(setting), variance, epsilon)), "updates");
  }
  verdict.limit = step;
  verdict.constant("step size allowed", step);
  verdict.vacuous = !(step > 0);
  verdict.outcome = Outcome::reported;
  if (verdict.vacuous) verdict.reason = "the times have no bound, so the delays have none before the run";
  return verdict;
}

}  // namespace

extern const Bound asynchronous_sgd_birch;
const Bound asynchronous_sgd_birch{
    "asynchronous_sgd.birch", Class::theorem,
    "the mean squared gradient norm over K updates is at most epsilon after 4(R+1)LΔ/ε + 8σ²LΔ/ε² of them",
    "Birch SGD: a tree graph framework for local and asynchronous SGD methods, ICLR 2026, main theorem", evaluate, promise};

}  // namespace taubar::bound
