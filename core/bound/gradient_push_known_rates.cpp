// The corollary for known update rates: if agent i scales its step α = B/K^θ by w_i = K/c_i[K−1], then
//   (1/K) Σ_{k<K} ‖x̄[k] − x*‖² <= K^{−θ} n(A_1+A_3)/(2μB) + K^{−1} n A_2/(2μB) + K^{−(1−θ)} n ‖x̄(0)−x*‖²/(2μB).
// A_1 … A_3 were found in no source, so only the last term is evaluated, and the rest is what it would have to be.
// Reported, never judged.
//
// It needs rates that stay as they are: with two agents that swap their rates at half time all counts are equal, and the
// left side tends to 1/9 for f = (x∓1)²/2 while the right side tends to 0 (theory.md 1.9). So the fractions c_i[k]/k are
// checked along the run, and a run on which they move is a finding, not a failure.
//
// Source: Assran, Rabbat, "Asynchronous gradient push", IEEE TAC 66(1), 2021, corollary of the constant-step theorem.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/bound/bound.hpp"
#include "core/bound/comparison.hpp"
#include "core/bound/push_assumptions.hpp"

namespace taubar::bound {
namespace {

/// Largest change of an agent's share of the updates, between two eighths of the run, relative to 1/n.
constexpr double stationary = 0.1;
constexpr int parts = 8;

/// The largest |share in a part − share in the run| · n, over agents and parts.
double largest_drift(const std::vector<Checkpoint>& checkpoints) {
  const auto& last = checkpoints.back();
  const double n = static_cast<double>(last.steps.size());
  double drift = 0;
  std::size_t from = 0;
  for (int part = 1; part <= parts; ++part) {
    std::size_t to = from;
    while (to + 1 < checkpoints.size() && checkpoints[to].events * parts < part * last.events) ++to;
    const double events = static_cast<double>(checkpoints[to].events - checkpoints[from].events);
    if (events > 0)
      for (std::size_t i = 0; i < last.steps.size(); ++i) {
        const double share = static_cast<double>(checkpoints[to].steps[i] - checkpoints[from].steps[i]) / events;
        drift = std::max(drift, std::abs(share - static_cast<double>(last.steps[i]) / static_cast<double>(last.events)) * n);
      }
    from = to;
  }
  return drift;
}

Verdict evaluate(const Evidence& run) {
  Verdict verdict;
  verdict.quantity = "(1/K) Σ_k ‖x̄[k] − x*‖₂²";
  if (!watched(verdict, run)) return verdict;
  const auto& setting = run.setting;
  const auto& push = *run.push;
  verdict.assume("steps are scaled by known update rates", "algorithm.known_rates", setting.method.known_rates ? "yes" : "no",
                 setting.method.known_rates);
  assume_full_gradients(verdict, setting);
  assume_minimiser(verdict, setting);
  assume_strongly_convex(verdict, setting);
  assume_reliable(verdict, push);
  if (verdict.declined()) return verdict;
  const double first = setting.method.step(0);
  const std::int64_t last_step = *std::max_element(run.trace.steps.begin(), run.trace.steps.end());
  verdict.assume("the step is constant", "α(c) = α(0)", fmt::format("{:.4g} to {:.4g}", first, setting.method.step(last_step)),
                 setting.method.step(last_step) == first);
  const double drift = largest_drift(push.checkpoints);
  const bool steady = drift <= stationary;
  verdict.assume("update rates are stationary", fmt::format("shares of the updates in each eighth of the run within {}/n", stationary),
                 fmt::format("{:.3g}/n", drift), steady);
  double mu = HUGE_VAL;
  for (AgentId i = 0; i < setting.agents(); ++i) mu = std::min(mu, setting.local(i).strong_convexity);
  const double K = static_cast<double>(std::max<std::int64_t>(1, run.trace.k));
  const double n = static_cast<double>(setting.agents());
  const double start = push.checkpoints.front().distance;
  // B = α K^θ, whatever θ: the last term is n ‖x̄(0)−x*‖² / (2 μ α K).
  const double last_term = n * start * start / (2 * mu * first * K);
  verdict.constant("measured", push.mean_square_distance, "the left side");
  verdict.constant("known term", last_term, "n ‖x̄(0) − x*‖² / (2 μ α K)");
  verdict.constant("left for A_1, A_2, A_3", std::max(0.0, push.mean_square_distance - last_term),
                   "what the unpublished terms have to cover");
  if (!steady)
    verdict.finding = fmt::format("rates that change leave a mean-square distance of {:.4g}, which does not vanish with the step, "
                                  "while the corollary's right side does: it needs stationary rates",
                                  push.mean_square_distance);
  if (verdict.declined()) return verdict;
  verdict.outcome = Outcome::reported;
  verdict.measured = push.mean_square_distance;
  verdict.limit = last_term;
  verdict.reason = "A_1 … A_3 are unpublished; not judged";
  return verdict;
}

}  // namespace

extern const Bound gradient_push_known_rates;
const Bound gradient_push_known_rates{"gradient_push.known_rates", Class::order,
                                      "(1/K) Σ ‖x̄−x*‖² <= K^−θ n(A_1+A_3)/(2μB) + K^−1 nA_2/(2μB) + K^−(1−θ) n‖x̄(0)−x*‖²/(2μB)",
                                      "Assran, Rabbat, IEEE TAC 2021, corollary for known update rates", evaluate, nullptr};

}  // namespace taubar::bound
