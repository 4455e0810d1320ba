// How far a Langevin chain is from its target after k updates. For m I <= ∇²f <= M I, p = d, a constant step h < 2/M:
//   exact gradients (theorem 1):
//     h <= 2/(m+M):   W₂(ν_k, π) <= (1 − mh)^k W₂(ν_0, π) + 1.65 (M/m) √(hp)
//     else            W₂(ν_k, π) <= (Mh − 1)^k W₂(ν_0, π) + 1.65 Mh/(2 − Mh) √(hp)
//   gradients with unbiased noise of E‖ζ‖² <= σ² p, h <= 2/(m+M) (theorem 4, δ = 0):
//     W₂(ν_k, π) <= (1 − mh)^k W₂(ν_0, π) + 1.65 (M/m) √(hp) + σ² √(hp)/(1.65 M + σ √m)
// The proof in a line: coupled with the stationary diffusion L by its noise, ‖ϑ_{k+1} − L_{(k+1)h}‖ in L² is at most the
// contraction times ‖ϑ_k − L_kh‖ plus the discretisation (langevin_distance.hpp), whose geometric sums these are.
//
// Measured is W₂ of the law itself: on a quadratic θ_k is normal with mean and covariance by recursion. For such targets the bias
// is of order h, not √h, so there is slack, more for smaller steps.
//
// Source: Dalalyan, Karagulyan, Stochastic Processes and their Applications 129, 2019 (arXiv 1710.00095), theorems 1 and 4.
#include <cmath>

#include "core/base/math.hpp"
#include "core/bound/bound.hpp"
#include "core/bound/comparison.hpp"
#include "core/bound/langevin_distance.hpp"
#include "core/bound/server_assumptions.hpp"

namespace taubar::bound {
namespace {

constexpr double round_off = 1e-9;  // of the distance at the start

/// What the theorem leaves for k to infinity.
double floor_of(const ScaledChain& chain) {
  const auto& [m, M, h, p, noise] = chain;
  const double exact = chain.discretisation() / (1 - chain.contraction());
  const double sigma = std::sqrt(noise / p);
  return noise > 0 ? exact + sigma * sigma * std::sqrt(h * p) / (1.65 * M + sigma * std::sqrt(m)) : exact;
}

bool assume_step(Verdict& verdict, const ScaledChain& chain) {
  const double allowed = chain.noise > 0 ? 2 / (chain.m + chain.M) : 2 / chain.M;
  verdict.assume("h = eta T", chain.noise > 0 ? "at most 2/(m+M) = " + figure(allowed) : "below 2/M = " + figure(allowed), figure(chain.h),
                 chain.noise > 0 ? chain.h <= allowed : chain.h < allowed);
  if (verdict.declined()) return false;
  verdict.constant("contraction", chain.contraction(), "of one update");
  verdict.constant("floor", floor_of(chain), "what the theorem leaves for k to infinity");
  return true;
}

Verdict evaluate(const Evidence& run) {
  const auto& setting = run.setting;
  Verdict verdict;
  verdict.quantity = "W2 of the law of θ_k to exp(−F/T)";
  if (!assume_chain(verdict, setting) || !assume_constant_step(verdict, setting) || !assume_warm(verdict, setting) ||
      !assume_gradients(verdict, setting) || !assume_no_delay(verdict, run))
    return verdict;
  const auto target = assume_normal_target(verdict, setting);
  if (!target) return verdict;
  const ScaledChain chain = scaled_chain(setting, target->curvature.minCoeff(), target->curvature.maxCoeff());
  verdict.constant("m", chain.m, "mu/T");
  verdict.constant("M", chain.M, "L/T");
  const std::int64_t K = updates_of(run);
  if (!assume_step(verdict, chain) || !assume_followed(verdict, *target, K)) return verdict;
  ChainLaw law(*target, setting, 0);
  const double start = law.distance(), floor = floor_of(chain), rate = math::log(std::abs(chain.contraction()));
  verdict.constant("W2 of the start to the target", start);
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
  const auto of = assume_strong_convexity(verdict, setting);
  if (!of || !assume_constant_step(verdict, setting) || !assume_step(verdict, of->chain)) return verdict;
  const double floor = floor_of(of->chain), rate = -math::log(std::abs(of->chain.contraction()));
  verdict.limit = floor;
  verdict.constant("updates until twice that", std::ceil(std::max(0.0, math::log(of->start / floor)) / rate));
  verdict.vacuous = floor >= of->start;
  verdict.outcome = Outcome::reported;
  verdict.reason = setting.method.langevin->delayed ? "for gradients that are not delayed" : "for every constant step below 2/M";
  return verdict;
}

}  // namespace

extern const Bound langevin_dalalyan_karagulyan;
const Bound langevin_dalalyan_karagulyan{
    "langevin.dalalyan_karagulyan", Class::theorem,
    "for strongly convex F the distance of the law of theta_k to the target falls by 1 − mh an update, down to 1.65 (M/m) sqrt(hp)",
    "Dalalyan, Karagulyan, User-friendly guarantees for the Langevin Monte Carlo with inaccurate gradient, SPA 2019, theorems 1 and 4",
    evaluate, promise};

}  // namespace taubar::bound
