// INV-3: without perturbation every ratio z = x/y stays in the hull of the ratios it was made of, coordinate by
// coordinate; so over the run the largest falls and the smallest rises.
//
// Derived here: push-sum mixes ratios by a row-stochastic matrix (contraction.hpp).
#include "core/bound/bound.hpp"
#include "core/bound/comparison.hpp"
#include "core/bound/push_assumptions.hpp"

namespace taubar::bound {
namespace {

Verdict evaluate(const Evidence& run) {
  Verdict verdict;
  verdict.quantity = "how far a ratio leaves the hull of what it was made of, relative to the hull";
  if (!watched(verdict, run)) return verdict;
  verdict.assume("nothing is added to x", "η = 0", run.setting.method.averages ? "an averaging method" : "gradient steps",
                 run.setting.method.averages);
  verdict.assume("messages are mixed as they are read", "no rounds", run.setting.method.by_round ? "rounds" : "none",
                 !run.setting.method.by_round);
  if (verdict.declined()) return verdict;
  require_small(verdict, run.push->hull.value, 8 * rounding_of_event(run.setting), run.push->hull.k);
  verdict.constant("events", static_cast<double>(run.push->hull.checked), "each checked");
  return verdict;
}

}  // namespace

extern const Bound push_sum_hull;
const Bound push_sum_hull{"push_sum.hull", Class::invariant, "without perturbation every ratio stays in the hull of those it mixes",
                          "derived here from the row-stochastic recursion of the ratios", evaluate, nullptr};

}  // namespace taubar::bound
