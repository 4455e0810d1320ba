// Nobody computes faster than the laws of the scenario allow: gradients completed by time t are at most
//   N(t) = Σ_i ⌊t/τ_i⌋,   τ_i the fastest possible local step of agent i.
// A run above it is a defect of the simulator. Below it, achieved time over t_B tells what waiting cost: 1 where times are
// constant and nobody ever waits.
//
// Derived here (theory.md 11.5).
#include <fmt/format.h>

#include "core/bound/bound.hpp"
#include "core/bound/floor/limits.hpp"

namespace taubar::bound {
namespace {

/// No floor, if an agent's steps may be shorter than the resolution of time.
bool is_vacuous(const std::vector<Duration>& tau) {
  for (const Duration one : tau)
    if (one <= 1) return true;
  return false;
}

Verdict evaluate(const Evidence& run) {
  const auto& setting = run.setting;
  if (run.trace.replay && run.trace.replay->pace == "native")
    return not_applicable(Class::certificate, "at native pace steps take what they take, not what the scenario's laws say");
  if (setting.times.fastest.size() != setting.agents())
    return not_applicable(Class::certificate, "the scenario states no times of local steps");
  Verdict verdict;
  verdict.quantity = "gradients completed by the end of the run";
  const auto tau = floor::durations(setting.times.fastest);
  const std::int64_t most = floor::gradients_by(run.trace.end, tau);
  verdict.measured = static_cast<double>(run.trace.counts.gradients);
  verdict.limit = static_cast<double>(most);
  verdict.outcome = run.trace.counts.gradients <= most ? Outcome::holds : Outcome::violated;
  verdict.vacuous = is_vacuous(tau);
  if (const auto distance = floor::distance(run.trace.counts.gradients, run.trace.end, tau)) {
    verdict.constant("fastest seconds", distance->seconds, "for as many gradients, if nobody ever waits");
    verdict.constant("achieved / fastest", distance->ratio());
  }
  if (verdict.outcome == Outcome::violated)
    verdict.reason = fmt::format("{} gradients in {} s: agents computed faster than their laws allow", run.trace.counts.gradients,
                                 to_seconds(run.trace.end));
  return verdict;
}

Verdict promise(const Setting& setting) {
  if (setting.times.fastest.size() != setting.agents())
    return not_applicable(Class::certificate, "the scenario states no times of local steps");
  Verdict verdict;
  verdict.quantity = "gradients a second, at most";
  verdict.limit = 1 / floor::harmonic_limit(1, setting.times.fastest);
  verdict.constant("gradients a second", *verdict.limit, "of all agents, if nobody ever waits");
  verdict.constant("seconds a sequential gradient", floor::chain_limit(1, setting.times.fastest), "each needs the one before");
  verdict.vacuous = is_vacuous(floor::durations(setting.times.fastest));
  verdict.outcome = Outcome::reported;
  return verdict;
}

}  // namespace

extern const Bound floor_gradients;
const Bound floor_gradients{"floor.gradients", Class::certificate,
                            "no more gradients than all agents complete if nobody ever waits",
                            "derived; fixed computation model of Tyurin, Richtárik, NeurIPS 2023", evaluate, promise};

}  // namespace taubar::bound
