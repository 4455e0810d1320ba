// Perturbed asynchronous push-sum as published, so far as it is remembered:
//   ‖z_i[k] − x̄[k]‖₁ <= C q^k ‖x_i(0)‖₁ + C Σ_{s<=k} q^{k−s} ‖η_i[s]‖₁,
// constants in push_sum_rate.hpp. As written it bounds agent i by its own perturbations; here the largest over the agents
// stands in their place. Reported, never judged: neither the constants nor the wording were found in a source. The sum is
// formed over the checkpoints, whose spans it takes undiscounted.
//
// Source: Assran, Rabbat, "Asynchronous gradient push", IEEE TAC 66(1), 2021 (from memory; exponents by comparison with
// Assran, Loizou, Ballas, Rabbat, ICML 2019, lemma 3).
#include <algorithm>
#include <cmath>

#include "core/base/math.hpp"
#include "core/bound/bound.hpp"
#include "core/bound/comparison.hpp"
#include "core/bound/push_assumptions.hpp"
#include "core/bound/push_sum_rate.hpp"

namespace taubar::bound {
namespace {

void name_constants(Verdict& verdict, const Setting& setting, double tau_bar, const PublishedRate& rate) {
  verdict.constant("n", static_cast<double>(setting.agents()));
  verdict.constant("N", setting.shares());
  verdict.constant("Δ", static_cast<double>(setting.diameter));
  verdict.constant("tau_bar", tau_bar);
  verdict.constant("W", rate.W, "(Δ+1) tau_bar");
  verdict.constant_log10("C", rate.log_C / math::log_10);
  verdict.constant_log10("1 − q", rate.log_one_minus_q / math::log_10);
  verdict.constant_log10("C / (1 − q)", (rate.log_C - rate.log_one_minus_q) / math::log_10,
                         "corollary: asymptotic error per unit of perturbation");
}

std::optional<PublishedRate> rate_of(Verdict& verdict, const Setting& setting, double tau_bar) {
  const auto rate = published_rate(static_cast<double>(setting.agents()), setting.shares(), static_cast<double>(setting.diameter),
                                   tau_bar);
  verdict.assume("the rate is defined", "n N^{−W} < 1", rate ? "yes" : "no", rate.has_value());
  return rate;
}

Verdict evaluate(const Evidence& run) {
  Verdict verdict;
  verdict.quantity = "max_i ‖z_i − x̄‖₁";
  if (!watched(verdict, run)) return verdict;
  const auto& push = *run.push;
  assume_reliable(verdict, push);
  assume_all_sent(verdict, push);
  const double tau_bar = static_cast<double>(std::max<std::int64_t>(1, run.trace.tau_bar));
  const auto rate = rate_of(verdict, run.setting, tau_bar);
  if (verdict.declined()) return verdict;
  name_constants(verdict, run.setting, tau_bar, *rate);
  std::vector<CurvePoint> points;
  double kept = 0, before = 0;
  std::int64_t last_k = 0;
  bool vacuous = push.checkpoints.size() > 1;
  for (const auto& now : push.checkpoints) {
    kept = kept * math::exp(static_cast<double>(now.k - last_k) * rate->log_q) + (now.perturbation_1 - before);
    before = now.perturbation_1;
    last_k = now.k;
    const double start = math::exp(static_cast<double>(now.k) * rate->log_q) * push.initial_norm_1;
    const double bound = (rate->log_C + math::log(start + kept)) / math::log_10;
    points.push_back({now.k, now.time, now.consensus_1, bound});
    if (now.k > 0 && bound * math::log_10 < math::log(now.trivial)) vacuous = false;
  }
  compare(verdict, points, 1e-11 * (1 + push.initial_norm_1 + before), true);
  if (verdict.outcome == Outcome::violated) verdict.finding = "the remembered form of the theorem is exceeded by this run";
  verdict.vacuous = vacuous;
  verdict.reason = "as remembered; not judged";
  return verdict;
}

Verdict promise(const Setting& setting) {
  Verdict verdict;
  verdict.quantity = "max_i ‖z_i − x̄‖₁";
  if (!setting.method.push || setting.method.running_sums)
    return not_applicable(Class::order, setting.method.name + " does not mix by push-sum");
  const auto tau = promised_asynchrony(setting);
  verdict.assume("staleness is bounded", "bounded asynchrony, or times clipped to finite positive ones",
                 tau ? "bounded" : "unbounded", tau.has_value());
  if (verdict.declined()) return verdict;
  const double tau_bar = static_cast<double>(tau->tau_proc + tau->tau_msg - 1);
  const auto rate = rate_of(verdict, setting, tau_bar);
  if (verdict.declined()) return verdict;
  name_constants(verdict, setting, tau_bar, *rate);
  verdict.outcome = Outcome::reported;
  verdict.vacuous = (rate->log_C - rate->log_one_minus_q) / math::log_10 > 6;
  verdict.reason = "as remembered; not judged";
  return verdict;
}

}  // namespace

extern const Bound gradient_push_consensus_published;
const Bound gradient_push_consensus_published{"gradient_push.consensus_published", Class::order,
                                              "‖z_i − x̄‖₁ <= C q^k ‖x_i(0)‖₁ + C Σ_s q^{k−s} ‖η_i[s]‖₁, W = (Δ+1)τ̄",
                                              "Assran, Rabbat, IEEE TAC 2021, asynchronous perturbed push-sum; as remembered",
                                              evaluate, promise};

}  // namespace taubar::bound
