// Rennala SGD with constants, for μ-strongly convex F = f_i with step 1/L and S gradients an update:
//   an update takes at most 2 min_m [ ( (1/m) Σ_{i<=m} 1/τ_i )^{-1} (1 + S/m) ] seconds, τ_i the longest exchange with
//   worker i (a local step and its messages there and back),
//   E‖x^k − x*‖² <= (1 − μ/(2L))^k ‖x^0 − x*‖² + ε/2     where S = 4 σ²/(μ L ε), that is ε = 4 σ²/(μ L S).
// The first holds of every run, so long as no message is lost, and is judged on every one. The second is an expectation:
// judged without noise, else reported.
//
// Source: Tyurin, Richtárik, NeurIPS 2023, and theorem F.1 of the paper on gaps between homogeneous and heterogeneous time
// complexities; its text prints 1 + S where the proof has 1 + S/m (theory.md 11.5).
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/base/math.hpp"
#include "core/bound/bound.hpp"
#include "core/bound/floor/complexities.hpp"
#include "core/bound/server_assumptions.hpp"

namespace taubar::bound {
namespace {

constexpr double round_off = 1e-9;

bool assume_times(Verdict& verdict, const Setting& setting) {
  assume_method(verdict, setting, "rennala_sgd");
  if (verdict.declined()) return false;
  const auto slowest = slowest_exchanges(setting);
  const auto bounded = std::count_if(slowest.begin(), slowest.end(), [](double s) { return std::isfinite(s); });
  verdict.assume("exchanges with a longest time", "at least 1 worker", fmt::format("{} of {}", bounded, setting.agents()),
                 bounded > 0);
  return !verdict.declined();
}

/// What the accuracy needs besides; notes all of it.
bool assume_theorem(Verdict& verdict, const Setting& setting) {
  const auto constants = setting.problem->constants();
  const double step = setting.method.step ? setting.method.step(0) : 0;
  bool met = assume_homogeneous(verdict, setting);
  met = assume_minimiser_known(verdict, setting) && met;
  met = assume_variance_known(verdict, setting) && met;
  met = verdict.assume("strong convexity", "positive", figure(constants.strong_convexity), constants.strong_convexity > 0) && met;
  return verdict.assume("step size", "1/L = " + figure(1 / constants.smoothness), figure(step),
                        std::abs(step * constants.smoothness - 1) <= round_off) &&
         met;
}

/// Notes the second inequality; whether the run breaks it.
bool accuracy_violated(Verdict& verdict, const Evidence& run, double batch) {
  if (!assume_theorem(verdict, run.setting)) {
    verdict.reason = "of the theorem only the time of an update applies; see the assumptions for the accuracy";
    return false;
  }
  const auto constants = run.setting.problem->constants();
  const double variance = *noise_variance(run.setting), start = *initial_distance(run.setting);
  const double half_epsilon = 2 * variance / (constants.strong_convexity * constants.smoothness * batch);
  const double contraction = math::exp(static_cast<double>(run.server->updates) *
                                       math::log1p(-constants.strong_convexity / (2 * constants.smoothness)));
  const double limit = contraction * start * start + half_epsilon;
  verdict.constant("E‖x − x*‖² at the end, at most", limit);
  const auto distance = run.trace.final.find("distance");
  if (distance == run.trace.final.end()) return false;
  const double squared = distance->second * distance->second;
  verdict.constant("‖x − x*‖² at the end", squared);
  if (variance > 0) {
    verdict.reason = "the accuracy is an expectation, so with noise only the time of an update is judged";
    return false;
  }
  return squared > limit * (1 + round_off) + 1e-28 * (1 + run.setting.minimiser->squaredNorm());
}

Verdict evaluate(const Evidence& run) {
  if (!run.server) return not_applicable(Class::theorem, "the method has no server");
  Verdict verdict;
  verdict.quantity = "longest time of an update, seconds";
  if (!assume_times(verdict, run.setting)) return verdict;
  verdict.assume("messages lost", "none", std::to_string(run.trace.counts.lost), run.trace.counts.lost == 0);
  if (verdict.declined()) return verdict;
  const double batch = static_cast<double>(run.setting.method.batch), end = to_seconds(run.trace.end);
  const double limit = floor::rennala_iteration_time(slowest_exchanges(run.setting), batch);
  const double updates = static_cast<double>(run.server->updates);
  verdict.constant("S", batch);
  verdict.constant("updates", updates);
  verdict.limit = limit;
  if (run.server_run) {  // each update was seen
    const Duration open = run.trace.end - run.server_run->last_update;
    verdict.measured = to_seconds(std::max(run.server_run->longest_wait, open));
  } else {  // as many as the limit promises?
    verdict.quantity = "mean time of an update, seconds";
    verdict.measured = updates > 0 ? end / updates : end;
  }
  const bool in_time = run.server_run ? *verdict.measured <= limit * (1 + round_off)
                                      : updates >= std::floor(end / limit * (1 - round_off));
  const bool inaccurate = accuracy_violated(verdict, run, batch);
  if (*verdict.measured > 0) verdict.slack_decades = math::log10(limit / *verdict.measured);
  verdict.outcome = in_time && !inaccurate ? Outcome::holds : Outcome::violated;
  if (!in_time) verdict.reason = "an update took longer than the theorem allows";
  if (inaccurate) verdict.reason = "the estimate is farther from x* than the theorem allows";
  return verdict;
}

Verdict promise(const Setting& setting) {
  Verdict verdict;
  verdict.quantity = "longest time of an update, seconds";
  if (!assume_times(verdict, setting)) return verdict;
  const auto slowest = slowest_exchanges(setting);
  verdict.limit = floor::rennala_iteration_time(slowest, static_cast<double>(setting.method.batch));
  verdict.constant("S", static_cast<double>(setting.method.batch));
  verdict.constant("seconds an update", *verdict.limit, "at most");
  verdict.outcome = Outcome::reported;
  if (!assume_theorem(verdict, setting) || !setting.target_suboptimality) return verdict;
  const auto constants = setting.problem->constants();
  const double distance = *initial_distance(setting);
  // F − F* <= L/2 ‖x − x*‖²
  const double epsilon = 2 * *setting.target_suboptimality / constants.smoothness;
  const auto plan = floor::rennala_plan(constants.smoothness, constants.strong_convexity, *noise_variance(setting),
                                        distance * distance, epsilon);
  verdict.constant("epsilon", epsilon, "of ‖x − x*‖², small enough for the target");
  verdict.constant("S prescribed", plan.batch, "gradients an update");
  verdict.constant("updates needed", plan.iterations);
  verdict.constant("seconds needed", plan.iterations * floor::rennala_iteration_time(slowest, plan.batch), "at most");
  return verdict;
}

}  // namespace

extern const Bound rennala_sgd_time;
const Bound rennala_sgd_time{"rennala_sgd.time", Class::theorem,
                             "an update takes at most 2 min_m h_m (1 + S/m) seconds and contracts by 1 − μ/(2L)",
                             "Tyurin, Richtárik, NeurIPS 2023; theorem F.1 on gaps between homogeneous and heterogeneous data",
                             evaluate, promise};

}  // namespace taubar::bound
