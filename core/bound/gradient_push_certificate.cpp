// CERT-1, the consensus certificate of the run that was: max_i ‖z_i[k] − x̄[k]‖₂ is at most what contraction.hpp computes
// from the run's own weights, messages and perturbations. A theorem for every run without loss, whatever its delays.
#include <fmt/format.h>

#include <cmath>

#include "core/bound/bound.hpp"
#include "core/bound/comparison.hpp"
#include "core/bound/push_assumptions.hpp"

namespace taubar::bound {
namespace {

Verdict evaluate(const Evidence& run) {
  Verdict verdict;
  verdict.quantity = "max_i ‖z_i − x̄‖₂";
  if (!watched(verdict, run)) return verdict;
  assume_reliable(verdict, *run.push);
  verdict.assume("few enough live entries to form the products", "at most 1024 agents and messages",
                 std::isfinite(run.push->checkpoints.back().certificate) ? "fewer" : "more",
                 std::isfinite(run.push->checkpoints.back().certificate));
  if (verdict.declined()) return verdict;
  std::vector<CurvePoint> points;
  double scale = run.push->initial_diameter;
  bool vacuous = run.push->checkpoints.size() > 1;
  for (const auto& now : run.push->checkpoints) {
    points.push_back({now.k, now.time, now.consensus_2, now.certificate});
    scale = std::max(scale, now.perturbation);
    if (now.k > 0 && now.certificate < now.trivial) vacuous = false;
  }
  verdict.constant("D_0", run.push->initial_diameter, "diam z(0)");
  verdict.constant("window", static_cast<double>(run.push->exact ? run.push->events : run.push->window),
                   run.push->exact ? "steps: exact over the whole run" : "steps: chained over windows");
  compare(verdict, points, 1e-11 * (1 + scale));
  verdict.vacuous = vacuous;
  return verdict;
}

}  // namespace

extern const Bound gradient_push_certificate;
const Bound gradient_push_certificate{"gradient_push.consensus_certificate", Class::certificate,
                                      "‖z_i − x̄‖ <= τ1(R(k:0)) diam z(0) + Σ_s τ1(R(k:s)) diam(η[s]/y), R of the run itself",
                                      "derived here (core/bound/contraction.hpp); τ1: Seneta, Non-negative matrices, 1981, 3.1",
                                      evaluate, nullptr};

}  // namespace taubar::bound
