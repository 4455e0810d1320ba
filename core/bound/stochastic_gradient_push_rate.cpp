// The rate of stochastic gradient push, theorem 1 as remembered: with γ = √(n/K) over K rounds,
//   (1/K) Σ_k E‖∇f(x̄^k)‖₂² <= 12 (f(x̄^0) − f* + L σ²/2) / √(nK)
// for K >= max{ n L⁴ C⁴ 60²/(1−q)⁴, …, n }, C and q those of lemma 3; the terms left out hold constants P_1, P_2 that no
// source has. f = (1/n) Σ f_i. Reported: the threshold is never reached, and the step is rarely √(n/K). The average is
// formed over the records, at the mean of the z_i.
//
// Source: Assran, Loizou, Ballas, Rabbat, "Stochastic gradient push for distributed deep learning", ICML 2019, theorem 1
// (from memory; theory.md 2.1).
#include <algorithm>
#include <cmath>

#include "core/base/math.hpp"
#include "core/bound/bound.hpp"
#include "core/bound/stochastic_gradient_push.hpp"

namespace taubar::bound {
namespace {

/// σ²: E‖∇F_i − ∇f_i‖₂²; NaN where the problem does not tell.
double noise(const problem::GradientRule& rule) {
  using Kind = problem::GradientRule::Kind;
  if (rule.kind == Kind::full) return 0;
  return rule.kind == Kind::noisy ? rule.sigma * rule.sigma : std::nan("");
}

double promised(const Setting& setting, double K) {
  const Vector start = setting.initial->colwise().mean().transpose();
  const double gap = setting.problem->value(start) - setting.objective_at_minimiser;
  const double L = setting.problem->constants().smoothness;
  return 12 * (gap + L * noise(setting.gradient) / 2) / std::sqrt(static_cast<double>(setting.agents()) * K);
}

Verdict promise(const Setting& setting) {
  Verdict verdict;
  verdict.quantity = "mean over k of ‖∇F(x̂^k)‖₂²";
  const auto constants = rounds_constants(verdict, setting);
  const double L = setting.problem->constants().smoothness, sigma2 = noise(setting.gradient);
  verdict.assume("F is smooth", "L known", L == L ? std::to_string(L) : "unknown", L == L);
  verdict.assume("the noise of gradients is known", "problem.gradient full or noisy",
                 sigma2 == sigma2 ? "known" : "an estimate from samples", sigma2 == sigma2);
  verdict.assume("F* is known", "a minimiser", setting.minimiser ? "solved" : "none", setting.minimiser != nullptr);
  if (verdict.declined()) return verdict;
  const double n = static_cast<double>(setting.agents());
  verdict.constant("L", L);
  verdict.constant("sigma^2", sigma2);
  verdict.constant("promised sqrt(K)", promised(setting, 1), "12 (f(x̄^0) − f* + L sigma²/2)/√n");
  verdict.constant_log10("K threshold",
                         std::max(math::log10(n), math::log10(n) + 4 * math::log10(L) + 4 * constants->log10_C + 2 * math::log10(60) -
                                                   4 * constants->log10_one_minus_q),
                         "the larger of n and n L⁴ C⁴ 60²/(1−q)⁴; the others hold unknown constants");
  verdict.vacuous = true;
  verdict.outcome = Outcome::reported;
  verdict.reason = "as remembered, with a number of rounds that no run reaches; not judged";
  return verdict;
}

Verdict evaluate(const Evidence& run) {
  Verdict verdict = promise(run.setting);
  if (!verdict.applies()) return verdict;
  const int column = run.trace.column("gradient_norm");
  const auto& steps = run.trace.steps;
  const double K = steps.empty() ? 0 : static_cast<double>(*std::min_element(steps.begin(), steps.end()));
  if (column < 0 || run.trace.records.empty() || K < 1)
    return not_applicable(Class::order, "the run recorded no gradient_norm, or completed no round");
  double sum = 0;
  for (const auto& record : run.trace.records) {
    const double norm = record.values[static_cast<std::size_t>(column)];
    sum += norm * norm;
  }
  const double n = static_cast<double>(run.setting.agents());
  verdict.measured = sum / static_cast<double>(run.trace.records.size());
  verdict.limit = promised(run.setting, K);
  verdict.at_k = run.trace.k;
  verdict.constant("K", K, "fewest rounds of an agent");
  verdict.constant("ratio", *verdict.measured / *verdict.limit, "measured to promised");
  verdict.constant("alpha(0) / sqrt(n/K)", run.setting.method.step(0) / std::sqrt(n / K), "1 for the theorem's step");
  return verdict;
}

}  // namespace

extern const Bound stochastic_gradient_push_rate;
const Bound stochastic_gradient_push_rate{"stochastic_gradient_push.rate", Class::order,
                                          "mean ‖∇F(x̄^k)‖² <= 12 (F(x̄^0) − F* + L sigma²/2)/√(nK) with step √(n/K)",
                                          "Assran, Loizou, Ballas, Rabbat, ICML 2019, theorem 1; as remembered", evaluate,
                                          promise};

}  // namespace taubar::bound
