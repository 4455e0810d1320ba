// Perturbed asynchronous push-sum, with constants that can be proved. For every run in which no message is lost, every
// step sends its shares, an agent completes at least once in any τ_proc consecutive k and a message is read at most τ_msg
// later: with W = (Δ+2)(τ_proc+τ_msg), λ = 1 − N^{−W}, e_s = max_i ‖η_i[s]‖ and D_0 = diam z(0), for all i and k
//   ‖z_i[k] − x̄[k]‖ <= λ^{⌊k/W⌋} D_0 + 2 N^W Σ_{s<k} λ^{⌊(k−1−s)/W⌋} e_s.
// Proof (of our own; the published constants were not found): from any live entry a time-respecting path leads to any
// agent within Δ(τ_proc+τ_msg) + τ_msg instants, and every activation on it costs at most a factor 1/N, so products of P
// over W instants have entries >= N^{−W} at agents, and at messages too, which carry their sender's row. Hence every
// weight is at least N^{−W}, any two rows of R over W instants share a mass of at least N^{−W}, τ1 <= λ, and
// diam(η/y) <= 2 e_s N^W; then CERT-1 (contraction.hpp).
//
// The sum is formed over the checkpoints, whose spans it takes at the larger end: an upper estimate of the bound.
//
// Shape of the statement: Assran, Rabbat, "Asynchronous gradient push", IEEE TAC 66(1), 2021, theorem on the convergence
// of asynchronous perturbed push-sum.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/base/math.hpp"
#include "core/bound/bound.hpp"
#include "core/bound/comparison.hpp"
#include "core/bound/push_assumptions.hpp"
#include "core/bound/push_sum_rate.hpp"

namespace taubar::bound {
namespace {

double log_sum(double a, double b) {  // log(e^a + e^b)
  if (std::isinf(a) && a < 0) return b;
  if (std::isinf(b) && b < 0) return a;
  return std::max(a, b) + math::log1p(math::exp(-std::abs(a - b)));
}

void name_constants(Verdict& verdict, const Setting& setting, double tau_proc, double tau_msg, const ProvableRate& rate) {
  verdict.constant("n", static_cast<double>(setting.agents()));
  verdict.constant("N", setting.shares(), "1 / smallest weight of the mixing matrix");
  verdict.constant("Δ", static_cast<double>(setting.diameter), "diameter of the graph");
  verdict.constant("tau_proc", tau_proc);
  verdict.constant("tau_msg", tau_msg);
  verdict.constant("W", rate.W, "(Δ+2)(tau_proc+tau_msg)");
  verdict.constant_log10("1 − λ", rate.log_one_minus_lambda / math::log_10, "N^{−W}");
}

Verdict evaluate(const Evidence& run) {
  Verdict verdict;
  verdict.quantity = "max_i ‖z_i − x̄‖₂";
  if (!watched(verdict, run)) return verdict;
  const auto& push = *run.push;
  assume_reliable(verdict, push);
  assume_all_sent(verdict, push);
  verdict.assume("messages are mixed as they are read", "no rounds", run.setting.method.by_round ? "rounds" : "none",
                 !run.setting.method.by_round);
  if (verdict.declined()) return verdict;
  const double tau_proc = static_cast<double>(run.trace.tau_proc), tau_msg = static_cast<double>(run.trace.tau_msg);
  const auto rate = provable_rate(run.setting.shares(), static_cast<double>(run.setting.diameter), tau_proc, tau_msg);
  name_constants(verdict, run.setting, tau_proc, tau_msg, rate);
  verdict.constant("D_0", push.initial_diameter, "diam z(0)");

  std::vector<CurvePoint> points;
  const double minus_infinity = -HUGE_VAL;
  double log_total = minus_infinity, before = 0;
  std::int64_t last_k = 0;
  bool vacuous = push.checkpoints.size() > 1;
  for (const auto& now : push.checkpoints) {
    const double span = static_cast<double>(now.k - last_k);
    // λ^{⌊m/W⌋} <= λ^{m/W − 1}; what came in since the last checkpoint is not discounted.
    log_total += span / rate.W * rate.log_lambda;
    log_total = log_sum(log_total, math::log(now.perturbation - before));
    before = now.perturbation;
    last_k = now.k;
    const double start = std::floor(static_cast<double>(now.k) / rate.W) * rate.log_lambda + math::log(push.initial_diameter);
    const double moved = math::log(2) + rate.W * rate.log_N - rate.log_lambda + log_total;
    const double bound = log_sum(start, moved);
    points.push_back({now.k, now.time, now.consensus_2, bound / math::log_10});
    if (now.k > 0 && bound < math::log(now.trivial)) vacuous = false;
  }
  compare(verdict, points, 1e-11 * (1 + push.initial_diameter + before), true);
  verdict.vacuous = vacuous;
  return verdict;
}

Verdict promise(const Setting& setting) {
  Verdict verdict;
  verdict.quantity = "max_i ‖z_i − x̄‖₂";
  if (!setting.method.push || setting.method.running_sums || setting.method.by_round)
    return not_applicable(Class::theorem, setting.method.name + " does not mix asynchronously by push-sum");
  verdict.assume("no loss, no duplicates", "network.loss 0, network.duplicate 0",
                 setting.may_lose ? "loss" : setting.may_duplicate ? "duplicates" : "neither",
                 !setting.may_lose && !setting.may_duplicate);
  const auto tau = promised_asynchrony(setting);
  verdict.assume("staleness is bounded", "bounded asynchrony, or compute times and latency clipped to finite positive times",
                 tau ? "bounded" : "unbounded", tau.has_value());
  if (verdict.declined()) return verdict;
  const double tau_proc = static_cast<double>(tau->tau_proc), tau_msg = static_cast<double>(tau->tau_msg);
  const auto rate = provable_rate(setting.shares(), static_cast<double>(setting.diameter), tau_proc, tau_msg);
  name_constants(verdict, setting, tau_proc, tau_msg, rate);
  // Steps e each instant for ever: 2 N^W e Σ λ^{⌊m/W⌋} = 2 N^W e W / (1 − λ) = 2 e W N^{2W}.
  const double limit = (math::log(2 * rate.W) + 2 * rate.W * rate.log_N) / math::log_10;
  verdict.constant_log10("limit / e", limit, "asymptotic bound for perturbations of size e at every instant: 2 W N^{2W}");
  verdict.constant_log10("instants to halve", (math::log(rate.W * math::log(2)) - rate.log_one_minus_lambda) / math::log_10,
                         "W log 2 / (1 − λ): how long it takes to forget half of the start");
  verdict.outcome = Outcome::reported;
  verdict.vacuous = limit > 6;
  verdict.reason = verdict.vacuous ? "true, and of no practical use: the run-evaluated certificate says more" : "";
  return verdict;
}

}  // namespace

extern const Bound gradient_push_consensus;
const Bound gradient_push_consensus{"gradient_push.consensus", Class::theorem,
                                    "‖z_i − x̄‖ <= λ^⌊k/W⌋ D_0 + 2N^W Σ_s λ^⌊(k−1−s)/W⌋ e_s, W = (Δ+2)(τ_proc+τ_msg)",
                                    "shape: Assran, Rabbat, IEEE TAC 2021, asynchronous perturbed push-sum; constants proved here",
                                    evaluate, promise};

}  // namespace taubar::bound
