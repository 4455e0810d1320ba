// Corollary: with perturbations of at most e, the consensus error is in the end at most
//   limsup_k ‖z_i[k] − x̄[k]‖ <= 2 e W N^{2W},   W = (Δ+2)(τ_proc+τ_msg)
// (the geometric sum of gradient_push_consensus.cpp); for a constant step α this is the O(α) neighbourhood of the talk
// version, e = α max ‖∇f_i‖. Asserted over the second half of a run that is longer than W.
//
// Source: Assran, Rabbat, "Asynchronous gradient push", IEEE TAC 66(1), 2021, corollary on bounded perturbations (shape);
// constants proved here.
#include <algorithm>
#include <cmath>

#include "core/base/math.hpp"
#include "core/bound/bound.hpp"
#include "core/bound/comparison.hpp"
#include "core/bound/push_assumptions.hpp"
#include "core/bound/push_sum_rate.hpp"

namespace taubar::bound {
namespace {

Verdict evaluate(const Evidence& run) {
  Verdict verdict;
  verdict.quantity = "max_i ‖z_i − x̄‖₂ in the second half of the run";
  if (!watched(verdict, run)) return verdict;
  const auto& push = *run.push;
  assume_reliable(verdict, push);
  assume_all_sent(verdict, push);
  verdict.assume("messages are mixed as they are read", "no rounds", run.setting.method.by_round ? "rounds" : "none",
                 !run.setting.method.by_round);
  const auto rate = provable_rate(run.setting.shares(), static_cast<double>(run.setting.diameter),
                                  static_cast<double>(run.trace.tau_proc), static_cast<double>(run.trace.tau_msg));
  const double half = static_cast<double>(run.trace.k) / 2;
  verdict.assume("the start is forgotten", "λ^⌊K/2W⌋ < 1e-3",
                 std::to_string(math::exp(std::floor(half / rate.W) * rate.log_lambda)),
                 math::exp(std::floor(half / rate.W) * rate.log_lambda) < 1e-3);
  if (verdict.declined()) return verdict;
  const double e = push.checkpoints.back().largest_perturbation;
  const double log_limit = math::log(2 * rate.W * e) + 2 * rate.W * rate.log_N;
  const double log_start = std::floor(half / rate.W) * rate.log_lambda + math::log(push.initial_diameter);
  verdict.constant("e", e, "largest ‖η_i‖₂");
  verdict.constant("W", rate.W);
  verdict.constant_log10("2 W N^{2W}", (math::log(2 * rate.W) + 2 * rate.W * rate.log_N) / math::log_10);
  std::vector<CurvePoint> points;
  const double bound = (std::max(log_limit, log_start) + math::log(2)) / math::log_10;  // >= log(limit + start)
  for (const auto& now : push.checkpoints)
    if (static_cast<double>(now.k) >= half) points.push_back({now.k, now.time, now.consensus_2, bound});
  compare(verdict, points, 1e-11 * (1 + push.initial_diameter), true);
  verdict.vacuous = bound * math::log_10 > math::log(push.checkpoints.back().trivial);
  return verdict;
}

}  // namespace

extern const Bound gradient_push_bounded;
const Bound gradient_push_bounded{"gradient_push.bounded_perturbations", Class::theorem,
                                  "limsup ‖z_i − x̄‖ <= 2 e W N^{2W} for perturbations of at most e",
                                  "shape: Assran, Rabbat, IEEE TAC 2021, corollary on bounded perturbations; constants proved here",
                                  evaluate, nullptr};

}  // namespace taubar::bound
