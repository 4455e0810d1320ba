// The recursion itself: what an agent adds to x is η = −α(c) w_i ∇f_i(z_i), with z_i as its step began and c its own count.
// The gradient is formed again here, from the outside.
//
// Source: Assran, Rabbat, "Asynchronous gradient push", IEEE TAC 66(1), 2021 (theory.md 1.2).
#include <fmt/format.h>

#include "core/bound/bound.hpp"
#include "core/bound/comparison.hpp"
#include "core/bound/push_assumptions.hpp"

namespace taubar::bound {
namespace {

/// A step and its check differ by the rounding of Σ η, from which η is read.
constexpr double tolerance = 1e-12;

Verdict evaluate(const Evidence& run) {
  Verdict verdict;
  verdict.quantity = "‖η + α(c) w ∇f_i(z_i)‖₂ relative to the step and to all that was added";
  if (!watched(verdict, run)) return verdict;
  verdict.assume("steps follow the gradient", "η = −α w ∇f_i(z_i)", run.setting.method.name, run.setting.method.gradient_steps);
  assume_full_gradients(verdict, run.setting);
  if (verdict.declined()) return verdict;
  const Worst& step = run.push->step;
  require_small(verdict, step.value, tolerance, step.k);
  verdict.constant("steps checked", static_cast<double>(step.checked), fmt::format("of {}", run.push->events));
  if (verdict.outcome == Outcome::violated)
    verdict.reason = fmt::format("the step of agent {} that ended at k = {} is not the gradient's at the point it began from",
                                 step.agent, step.k);
  return verdict;
}

}  // namespace

extern const Bound gradient_push_step;
const Bound gradient_push_step{"gradient_push.step", Class::invariant, "each step adds −α(c) w ∇f_i(z_i), z_i as the step began",
                               "Assran, Rabbat, Asynchronous gradient push, IEEE TAC 2021, algorithm 1", evaluate, nullptr};

}  // namespace taubar::bound
