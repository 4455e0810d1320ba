// How far the centre of synchronous elastic averaging is thrown by noise in the long run. Workers with equal
// f_i = h/2 ‖x − x*‖², noise of variance σ² a coordinate, constant η and α, one local step a round: per coordinate
//   Var x̃ = (p α η/(γ−φ))² ( γ²/(1−γ²) + φ²/(1−φ²) − 2γφ/(1−γφ) ) σ²/p,
//   p Var x̃ → βηh/((2−β)(2−ηh)) · (2−β−ηh+βηh)/(β+ηh−βηh) · σ²/h²     as p → ∞ with β = pα fixed.
// Derived here: the recursion of (x̃, y) in elastic_averaging.hpp has M^j's entry (x̃, y) = β (γ^j − φ^j)/(γ − φ), so
//   x̃^K = … − η Σ_{j<K} β (γ^j − φ^j)/(γ − φ) ξ̄_{K−1−j},
// and the sum of squares is the first line. It is evaluated without the roots: by Σ_j (γ^j − φ^j)²/(γ − φ)² =
// (1 + γφ)/((1 − γφ)(1 − γ²)(1 − φ²)) and the coefficients of (z − γ)(z − φ),
//   Var x̃ = β η σ²/(p h) · (2 − a + c²)/((a − c²)(4 − 2a + c²)).
//
// One run is judged by its d coordinates, which are independent: S = ‖x̃ − x*‖² / Var x̃ is χ² with d degrees of freedom
// once start and transients are forgotten (what is left of both is measured, and must be below 1e-6). By Chernoff
// P(S >= d u), u > 1, and P(S <= d u), u < 1, are at most exp(−d (u − 1 − log u)/2): the interval leaves 1e-6 to both sides
// together, and is a little wider than the quantiles of χ². "Vacuous": twice the variance would pass.
//
// Source: Zhang, Choromanska, LeCun, NeurIPS 2015, lemma on the variance of the centre variable and its corollary.
#include <algorithm>
#include <cmath>

#include "core/base/math.hpp"
#include "core/bound/bound.hpp"
#include "core/bound/elastic_averaging.hpp"
#include "core/bound/server_assumptions.hpp"

namespace taubar::bound {
namespace {

constexpr double false_alarms = 1e-6;
constexpr double forgotten = 1e-6;
constexpr double equal_enough = 1e-12;

struct Law {
  double workers = 0, step = 0, curvature = 0, alpha = 0;
  double noise = 0;  ///< σ² a coordinate
  ElasticRoots roots;
  double variance() const { return noise * centre_variance(workers, step, curvature, alpha); }
};

Law law_of(const Setting& setting) {
  Law law;
  law.workers = static_cast<double>(setting.agents());
  law.step = setting.method.step(0);
  law.curvature = setting.problem->constants().smoothness;
  law.alpha = setting.method.elasticity;
  law.noise = *noise_variance(setting) / static_cast<double>(setting.dimension());
  law.roots = elastic_roots(law.workers, law.step * law.curvature, law.alpha);
  return law;
}

bool assume_law(Verdict& verdict, const Setting& setting, std::int64_t steps) {
  if (!assume_elastic_averaging(verdict, setting, steps)) return !verdict.declined();
  verdict.assume("exchanges", "in rounds", setting.method.asynchronous ? "as they come" : "in rounds", !setting.method.asynchronous);
  verdict.assume("local steps an exchange", "1", std::to_string(setting.method.exchange_period), setting.method.exchange_period == 1);
  assume_homogeneous(verdict, setting);
  assume_minimiser_known(verdict, setting);
  const auto [L, mu] = setting.problem->constants();
  verdict.assume("curvature", "one, positive", "from " + figure(mu) + " to " + figure(L), mu > 0 && L - mu <= equal_enough * L);
  const bool noisy = setting.gradient.kind == problem::GradientRule::Kind::noisy && setting.gradient.sigma > 0;
  verdict.assume("noise of the gradients", "normal, of known variance", noisy ? "sigma = " + figure(setting.gradient.sigma) : "another rule, or none",
                 noisy);
  if (verdict.declined()) return false;
  const Law law = law_of(setting);
  verdict.constant("gamma", law.roots.gamma);
  verdict.constant("phi", law.roots.phi);
  verdict.assume("roots gamma and phi", "within (−1, 1)", figure(law.roots.gamma) + " and " + figure(law.roots.phi), law.roots.stable());
  return !verdict.declined();
}

void note_law(Verdict& verdict, const Law& law) {
  const double p = law.workers, u = law.step * law.curvature;
  verdict.constant("sigma^2", law.noise, "of a coordinate");
  verdict.constant("variance of the centre", law.variance(), "of a coordinate");
  verdict.constant("p times that", p * law.variance());
  if (p * law.alpha < 2)
    verdict.constant("p times that, p to infinity", law.noise * centre_variance_of_many(law.step, law.curvature, p * law.alpha),
                     "with beta = p alpha fixed");
  verdict.constant("variance of minibatch SGD", law.step * law.noise / (law.curvature * (2 - u) * p), "of a coordinate, same step and workers");
}

/// The w of that sign (±1) with d (e^w − 1 − w)/2 = log(2/false alarms); e^w is an end of the interval.
double end_of_interval(double d, double sign) {
  const double wanted = 2 * math::log(2 / false_alarms) / d;
  double near = 0, far = sign * (wanted + 2);  // e^w − 1 − w exceeds `wanted` there on either side
  for (int i = 0; i < 200; ++i) {
    const double w = (near + far) / 2;
    (math::expm1(w) - w < wanted ? near : far) = w;
  }
  return math::exp(far);
}

Verdict evaluate(const Evidence& run) {
  if (!run.server) return not_applicable(Class::statistical, "the method has no server");
  const auto& setting = run.setting;
  const std::int64_t rounds = run.server->updates;
  Verdict verdict;
  verdict.quantity = "‖x̃ − x*‖₂²/d at the end";
  if (!assume_law(verdict, setting, rounds)) return verdict;
  const Law law = law_of(setting);
  const double d = static_cast<double>(setting.dimension()), variance = law.variance();
  const double slowest = std::max(std::abs(law.roots.gamma), std::abs(law.roots.phi)), K = static_cast<double>(rounds);
  // Rounds contract (x̃, x_1 … x_p) by `slowest` (elastic_averaging_stability.cpp).
  const double of_start = math::exp(2 * K * math::log(slowest)) * elastic_start(setting) * elastic_start(setting) / (d * variance);
  verdict.assume("left of the start", "at most 1e-6 of the variance", figure(of_start), of_start <= forgotten);
  const double missing = centre_variance_missing(law.roots, K);
  verdict.assume("missing of the variance", "at most 1e-6", figure(missing), missing <= forgotten);
  if (verdict.declined()) return verdict;
  note_law(verdict, law);
  const double low = variance * end_of_interval(d, -1), high = variance * end_of_interval(d, 1);
  verdict.constant("interval, lower end", low);
  verdict.constant("interval, upper end", high);
  verdict.constant("false alarms", false_alarms, "of correct runs outside the interval, at most");
  verdict.measured = (run.estimate - *setting.minimiser).squaredNorm() / d;
  verdict.at_k = rounds;
  const bool below = *verdict.measured < low;
  verdict.limit = below ? low : high;
  verdict.outcome = !below && *verdict.measured <= high ? Outcome::holds : Outcome::violated;
  if (verdict.outcome == Outcome::violated)
    verdict.reason = below ? "the centre varies less than the law says" : "the centre varies more than the law says";
  if (*verdict.measured > 0) verdict.slack_decades = (below ? -1 : 1) * std::abs(math::log10(*verdict.limit / *verdict.measured));
  if (verdict.outcome == Outcome::violated && !below) verdict.slack_decades = math::log10(high / *verdict.measured);
  verdict.vacuous = high > 2 * variance;
  return verdict;
}

Verdict promise(const Setting& setting) {
  Verdict verdict;
  verdict.quantity = "variance of the centre a coordinate in the long run";
  if (!assume_law(verdict, setting, 1)) return verdict;
  const Law law = law_of(setting);
  note_law(verdict, law);
  verdict.limit = law.variance();
  verdict.outcome = Outcome::reported;
  verdict.reason = "for a constant step, once the start is forgotten";
  return verdict;
}

}  // namespace

extern const Bound elastic_averaging_variance;
const Bound elastic_averaging_variance{
    "elastic_averaging.variance", Class::statistical,
    "on quadratics of one curvature the centre's variance is what the roots of the round say, in an interval over coordinates",
    "Zhang, Choromanska, LeCun, Deep learning with elastic averaging SGD, NeurIPS 2015; derived here again", evaluate, promise};

}  // namespace taubar::bound
