// Consensus of stochastic gradient push, lemma 3 as remembered: for rounds k of one P(k),
//   ‖x̄^k − z_i^k‖₂ <= C q^k ‖x_i^0‖₂ + γ C Σ_{s<=k} q^{k−s} ‖∇F_i(z_i^s)‖₂,
//   λ = 1 − n D^{−W},  q = λ^{1/(W+1)},  C < 2 √d D^W / λ^{(W+2)/(W+1)},  W = (Δ+1) B,
// D the shares of an agent (out-degree + 1), and any B rounds together a strongly connected graph of diameter Δ: B = 1 for
// a fixed graph, ⌈log₂ n⌉ for one peer a round on the exponential graph. Without the √d these are the constants of
// push_sum_rate.hpp with B for τ̄. As written it bounds agent i by its own perturbations; here the largest over the agents
// stand in their place. Reported, never judged.
//
// Source: Assran, Loizou, Ballas, Rabbat, "Stochastic gradient push for distributed deep learning", ICML 2019, lemma 3
// (from memory; theory.md 2.1).
#include <algorithm>
#include <cmath>

#include "core/base/math.hpp"
#include "core/bound/bound.hpp"
#include "core/bound/comparison.hpp"
#include "core/bound/push_assumptions.hpp"
#include "core/bound/stochastic_gradient_push.hpp"

namespace taubar::bound {
namespace {

constexpr const char* quantity = "max_i ‖z_i − x̄‖₂";

Verdict promise(const Setting& setting) {
  Verdict verdict;
  verdict.quantity = quantity;
  const auto constants = rounds_constants(verdict, setting);
  if (verdict.declined()) return verdict;
  verdict.constant_log10("C / (1 − q)", constants->log10_C - constants->log10_one_minus_q,
                         "asymptotic error per unit of step times gradient");
  verdict.outcome = Outcome::reported;
  verdict.vacuous = constants->log10_C - constants->log10_one_minus_q > 6;
  verdict.reason = "as remembered; not judged";
  return verdict;
}

Verdict evaluate(const Evidence& run) {
  Verdict verdict = promise(run.setting);
  if (!verdict.applies() || !watched(verdict, run)) return verdict;
  const auto& push = *run.push;
  assume_reliable(verdict, push);
  if (verdict.declined()) return verdict;
  verdict.vacuous = push.checkpoints.size() > 1;
  // q^{k−s} is taken for 1: the bound is then larger, by less than can be seen where 1 − q is tiny.
  double start = 0;
  for (Eigen::Index i = 0; i < run.setting.initial->rows(); ++i) start = std::max(start, run.setting.initial->row(i).norm());
  Verdict ignored;
  const double log10_C = rounds_constants(ignored, run.setting)->log10_C;
  std::vector<CurvePoint> points;
  for (const auto& now : push.checkpoints) {
    const double bound = log10_C + math::log10(start + now.perturbation);
    points.push_back({now.k, now.time, now.consensus_2, bound});
    if (now.k > 0 && bound < math::log10(now.trivial)) verdict.vacuous = false;
  }
  compare(verdict, points, 1e-11 * (1 + start + push.checkpoints.back().perturbation), true);
  if (verdict.outcome == Outcome::violated) verdict.finding = "the remembered form of the lemma is exceeded by this run";
  return verdict;
}

}  // namespace

extern const Bound stochastic_gradient_push_consensus;
const Bound stochastic_gradient_push_consensus{
    "stochastic_gradient_push.consensus", Class::order,
    "‖z_i − x̄‖₂ <= C q^k ‖x_i(0)‖₂ + gamma C Σ_s q^{k−s} ‖∇F_i(z_i)‖₂, W = (Δ+1) B",
    "Assran, Loizou, Ballas, Rabbat, ICML 2019, lemma 3; as remembered", evaluate, promise};

}  // namespace taubar::bound
