// The partially asynchronous model, enforced: a schedule that promises τ_proc and τ_msg keeps them,
//   measured τ_proc <= τ_proc,   measured τ_msg <= τ_msg,   τ̄ = τ_proc + τ_msg − 1.
//
// Source: Assran, Rabbat, "Asynchronous gradient push", IEEE TAC 66(1), 2021, assumptions on delays; Bertsekas,
// Tsitsiklis, "Parallel and distributed computation", 1989, section 7.1 (partial asynchronism).
#include <string>

#include "core/bound/bound.hpp"

namespace taubar::bound {
namespace {

Verdict evaluate(const Evidence& run) {
  if (!run.setting.enforced) return not_applicable(Class::invariant, "the scenario enforces no tau (asynchrony.model: bounded does)");
  Verdict verdict;
  verdict.quantity = "tau_proc and tau_msg of the run, against those of the schedule";
  const auto [tau_proc, tau_msg] = *run.setting.enforced;
  verdict.constant("tau_proc", static_cast<double>(tau_proc), "enforced");
  verdict.constant("tau_msg", static_cast<double>(tau_msg), "enforced");
  verdict.constant("tau_bar", static_cast<double>(tau_proc + tau_msg - 1), "enforced");
  verdict.constant("measured tau_proc", static_cast<double>(run.trace.tau_proc));
  verdict.constant("measured tau_msg", static_cast<double>(run.trace.tau_msg));
  verdict.measured = static_cast<double>(run.trace.tau_bar);
  verdict.limit = static_cast<double>(tau_proc + tau_msg - 1);
  const bool kept = run.trace.tau_proc <= tau_proc && run.trace.tau_msg <= tau_msg;
  verdict.outcome = kept ? Outcome::holds : Outcome::violated;
  if (!kept) verdict.reason = "the run was more asynchronous than its schedule allows";
  return verdict;
}

}  // namespace

extern const Bound asynchrony_enforced;
const Bound asynchrony_enforced{"asynchrony.enforced", Class::invariant, "the run is no more asynchronous than its schedule promises",
                                "Assran, Rabbat, Asynchronous gradient push, IEEE TAC 2021, assumptions on delays", evaluate, nullptr};

}  // namespace taubar::bound
