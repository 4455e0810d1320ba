// The descent identity and the block certificate of the run that was; both are theorems for every run with exact
// gradients and no loss (descent.hpp has the formulas). They stand in for the unpublished constants A_1 … A_3.
#include <fmt/format.h>

#include <algorithm>

#include "core/bound/bound.hpp"
#include "core/bound/comparison.hpp"
#include "core/bound/push_assumptions.hpp"

namespace taubar::bound {
namespace {

bool applicable(Verdict& verdict, const Evidence& run) {
  if (!watched(verdict, run)) return false;
  verdict.assume("steps follow the gradient", "η = −α w ∇f_i(z_i)", run.setting.method.name, run.setting.method.gradient_steps);
  assume_full_gradients(verdict, run.setting);
  assume_minimiser(verdict, run.setting);
  assume_reliable(verdict, *run.push);
  return !verdict.declined();
}

Verdict identity(const Evidence& run) {
  Verdict verdict;
  verdict.quantity = "residual of the identity, relative to its largest term";
  if (!applicable(verdict, run)) return verdict;
  if (!run.push->has_identity) return not_applicable(Class::certificate, "the constants of the f_i are unknown");
  // Every step adds a few roundings of its own terms, and those of the sums from which η is read; they add up.
  const double tolerance = 1e-15 * static_cast<double>(64 + run.push->events) + run.push->identity_rounding;
  require_small(verdict, run.push->identity_error, tolerance, run.trace.k);
  verdict.constant("steps", static_cast<double>(run.push->events));
  return verdict;
}

Verdict block(const Evidence& run) {
  Verdict verdict;
  verdict.quantity = "‖x̄[a+T] − x*_G‖₂ at the end of a block";
  if (!applicable(verdict, run)) return verdict;
  assume_strongly_convex(verdict, run.setting);
  std::vector<CurvePoint> points;
  double largest = 0, worst_contraction = 0;
  std::int64_t unfit = 0;
  for (const auto& b : run.push->blocks) {
    if (!b.applies) {
      ++unfit;
      continue;
    }
    points.push_back({b.k, 0, b.after, b.bound});
    largest = std::max({largest, b.before, b.bound});
    worst_contraction = std::max(worst_contraction, 1 - b.mu_G);
  }
  verdict.assume("some block's step is short enough", "mu_G + L_G <= 2 in a block",
                 fmt::format("{} of {} blocks", points.size(), run.push->blocks.size()), !points.empty());
  if (verdict.declined()) return verdict;
  verdict.constant("blocks", static_cast<double>(points.size()), fmt::format("evaluated; {} had too long a step", unfit));
  verdict.constant("1 − mu_G", worst_contraction, "largest factor of contraction of a block");
  compare(verdict, points, 1e-9 * (1e-3 + largest));
  return verdict;
}

Verdict promise_block(const Setting& setting) {
  if (!setting.method.gradient_steps) return not_applicable(Class::certificate, setting.method.name + " takes no plain gradient steps");
  Verdict verdict;
  verdict.quantity = "‖x̄ − x*_G‖₂ over a block";
  assume_full_gradients(verdict, setting);
  assume_strongly_convex(verdict, setting);
  if (verdict.declined()) return verdict;
  double mu = 0, L = 0;
  for (AgentId i = 0; i < setting.agents(); ++i) {
    mu += setting.local(i).strong_convexity / static_cast<double>(setting.agents());
    L += setting.local(i).smoothness / static_cast<double>(setting.agents());
  }
  verdict.constant("mean mu_i", mu);
  verdict.constant("mean L_i", L);
  verdict.constant("largest step", 2 / (mu + L), "2/(mean mu_i + mean L_i): a block in which every agent updates once contracts");
  verdict.constant("step", setting.method.step(0), "α(0) of the scenario");
  verdict.outcome = Outcome::reported;
  verdict.reason = setting.method.step(0) <= 2 / (mu + L) ? "the scenario's step is within it"
                                                          : "the scenario's step is longer: no block need contract";
  return verdict;
}

}  // namespace

extern const Bound gradient_push_descent_identity, gradient_push_block;
const Bound gradient_push_descent_identity{"gradient_push.descent_identity", Class::certificate,
                                           "Σ (2αw/n)⟨g, x̄−x*⟩ = ‖x̄(0)−x*‖² − ‖x̄(K)−x*‖² + Σ (αw/n)²‖g‖²",
                                           "derived here (core/bound/descent.hpp)", identity, nullptr};
const Bound gradient_push_block{"gradient_push.block", Class::certificate,
                                "‖x̄[a+T]−x*_G‖ <= (1−μ_G)‖x̄[a]−x*_G‖ + (1/n) Σ αw L_i(‖x̄−x̄[a]‖ + ‖z_i−x̄‖) over a block",
                                "derived here (core/bound/descent.hpp)", block, promise_block};

}  // namespace taubar::bound
