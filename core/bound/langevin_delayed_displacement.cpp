// What delayed gradients cost a Langevin chain. A gradient of θ_{k−τ} differs from that of θ_k by at most M ‖θ_k − θ_{k−τ}‖, so with
//   D = sup_k √E‖θ_k − θ_{k−τ_k}‖²,   h <= 2/(m+M),   noise of the gradients of E‖ζ‖² = σ² p, independent and unbiased:
//   W₂(ν_k, π) <= (1 − mh)^k W₂(ν_0, π) + 1.65 (M/m) √(hp) + (M/m) D + σ² √(hp)/(1.65 M + (M/√(hp)) D + σ √m).
// Derived here: coupled with the stationary diffusion by its noise, and by Minkowski's inequality in L², which asks nobody to be
// independent of stale points, x_k = ‖θ_k − L_kh‖ obeys
//   x_{k+1}² <= ((1 − A) x_k + C)² + B²,   A = mh, C = 1.65 M √(h³p) + hMD, B = hσ√p,
// so that x_k <= (1 − A)^k x_0 + C/A + B²/(C + √A B) (a lemma of Dalalyan and Karagulyan 2019; without delay
// this is their theorem 4).
// Of the displacement, D <= √(2hτp) + hτ G + hσ√(τp) with G = sup √E‖∇f(θ_k)‖², whatever the delays up to τ.
//
// On a quadratic with constant delay D and the law of θ_k are known by recursion (langevin_target.hpp), and the bound is judged. The
// bias is of order τh, D of order √(τh): there is slack, more for smaller steps.
//
// Source: derived here; the claim that delay leaves the order of the distance to the step is Kungurtsev's, Chatterjee's and Alistarh's
// (arXiv 2006.07362), whose constants are not at hand.
#include <algorithm>
#include <cmath>

#include "core/base/math.hpp"
#include "core/bound/bound.hpp"
#include "core/bound/comparison.hpp"
#include "core/bound/langevin_distance.hpp"
#include "core/bound/server_assumptions.hpp"

namespace taubar::bound {
namespace {

constexpr double round_off = 1e-9;  // of the distance at the start

double floor_of(const ScaledChain& chain, double moved) {
  const double A = chain.m * chain.h, C = chain.discretisation() + chain.h * chain.M * moved, B = chain.h * std::sqrt(chain.noise);
  return C / A + B * B / (C + std::sqrt(A) * B);
}

/// max over k <= K of √E‖θ_k − θ_{k−τ}‖².
double largest_move(const NormalTarget& target, const Setting& setting, std::int64_t tau, std::int64_t K) {
  double largest = 0;
  for (ChainLaw law(target, setting, tau); law.k() < K && !law.settled(); law.advance()) largest = std::max(largest, law.moved());
  return largest;
}

bool assume_delayed(Verdict& verdict, const Setting& setting) {
  const bool delayed = setting.method.langevin->delayed;
  verdict.assume("gradients", "of workers", delayed ? "of workers" : "of the particle itself", delayed);
  return !verdict.declined();
}

bool assume_stable_step(Verdict& verdict, const ScaledChain& chain, std::int64_t tau) {
  const double allowed = 2 / (chain.m + chain.M), limit = stability_limit(tau) / chain.M;
  verdict.constant("m", chain.m, "mu/T");
  verdict.constant("M", chain.M, "L/T");
  verdict.constant("tau", static_cast<double>(tau));
  verdict.assume("h = eta T", "at most 2/(m+M) = " + figure(allowed), figure(chain.h), chain.h <= allowed);
  verdict.assume("h = eta T", "below " + figure(limit) + ", where the chain is stable", figure(chain.h), chain.h < limit);
  return !verdict.declined();
}

bool assume_all(Verdict& verdict, const Setting& setting) {
  return assume_chain(verdict, setting) && assume_delayed(verdict, setting) && assume_constant_step(verdict, setting) &&
         assume_warm(verdict, setting) && assume_gradients(verdict, setting);
}

Verdict evaluate(const Evidence& run) {
  const auto& setting = run.setting;
  Verdict verdict;
  verdict.quantity = "W2 of the law of θ_k to exp(−F/T)";
  if (!assume_all(verdict, setting)) return verdict;
  const auto target = assume_normal_target(verdict, setting);
  if (!target) return verdict;
  const auto tau = assume_constant_delay(verdict, run);
  if (!tau) return verdict;
  const ScaledChain chain = scaled_chain(setting, target->curvature.minCoeff(), target->curvature.maxCoeff());
  const std::int64_t K = updates_of(run);
  if (!assume_stable_step(verdict, chain, *tau) || !assume_followed(verdict, *target, K)) return verdict;
  const double moved = largest_move(*target, setting, *tau, K), floor = floor_of(chain, moved);
  verdict.constant("D", moved, "largest root mean square of θ_k − θ_{k−τ}");
  verdict.constant("floor", floor, "what is left for k to infinity");
  verdict.constant("the same without delay", floor_of(chain, 0));
  ChainLaw law(*target, setting, *tau);
  const double start = law.distance(), rate = math::log(std::abs(1 - chain.m * chain.h));
  std::vector<CurvePoint> points;
  Shown shown(K);
  for (;; law.advance()) {
    const std::int64_t k = law.settled() ? K : law.k();
    const double left = k == 0 ? 1 : math::exp(static_cast<double>(k) * rate);
    if (shown.at(k)) points.push_back({k, 0, law.distance(), left * start + floor});
    if (k == K) break;
  }
  verdict.constant("W2 at the end", points.back().measured);
  verdict.constant("slack at the end", points.back().bound / points.back().measured, "bound over W2");
  compare(verdict, points, round_off * start);
  verdict.vacuous = points.back().bound >= start;
  return verdict;
}

Verdict promise(const Setting& setting) {
  Verdict verdict;
  verdict.quantity = "W2 of the law of θ_k to exp(−F/T), k to infinity";
  if (!assume_all(verdict, setting)) return verdict;
  const auto target = assume_normal_target(verdict, setting);
  if (!target) return verdict;
  const auto tau = constant_delay(setting);
  verdict.assume("delays", "constant: equal constant times of all workers", tau ? std::to_string(*tau) : "not known before the run", tau.has_value());
  if (verdict.declined()) return verdict;
  const ScaledChain chain = scaled_chain(setting, target->curvature.minCoeff(), target->curvature.maxCoeff());
  if (!assume_stable_step(verdict, chain, *tau)) return verdict;
  double square = 0;  // in the long run: 2 Σ_j (r_0 − r_τ)
  for (const double a : target->curvature) {
    const DelayedRecursion of(setting.method.langevin->step(0) * a, driving_noise(setting), *tau);
    square += 2 * (of.variance() - of.autocovariance(*tau));
  }
  verdict.constant("D", std::sqrt(square), "root mean square of θ_k − θ_{k−τ} in the long run");
  verdict.constant("the same without delay", floor_of(chain, 0));
  verdict.limit = floor_of(chain, std::sqrt(square));
  verdict.constant("floor", *verdict.limit, "what is left for k to infinity");
  verdict.outcome = Outcome::reported;
  verdict.reason = "once the start is forgotten";
  return verdict;
}

}  // namespace

extern const Bound langevin_delayed_displacement;
const Bound langevin_delayed_displacement{
    "langevin.delayed_displacement", Class::theorem,
    "delayed gradients add at most (M/m) D to the distance to the target, D the root mean square of what the chain moves meanwhile",
    "derived here from Dalalyan, Karagulyan 2019, theorem 4; the claim: Kungurtsev, Chatterjee, Alistarh 2020", evaluate, promise};

}  // namespace taubar::bound
