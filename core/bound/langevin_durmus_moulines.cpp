// How far a Langevin chain with a schedule of steps is from its target. For m I <= ∇²U <= L I in R^d, exact gradients, steps γ_k that
// never grow, γ_1 <= 1/(m+L), κ = 2mL/(m+L):
//   W₂²(ν_n, π) <= u¹_n W₂²(ν_0, π) + u²_n,   u¹_n = 2 Π_{k<=n} (1 − κγ_k/2),
//   u²_n = L² d Σ_{i<=n} γ_i² (1/κ + γ_i)(2 + L² γ_i/m + L² γ_i²/6) Π_{i<k<=n} (1 − κγ_k/2),
// by u²_n = (1 − κγ_n/2) u²_{n−1} + L² d γ_n² (1/κ + γ_n)(2 + L²γ_n/m + L²γ_n²/6). Here U = F/T and γ_k = η_{k−1} T.
//
// Measured is W₂ of the law itself: on a quadratic each direction has the mean Π(1 − η_k a) y_0 and the variance
// s_{k+1} = (1 − η_k a)² s_k + 2 η_k T.
//
// Source: Durmus, Moulines, Bernoulli 25, 2019 (arXiv 1605.01559), theorem 5 and its corollary for any start; constants remembered.
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

/// u¹ and u².
struct Shrinking {
  double m, L, d, kappa;
  double first = 2, second = 0;

  Shrinking(const ScaledChain& chain) : m(chain.m), L(chain.M), d(chain.p), kappa(2 * m * L / (m + L)) {}
  void step(double gamma) {
    const double kept = 1 - kappa * gamma / 2, L2 = L * L;
    first *= kept;
    second = kept * second + L2 * d * gamma * gamma * (1 / kappa + gamma) * (2 + L2 * gamma / m + L2 * gamma * gamma / 6);
  }
  double bound(double start) const { return std::sqrt(first * start * start + second); }
};

/// Of a schedule, along the target's directions.
class ScheduledLaw {
 public:
  ScheduledLaw(const NormalTarget& target, const Setting& setting)
      : temperature_(setting.method.langevin->temperature), curvature_(target.curvature) {
    const double spread = setting.method.langevin->initial_spread;
    variance_ = Vector::Constant(curvature_.size(), spread * spread);
    const Matrix starts = starts_along(target, setting);
    Eigen::Index farthest = 0;
    starts.rowwise().squaredNorm().maxCoeff(&farthest);
    mean_ = starts.row(farthest).transpose();
  }
  void step(double eta) {
    for (Eigen::Index j = 0; j < curvature_.size(); ++j) {
      const double kept = 1 - eta * curvature_[j];
      mean_[j] *= kept;
      variance_[j] = kept * kept * variance_[j] + 2 * eta * temperature_;
    }
  }
  double distance() const {
    double sum = 0;
    for (Eigen::Index j = 0; j < curvature_.size(); ++j) {
      const double apart = std::sqrt(variance_[j]) - std::sqrt(temperature_ / curvature_[j]);
      sum += mean_[j] * mean_[j] + apart * apart;
    }
    return std::sqrt(sum);
  }

 private:
  double temperature_;
  Vector curvature_, mean_, variance_;
};

bool assume_full_gradients(Verdict& verdict, const Setting& setting) {
  const double noise = *noise_variance(setting);
  verdict.assume("gradients", "exact", noise == 0 ? "exact" : "with noise", noise == 0);
  return !verdict.declined();
}

bool assume_schedule(Verdict& verdict, const Setting& setting, const ScaledChain& chain, std::int64_t updates) {
  const auto& of = *setting.method.langevin;
  const double allowed = 1 / (chain.m + chain.M);
  verdict.assume("first gamma = eta T", "at most 1/(m+L) = " + figure(allowed), figure(chain.h), chain.h > 0 && chain.h <= allowed);
  std::int64_t grows = 0;
  if (!of.constant_step)
    for (std::int64_t k = 1; k < updates && grows == 0; ++k)
      if (of.step(k) > of.step(k - 1)) grows = k;
  verdict.assume("steps", "never grow", grows == 0 ? "never grow" : "grow at update " + std::to_string(grows), grows == 0);
  return !verdict.declined();
}

Verdict evaluate(const Evidence& run) {
  const auto& setting = run.setting;
  Verdict verdict;
  verdict.quantity = "W2 of the law of θ_k to exp(−F/T)";
  if (!assume_chain(verdict, setting) || !assume_warm(verdict, setting) || !assume_gradients(verdict, setting) ||
      !assume_full_gradients(verdict, setting) || !assume_no_delay(verdict, run))
    return verdict;
  const auto target = assume_normal_target(verdict, setting);
  if (!target) return verdict;
  const ScaledChain chain = scaled_chain(setting, target->curvature.minCoeff(), target->curvature.maxCoeff());
  verdict.constant("m", chain.m, "mu/T");
  verdict.constant("L", chain.M, "L/T");
  const std::int64_t K = updates_of(run);
  verdict.assume("updates times dimensions", "at most 3e+08", figure(static_cast<double>(K) * chain.p), static_cast<double>(K) * chain.p <= 3e8);
  if (!assume_followed(verdict, *target, K) || !assume_schedule(verdict, setting, chain, K)) return verdict;
  ScheduledLaw law(*target, setting);
  Shrinking shrinking(chain);
  const double start = law.distance();
  verdict.constant("kappa", shrinking.kappa, "2mL/(m+L)");
  verdict.constant("W2 of the start to the target", start);
  std::vector<CurvePoint> points;
  Shown shown(K);
  for (std::int64_t k = 0;; ++k) {
    if (shown.at(k)) points.push_back({k, 0, law.distance(), shrinking.bound(start)});
    if (k == K) break;
    const double eta = setting.method.langevin->step(k);
    law.step(eta);
    shrinking.step(eta * setting.method.langevin->temperature);
  }
  verdict.constant("W2 at the end", points.back().measured);
  verdict.constant("slack at the end", points.back().bound / points.back().measured, "bound over W2");
  compare(verdict, points, round_off * start);
  verdict.vacuous = points.back().bound >= start;
  return verdict;
}

Verdict promise(const Setting& setting) {
  Verdict verdict;
  verdict.quantity = "W2 of the law of θ_k to exp(−F/T), after 10,000 updates";
  const auto of = assume_strong_convexity(verdict, setting);
  constexpr std::int64_t updates = 10'000;
  if (!of || !assume_full_gradients(verdict, setting) || !assume_schedule(verdict, setting, of->chain, updates)) return verdict;
  Shrinking shrinking(of->chain);
  for (std::int64_t k = 0; k < updates; ++k) shrinking.step(setting.method.langevin->step(k) * setting.method.langevin->temperature);
  verdict.constant("kappa", shrinking.kappa, "2mL/(m+L)");
  verdict.limit = shrinking.bound(of->start);
  verdict.constant("bound after 10,000 updates", *verdict.limit);
  verdict.vacuous = *verdict.limit >= of->start;
  verdict.outcome = Outcome::reported;
  verdict.reason = setting.method.langevin->delayed ? "for gradients that are not delayed" : "for steps that never grow";
  return verdict;
}

}  // namespace

extern const Bound langevin_durmus_moulines;
const Bound langevin_durmus_moulines{
    "langevin.durmus_moulines", Class::theorem,
    "for strongly convex F and steps that never grow the squared distance of the law of theta_k to the target is at most u1_k times that "
    "of the start, plus u2_k",
    "Durmus, Moulines, High-dimensional Bayesian inference via the unadjusted Langevin algorithm, Bernoulli 2019, theorem 5", evaluate, promise};

}  // namespace taubar::bound
