// How much self-repellence gains: d ln E‖θ_n − θ*‖² / d ln α and the same of the history, at the α of the scenario. As α → ∞ the
// first goes to −2 for b > a, −1 for a = b, 0 for b < a, and the second to −1; at a finite α and n the law says how far from it.
// Figures, not a judgement (ORD): central differences of the laws of token_law.hpp in ln α.
//
// Source: Hu, Doshi, Eun, ICLR 2024 (arXiv 2401.09665), corollary on the order in α.
#include <cmath>

#include "core/base/math.hpp"
#include "core/bound/bound.hpp"
#include "core/bound/self_repellent_walk.hpp"
#include "core/bound/server_assumptions.hpp"

namespace taubar::bound {
namespace {

constexpr double width = 0.01;  ///< in ln α, to both sides

template <class Trace>
double slope(TokenLaw law, const Trace& trace) {
  const double alpha = law.alpha;
  law.alpha = alpha * math::exp(width);
  const double above = trace(law);
  law.alpha = alpha * math::exp(-width);
  return (math::log(above) - math::log(trace(law))) / (2 * width);
}

Verdict slopes(const Setting& setting, std::int64_t n) {
  Verdict verdict;
  verdict.quantity = "d ln trace / d ln alpha of the iterate's covariance at n = " + std::to_string(n);
  if (!assume_iterate(verdict, setting)) return verdict;
  const double alpha = setting.method.walk->alpha;
  verdict.assume("alpha", "positive", figure(alpha), alpha > 0);
  if (verdict.declined()) return verdict;
  const TokenLaw law = iterate_law(setting).law;
  if (!assume_stable(verdict, law)) return verdict;
  const double swing = law.first_steps();
  verdict.assume("steps", "more than twice the first " + figure(swing), std::to_string(n), static_cast<double>(n) > 2 * swing);
  if (verdict.declined()) return verdict;
  const auto of_iterate = [](const TokenLaw& at) { return limit_moments(at).iterate.trace(); };
  const auto of_history = [](const TokenLaw& at) { return limit_moments(at).history.sum(); };
  verdict.limit = order_in_alpha(law);
  verdict.measured = slope(law, [&](TokenLaw at) { return moments_after(at, n).iterate.trace(); });
  verdict.constant("of the iterate, this n", *verdict.measured);
  verdict.constant("of the iterate, n to infinity", slope(law, of_iterate), "at this alpha");
  verdict.constant("of the iterate, alpha to infinity", *verdict.limit, "after n");
  const TokenLaw walk = walk_law(setting);
  verdict.constant("of the history, this n", slope(walk, [&](TokenLaw at) { return moments_after(at, n).history.sum(); }));
  verdict.constant("of the history, n to infinity", slope(walk, of_history), "at this alpha");
  verdict.constant("of the history, alpha to infinity", -1, "after n");
  verdict.outcome = Outcome::reported;
  return verdict;
}

Verdict evaluate(const Evidence& run) {
  if (run.trace.tokens.empty()) return not_applicable(Class::order, "the method has no token");
  return slopes(run.setting, run.trace.tokens.front().steps);
}
Verdict over(std::span<const Evidence> runs) { return evaluate(runs.front()); }
Verdict promise(const Setting& setting) { return slopes(setting, 100'000); }

}  // namespace

extern const Bound self_repellent_walk_slope;
const Bound self_repellent_walk_slope{
    "self_repellent_walk.slope", Class::order, "the variance of the iterate falls as a power of alpha: -2, -1 or 0 by the regime",
    "Hu, Doshi, Eun, Accelerating distributed stochastic optimization via self-repellent random walks, ICLR 2024", evaluate, promise,
    over};

}  // namespace taubar::bound
