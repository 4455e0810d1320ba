// The invariants of perturbed push-sum: over all live entries (agents and messages in flight), with η_i[s] what the
// method adds to x_i,
//   INV-1  Σ x = Σ x(0) + Σ_{s,i} η_i[s],    INV-2  Σ y = n,
// and the same event by event: what an agent held, plus η, plus what it read, minus what it sent, is what it holds.
// The second finds the event and the agent at which the first broke.
//
// Source: Assran, Rabbat, "Asynchronous gradient push", IEEE TAC 66(1), 2021 (column stochasticity); Kempe, Dobra,
// Gehrke, FOCS 2003 ("mass conservation"). Tolerances follow from round-off: an event adds at most about (8 + 2 degree) ε
// relative to what it sums, errors of events add up: |error of INV-1| <= events (8 + 2 degree) ε max over events of what one
// sums (‖x‖, messages, Σ η of the agent). Σ η over all agents is no measure of that: large steps of either sign cancel.
#include <fmt/format.h>

#include "core/bound/bound.hpp"
#include "core/bound/comparison.hpp"
#include "core/bound/push_assumptions.hpp"

namespace taubar::bound {
namespace {

Verdict evaluate(const Evidence& run) {
  Verdict verdict;
  verdict.quantity = "relative error of Σ x and of Σ y";
  if (!watched(verdict, run)) return verdict;
  const auto& push = *run.push;
  const double event = rounding_of_event(run.setting);
  const double whole = event * static_cast<double>(push.events + static_cast<std::int64_t>(run.setting.agents()));
  verdict.constant("events", static_cast<double>(push.events), "completed steps, each checked");
  verdict.constant("INV-1", push.mass_x.value, "‖Σx − Σx(0) − Ση‖₂ relative to the most that an event summed, the largest");
  verdict.constant("INV-2", push.mass_weight.value, "|Σy − n| / n, the largest");
  verdict.constant("event, x", push.local_x.value, "imbalance of one event, relative to what it sums");
  verdict.constant("event, y", push.local_weight.value, "imbalance of one event");
  if (push.lost_weight > 0 || push.duplicated_weight > 0) {
    verdict.outcome = Outcome::violated;
    verdict.measured = push.mass_weight.value;
    verdict.limit = whole;
    verdict.at_k = push.mass_weight.k;
    verdict.reason = fmt::format("the network lost push-sum weight {:.4g} and made {:.4g} (crashes counted): the average that the agents "
                                 "agree on is no longer that of all; robust_asynchronous_gradient_push repairs losses",
                                 push.lost_weight, push.duplicated_weight);
    return verdict;
  }
  for (const Worst* local : {&push.local_x, &push.local_weight})
    if (!(local->value <= 8 * event)) {
      require_small(verdict, local->value, 8 * event, local->k);
      verdict.reason = fmt::format("agent {} holds something else at k = {} than what it held, read, sent and added",
                                   local->agent, local->k);
      return verdict;
    }
  const Worst& worst = push.mass_x.value > push.mass_weight.value ? push.mass_x : push.mass_weight;
  require_small(verdict, worst.value, whole, worst.k);
  if (verdict.outcome == Outcome::violated) verdict.reason = "mass is not conserved over agents and messages in flight";
  return verdict;
}

}  // namespace

extern const Bound push_sum_mass;
const Bound push_sum_mass{"push_sum.mass", Class::invariant, "Σx = Σx(0) + Ση and Σy = n over agents and messages in flight",
                          "Assran, Rabbat, Asynchronous gradient push, IEEE TAC 2021; Kempe, Dobra, Gehrke, FOCS 2003", evaluate,
                          nullptr};

}  // namespace taubar::bound
