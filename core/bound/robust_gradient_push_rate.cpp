// The rate of robust asynchronous stochastic gradient-push: with α(k) = n/(μ_Σ (k+1)),
//   E‖z_i(k) − z*‖₂² <= L_u σ²/(μ_Σ² k) + O(k^{−3/2})     for every i,
// μ_Σ the strong convexity of Σ f_i, σ² = Σ σ_i² the noise of its gradient, L_u the ticks within which every agent wakes.
// With F = (1/n) Σ f_i and μ = μ_Σ/n, and E‖noise_i‖² = s² for every agent, the leading constant is L_u s²/(n μ²).
//
// Reported: constants of the O(…) are unknown, and a run is no expectation. A tick is an agent's own activation where the
// step depends on that alone (L_u = 1, k the fewest activations of an agent), else an instant of the run (L_u = τ_proc).
//
// Source: Spiridonoff, Olshevsky, Paschalidis, "Robust asynchronous stochastic gradient-push", JMLR 21(58), 2020, main
// theorem (from memory).
#include <algorithm>
#include <optional>
#include <string>

#include "core/bound/bound.hpp"

namespace taubar::bound {
namespace {

/// s² = E‖noise‖² of one agent's gradient; nothing where the problem does not tell.
std::optional<double> noise(const problem::GradientRule& rule) {
  using Kind = problem::GradientRule::Kind;
  if (rule.kind == Kind::full) return 0.0;
  if (rule.kind == Kind::noisy) return rule.sigma * rule.sigma;
  return std::nullopt;
}

/// Assumptions and constants that are known before a run. Whether the bound says anything.
bool set_out(Verdict& verdict, const Setting& setting) {
  verdict.quantity = "k max_i ‖z_i(k) − z*‖₂²";
  const auto s2 = noise(setting.gradient);
  const double mu = setting.problem->constants().strong_convexity;
  verdict.assume("F is strongly convex", "mu > 0", mu == mu ? std::to_string(mu) : "unknown", mu > 0);
  verdict.assume("the noise of gradients is known", "problem.gradient full or noisy", s2 ? "known" : "an estimate from samples",
                 s2.has_value());
  verdict.assume("z* is known", "a unique minimiser", setting.minimiser ? "solved" : "none", setting.minimiser != nullptr);
  if (verdict.declined()) return false;
  verdict.constant("mu", mu, "of F = (1/n) Σ f_i");
  verdict.constant("s^2", *s2, "E‖noise‖² of an agent's gradient");
  verdict.constant("leading constant", *s2 / (static_cast<double>(setting.agents()) * mu * mu), "s²/(n mu²), times L_u");
  verdict.reason = "as remembered; one run is no expectation, and the rest O(k^{−3/2}) is unknown; not judged";
  return true;
}

Verdict promise(const Setting& setting) {
  if (!setting.method.running_sums) return not_applicable(Class::order, setting.method.name + " sends no running sums");
  Verdict verdict;
  if (set_out(verdict, setting)) verdict.outcome = Outcome::reported;
  return verdict;
}

Verdict evaluate(const Evidence& run) {
  Verdict verdict = promise(run.setting);
  if (!verdict.applies()) return verdict;
  const auto distance = run.trace.final.find("distance_worst");
  if (distance == run.trace.final.end()) return not_applicable(Class::order, "the run left no distance to z*");
  const auto& method = run.setting.method;
  const double first = method.step ? method.step(0) : 0, later = method.step ? method.step(9) : 0;
  const bool own_ticks = first > 0;
  const std::int64_t k = own_ticks ? *std::min_element(run.trace.steps.begin(), run.trace.steps.end()) : run.trace.k;
  const double L_u = own_ticks ? 1.0 : static_cast<double>(run.trace.tau_proc);
  const double mu = run.setting.problem->constants().strong_convexity;
  verdict.constant("k", static_cast<double>(k), own_ticks ? "fewest activations of an agent" : "instants of the run");
  verdict.constant("L_u", L_u, "ticks within which every agent wakes");
  if (own_ticks) verdict.constant("10 mu alpha(9)", 10 * mu * later, "1 for the theorem's step 1/(mu (k+1))");
  verdict.measured = static_cast<double>(k) * distance->second * distance->second;
  verdict.limit = L_u * *noise(run.setting.gradient) / (static_cast<double>(run.setting.agents()) * mu * mu);
  verdict.at_k = run.trace.k;
  if (*verdict.limit > 0) verdict.constant("ratio", *verdict.measured / *verdict.limit, "measured to leading term");
  verdict.outcome = Outcome::reported;
  return verdict;
}

}  // namespace

extern const Bound robust_gradient_push_rate;
const Bound robust_gradient_push_rate{"robust_gradient_push.rate", Class::order,
                                      "E‖z_i(k) − z*‖² <= L_u sigma²/(mu_Σ² k) + O(k^{−3/2}) with alpha(k) = n/(mu_Σ (k+1))",
                                      "Spiridonoff, Olshevsky, Paschalidis, JMLR 21(58), 2020, main theorem; as remembered",
                                      evaluate, promise};

}  // namespace taubar::bound
