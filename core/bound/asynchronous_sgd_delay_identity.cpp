// The books of staleness balance. Where each update applies one gradient, and jobs are stamped with the number T of
// updates at which they start,
//   Σ delays applied + Σ delays dropped + Σ ages of jobs in flight = Σ_{t<T} (|C_t| − 1),
// C_t the jobs under way just before update t: every update ages all of them by one but the one that it applies. With n
// workers that are never without a job it is T (n − 1): the mean delay tends to n − 1, whatever the speeds.
//
// Definitions: Koloskova, Stich, Jaggi, "Sharper convergence guarantees for asynchronous SGD", NeurIPS 2022, definitions
// 1 and 4. The identity is derived here (theory.md 11.1); dropped gradients are ours.
#include <fmt/format.h>

#include "core/bound/bound.hpp"
#include "core/bound/server_assumptions.hpp"

namespace taubar::bound {
namespace {

Verdict evaluate(const Evidence& run) {
  if (!run.server) return not_applicable(Class::invariant, "the method has no server");
  const auto& server = *run.server;
  Verdict verdict;
  verdict.quantity = "sum of delays applied and dropped and of ages in flight, in updates";
  assume_one_gradient_an_update(verdict, server);
  if (verdict.declined()) return verdict;
  const std::int64_t delays = server.delay_sum + server.dropped_delay_sum + server.age_sum;
  const std::int64_t balance = server.concurrency_sum - server.applied;
  verdict.constant("updates T", static_cast<double>(server.updates));
  verdict.constant("delays applied", static_cast<double>(server.delay_sum));
  verdict.constant("delays dropped", static_cast<double>(server.dropped_delay_sum));
  verdict.constant("ages in flight", static_cast<double>(server.age_sum));
  verdict.constant("mean concurrency", server.mean_concurrency());
  verdict.measured = static_cast<double>(delays);
  verdict.limit = static_cast<double>(balance);
  verdict.at_k = server.updates;
  verdict.outcome = delays == balance ? Outcome::holds : Outcome::violated;
  if (delays != balance) verdict.reason = fmt::format("{} updates of delay against {} of concurrency", delays, balance);
  return verdict;
}

Verdict promise(const Setting& setting) {
  if (!setting.method.server || !setting.method.asynchronous)
    return not_applicable(Class::invariant, "no server applies gradients as they come");
  Verdict verdict;
  assume_one_gradient_an_update(verdict, setting);
  if (verdict.declined()) return verdict;
  verdict.outcome = Outcome::reported;
  verdict.quantity = "mean delay, in updates";
  verdict.limit = static_cast<double>(setting.agents()) - 1;
  verdict.constant("mean delay", *verdict.limit, "n − 1");
  verdict.reason = "the mean delay of all jobs tends to n − 1 while no worker is without a job and an update uses one gradient";
  return verdict;
}

}  // namespace

extern const Bound asynchronous_sgd_delay_identity;
const Bound asynchronous_sgd_delay_identity{
    "asynchronous_sgd.delay_identity", Class::invariant,
    "delays applied and dropped and ages in flight sum to the concurrency less one over all updates",
    "derived; definitions of Koloskova, Stich, Jaggi, Sharper convergence guarantees for asynchronous SGD, NeurIPS 2022",
    evaluate, promise};

}  // namespace taubar::bound
