// When elastic averaging is stable, and how far its centre can then be from x*. All f_i have the minimiser x* and Hessians
// between μ and L; constant step η, elasticity α, p workers, z = (x̃, x_1, …, x_p) − (x*, …, x*).
//
// In rounds: stable where the roots γ and φ of elastic_averaging.hpp lie in (−1, 1) for h = μ and h = L, that is
//   0 < ηL < 2,   0 < α < (4 − 2ηL)/(2(p+1) − pηL);      and then   ‖z^K‖ <= r^K ‖z^0‖,   r = max{ |γ(μ)|, |φ(L)| }.
// One exchange after the other, in any order (round robin is one):   0 <= ηL <= 2,   0 <= α <= (4 − 2ηL)/(4 − ηL),
//   and then  ‖z‖  never grows. For equal h and round robin the condition is exact for odd p, and leaves a little for even p.
//
// Derived here. A round is z ← M z with the symmetric M = [ 1−pα  α … α ; α  1−α−ηH_1 ; … ], H_i the mean Hessian of f_i
// between x* and x_i; M falls as the H_i grow, so its eigenvalues lie between those at h = L, φ(L) the least, and those at
// h = μ, γ(μ) the greatest: r is its norm. An exchange of worker i alone is the same with p = 1 on (x̃, x_i), the identity on
// all others: its norm is 1 where γ and φ of p = 1 lie in [−1, 1], which is the condition. So is that of a product in any
// order: that is why it suffices for all p. Local steps without exchange have norm at most 1 for ηL <= 2.
//
// With noise of variance σ² (normal, E‖ξ‖² = σ²), m = p · period steps a round and K rounds,
//   E‖z^K‖² <= r^{2K} ‖z^0‖² + m η²σ² R,   R = Σ_{k<K} r^{2k},
// and ‖z^K‖ is a Lipschitz function of the noise with the constant ησ √(period R / d), so that it exceeds the root of that by
// √(2 log 1e9) times the constant in one run of 1e9 at most (concentration of Gaussian measure). With turns r = 1, and both
// R and m R are the number of local steps.
//
// Source: Zhang, Choromanska, LeCun, NeurIPS 2015, on the stability of EASGD in the round-robin scheme.
#include <algorithm>
#include <cmath>
#include <string>

#include "core/base/math.hpp"
#include "core/bound/bound.hpp"
#include "core/bound/elastic_averaging.hpp"
#include "core/bound/server_assumptions.hpp"

namespace taubar::bound {
namespace {

constexpr double round_off = 1e-8;     // relative; x* may be a solver's
constexpr double rarely = 1e-9;        // false alarms a run with noise
constexpr double same_minimiser = 1e-9;

/// Of all f_i: μ and L.
problem::Constants worst_constants(const Setting& setting) {
  problem::Constants worst = setting.local(0);
  for (AgentId i = 1; i < setting.agents(); ++i) {
    const auto own = setting.local(i);
    worst.smoothness = own.smoothness <= worst.smoothness ? worst.smoothness : own.smoothness;
    worst.strong_convexity = own.strong_convexity >= worst.strong_convexity ? worst.strong_convexity : own.strong_convexity;
  }
  return worst;
}

/// max_i ‖∇f_i(x*)‖/μ: how far from x* a minimiser may be.
double farthest_minimiser(const Setting& setting, double mu) {
  Vector g(setting.dimension());
  double largest = 0;
  for (AgentId i = 0; i < setting.agents(); ++i) {
    setting.problem->local_gradient(i, *setting.minimiser, g);
    largest = std::max(largest, g.norm());
  }
  return largest / mu;
}

bool in_rounds(const Setting& setting) { return !setting.method.asynchronous; }

ElasticRoots extreme_roots(const Setting& setting, const problem::Constants& of) {
  const double step = setting.method.step(0), alpha = setting.method.elasticity;
  const double workers = in_rounds(setting) ? static_cast<double>(setting.agents()) : 1;
  return {elastic_roots(workers, step * of.strong_convexity, alpha).gamma, elastic_roots(workers, step * of.smoothness, alpha).phi};
}

double largest_elasticity(const Setting& setting, double step_times_h) {
  return in_rounds(setting) ? largest_elasticity_of_rounds(static_cast<double>(setting.agents()), step_times_h)
                            : largest_elasticity_of_turns(step_times_h);
}

/// Notes all that does not need the run.
bool assume_setting(Verdict& verdict, const Setting& setting, std::int64_t steps) {
  if (!assume_elastic_averaging(verdict, setting, steps)) return !verdict.declined();
  assume_minimiser_known(verdict, setting);
  assume_variance_known(verdict, setting);
  const auto [L, mu] = worst_constants(setting);
  verdict.assume("Hessians of all f_i", "between known mu > 0 and L", "from " + figure(mu) + " to " + figure(L), mu > 0 && std::isfinite(L));
  if (verdict.declined()) return false;
  const double apart = farthest_minimiser(setting, mu), size = elastic_start(setting) + setting.minimiser->norm();
  verdict.assume("one minimiser of all f_i", "‖∇f_i(x*)‖/mu at most 1e-9 of the distances", figure(apart), apart <= same_minimiser * size);
  if (verdict.declined()) return false;
  const double u = setting.method.step(0) * L, alpha = setting.method.elasticity;
  verdict.constant("eta L", u);
  verdict.constant("alpha", alpha);
  verdict.assume("step size times L", "at most 2", figure(u), u <= 2);
  if (verdict.declined()) return false;
  const auto [gamma, phi] = extreme_roots(setting, {L, mu});
  verdict.constant("gamma", gamma, in_rounds(setting) ? "at h = mu" : "at h = mu, of one exchange");
  verdict.constant("phi", phi, in_rounds(setting) ? "at h = L" : "at h = L, of one exchange");
  const double allowed = largest_elasticity(setting, u);
  verdict.constant("largest elasticity", allowed);
  return verdict.assume("elasticity", "at most " + figure(allowed), figure(alpha), alpha <= allowed) || !verdict.declined();
}

Verdict evaluate(const Evidence& run) {
  if (!run.server) return not_applicable(Class::theorem, "the method has no server");
  const auto& setting = run.setting;
  Verdict verdict;
  verdict.quantity = "‖x̃ − x*‖₂ at the end";
  const auto& steps = run.trace.steps;
  if (!assume_setting(verdict, setting, steps.empty() ? 1 : *std::max_element(steps.begin(), steps.end()))) return verdict;
  if (!in_rounds(setting)) {
    const std::int64_t overlap = run.trace.staleness.max();
    verdict.assume("exchanges", "one after the other: no update of the centre within another's exchange",
                   "at most " + std::to_string(overlap) + " updates within one", overlap == 0);
    if (verdict.declined()) return verdict;
  }
  const auto [gamma, phi] = extreme_roots(setting, worst_constants(setting));
  const double r = in_rounds(setting) ? std::min(1.0, std::max(std::abs(gamma), std::abs(phi))) : 1;
  const double K = static_cast<double>(run.server->updates), start = elastic_start(setting);
  const double left = math::exp(K * math::log(r)), rounds = r < 1 ? (1 - left * left) / (1 - r * r) : K;
  const double period = static_cast<double>(setting.method.exchange_period), workers = static_cast<double>(setting.agents());
  const double local = static_cast<double>(run.trace.counts.gradients);
  const double heard = in_rounds(setting) ? workers * period * rounds : local;   // m R
  const double spread = in_rounds(setting) ? period * rounds : local;            // period R
  const double of_step = setting.method.step(0) * setting.method.step(0) * *noise_variance(setting);
  const double mean = std::sqrt(left * left * start * start + heard * of_step);
  const double excess = std::sqrt(2 * math::log(1 / rarely) * spread * of_step / static_cast<double>(setting.dimension()));
  verdict.constant("r", r, "a round contracts by");
  verdict.constant("distance at the start", start, "of the centre and all workers together");
  verdict.constant("left of it", left * start);
  verdict.constant("false alarms", of_step > 0 ? rarely : 0, "of correct runs, at most");
  verdict.measured = (run.estimate - *setting.minimiser).norm();
  verdict.limit = mean + excess;
  verdict.at_k = run.server->updates;
  verdict.vacuous = *verdict.limit > start;
  if (*verdict.measured > 0 && *verdict.limit > 0) verdict.slack_decades = math::log10(*verdict.limit / *verdict.measured);
  verdict.outcome = *verdict.measured <= *verdict.limit + round_off * (start + setting.minimiser->norm()) ? Outcome::holds : Outcome::violated;
  if (verdict.outcome == Outcome::violated) verdict.reason = "the centre is farther from x* than a stable run can be";
  return verdict;
}

Verdict promise(const Setting& setting) {
  Verdict verdict;
  verdict.quantity = "largest elasticity with which the method is stable";
  if (!assume_setting(verdict, setting, 1)) return verdict;
  verdict.limit = largest_elasticity(setting, setting.method.step(0) * worst_constants(setting).smoothness);
  verdict.outcome = Outcome::reported;
  verdict.reason = in_rounds(setting) ? "for a constant step" : "for a constant step, and where exchanges do not overlap";
  return verdict;
}

}  // namespace

extern const Bound elastic_averaging_stability;
const Bound elastic_averaging_stability{
    "elastic_averaging.stability", Class::theorem,
    "with roots within (−1, 1) rounds contract by the larger of them, and exchanges one after the other never take the whole away from x*",
    "Zhang, Choromanska, LeCun, Deep learning with elastic averaging SGD, NeurIPS 2015; the inequality and any order: derived here",
    evaluate, promise};

}  // namespace taubar::bound
