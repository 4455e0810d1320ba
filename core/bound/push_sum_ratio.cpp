// What an agent says its iterate is: z_i = x_i / y_i of all that it holds, after every event. An agent that has read a message
// and holds its mass, but steps on without it, keeps the balance of mass and breaks this.
//
// Source: Kempe, Dobra, Gehrke, FOCS 2003 (push-sum estimate); Assran, Rabbat, "Asynchronous gradient push", IEEE TAC 66(1), 2021,
// algorithm 1. Tolerance: a division and a product round by ε/2 each, relative to ‖x‖; four times that.
#include <fmt/format.h>

#include <limits>

#include "core/bound/bound.hpp"
#include "core/bound/comparison.hpp"
#include "core/bound/push_assumptions.hpp"

namespace taubar::bound {
namespace {

Verdict evaluate(const Evidence& run) {
  Verdict verdict;
  verdict.quantity = "‖y_i z_i − x_i‖₂ / ‖x_i‖₂";
  if (!watched(verdict, run)) return verdict;
  verdict.assume("messages are mixed as they are read", "no rounds", run.setting.method.by_round ? "rounds" : "none",
                 !run.setting.method.by_round);
  if (verdict.declined()) return verdict;
  const Worst& ratio = run.push->ratio;
  require_small(verdict, ratio.value, 4 * std::numeric_limits<double>::epsilon(), ratio.k);
  verdict.constant("events", static_cast<double>(ratio.checked), "each checked");
  if (verdict.outcome == Outcome::violated)
    verdict.reason = fmt::format("the iterate of agent {} at k = {} is not the ratio of what it holds", ratio.agent, ratio.k);
  return verdict;
}

}  // namespace

extern const Bound push_sum_ratio;
const Bound push_sum_ratio{"push_sum.ratio", Class::invariant, "z = x/y of all that an agent holds, after every event",
                           "Kempe, Dobra, Gehrke, FOCS 2003; Assran, Rabbat, Asynchronous gradient push, IEEE TAC 2021, algorithm 1",
                           evaluate, nullptr};

}  // namespace taubar::bound
