// How stale gradients show in averages along a Langevin chain: for L draws with the step h, staleness τ at most,
//   bias  |E φ̂ − φ̄| <= D_1 ( 1/(Lh) + M_1 τ h + M_2 h )
//   MSE   E(φ̂ − φ̄)² <= D_2 ( 1/(Lh) + M̃_1 τ² h² + M̃_2 h² )
//   var   E(φ̂ − E φ̂)² <= D_3 ( 1/(Lh) + h² ),   which has no τ                    (first order integrator, as here)
// The constants are not known, so nothing is judged. Reported for φ = a_j y_j²/T, mean over directions of a quadratic (φ̄ = 1):
// the bias as measured, to first order c(τ̄ + ½) + ηs²/(2T) with the mean delay τ̄ and c = η a_j, and exactly where the delay was
// constant; there also its local orders, by halving h and by halving τ + ½ (1 in the theorem, for small steps), and what L draws are
// worth against those of a chain with fresh gradients (1 where staleness does not show in the variance).
//
// Source: Chen, Ding, Li, Zhang, Carin, NeurIPS 2016 (arXiv 1610.06664), theorems on bias, MSE and variance: the shape is
// remembered. The exact curve: delayed_recursion.hpp.
#include <cmath>
#include <utility>

#include "core/base/math.hpp"
#include "core/bound/bound.hpp"
#include "core/bound/langevin_distance.hpp"
#include "core/bound/server_assumptions.hpp"
#include "core/trace/chains.hpp"

namespace taubar::bound {
namespace {

constexpr double most_work = 3e8;  // draws × coordinates

/// Mean over directions of a_j r_0/T − 1; NaN where a direction is unstable.
double exact_bias(const NormalTarget& target, const Setting& setting, double eta, std::int64_t tau) {
  const double T = setting.method.langevin->temperature, q = 2 * eta * T + eta * eta * noise_a_coordinate(setting);
  double sum = 0;
  for (const double a : target.curvature) {
    if (!(eta * a < stability_limit(tau))) return std::nan("");
    sum += a * DelayedRecursion(eta * a, q, tau).variance() / T;
  }
  return sum / static_cast<double>(target.curvature.size()) - 1;
}

double first_order_bias(const NormalTarget& target, const Setting& setting, double delay) {
  const auto& chain = *setting.method.langevin;
  return chain.step(0) * (target.curvature.mean() * (delay + 0.5) + noise_a_coordinate(setting) / (2 * chain.temperature));
}

double measured_bias(const NormalTarget& target, const Setting& setting, const trace::Chains& draws) {
  Vector y;
  double sum = 0;
  for (Eigen::Index s = 0; s < draws.chains(); ++s)
    for (Eigen::Index k = 0; k < draws.length(); ++k) {
      target.along(draws.draw(s, k), y);
      sum += (y.array().square() * target.curvature.array()).sum();
    }
  const double count = static_cast<double>(draws.chains() * draws.length()) * static_cast<double>(target.curvature.size());
  return sum / count / setting.method.langevin->temperature - 1;
}

/// Σ_h ρ_h² over lags of all updates of both signs, mean over directions: updates that one independent y² takes.
double correlation_time(const NormalTarget& target, double eta, std::int64_t tau) {
  double sum = 0, own = 0, last = 0;
  for (const double a : target.curvature) {
    if (a == std::exchange(last, a)) {
      sum += own;
      continue;
    }
    const DelayedRecursion of(eta * a, 1, tau);
    const auto lags = static_cast<std::int64_t>(40 / (eta * a)) + 20 * (tau + 1);
    own = 1;
    const auto r = of.autocovariances(std::min<std::int64_t>(lags, 1'000'000), 1);
    for (std::size_t h = 1; h < r.size(); ++h) own += 2 * r[h] * r[h] / (r[0] * r[0]);
    sum += own;
  }
  return sum / static_cast<double>(target.curvature.size());
}

void note_constant_delay(Verdict& verdict, const NormalTarget& target, const Setting& setting, std::int64_t tau) {
  const double eta = setting.method.langevin->step(0), exact = exact_bias(target, setting, eta, tau);
  if (!(exact == exact)) return;
  verdict.constant("bias, exact", exact, "in the long run, for this constant delay");
  verdict.constant("order of the bias in h", math::log(exact / exact_bias(target, setting, eta / 2, tau)) / math::log(2.0), "by halving h");
  if (tau > 0) {
    const std::int64_t half = tau / 2;
    const double ages = (static_cast<double>(tau) + 0.5) / (static_cast<double>(half) + 0.5);
    verdict.constant("order of the bias in tau + 1/2", math::log(exact / exact_bias(target, setting, eta, half)) / math::log(ages),
                     "by taking half of tau");
  }
  verdict.constant("variance against fresh gradients", correlation_time(target, eta, tau) / correlation_time(target, eta, 0),
                   "of the mean of y²/E y², the same number of updates");
}

std::optional<NormalTarget> assume_setting(Verdict& verdict, const Setting& setting) {
  if (!assume_chain(verdict, setting) || !assume_constant_step(verdict, setting) || !assume_warm(verdict, setting) ||
      !assume_gradients(verdict, setting))
    return std::nullopt;
  const bool delayed = setting.method.langevin->delayed;
  verdict.assume("gradients", "of workers", delayed ? "of workers" : "of the particle itself", delayed);
  if (verdict.declined()) return std::nullopt;
  return assume_normal_target(verdict, setting);
}

Verdict evaluate(const Evidence& run) {
  const auto& setting = run.setting;
  Verdict verdict;
  verdict.quantity = "bias of the mean of a_j (v_jᵀ(θ − m))²/T over draws and directions";
  const auto target = assume_setting(verdict, setting);
  if (!target) return verdict;
  const trace::Chains draws(run.draws);
  const double count = static_cast<double>(draws.chains() * draws.length());
  const double d = static_cast<double>(target->curvature.size()), work = count * (target->basis.size() > 0 ? d * d : d);
  verdict.assume("draws", "at least 1", figure(count), count >= 1);
  verdict.assume("draws times dimensions", "at most " + figure(most_work), figure(work), work <= most_work);
  verdict.assume("figures of the server", "known", run.server ? "known" : "unknown", run.server.has_value());
  if (verdict.declined()) return verdict;
  const double eta = setting.method.langevin->step(0), delay = run.server->mean_delay();
  verdict.constant("1/(L h)", 1 / (static_cast<double>(run.server->updates) * eta), "L: updates");
  verdict.constant("tau h", delay * eta, "mean delay");
  verdict.constant("h", eta);
  verdict.measured = measured_bias(*target, setting, draws);
  verdict.limit = first_order_bias(*target, setting, delay);
  verdict.constant("bias over first order", *verdict.measured / *verdict.limit);
  const auto& server = *run.server;
  const std::int64_t tau = server.delay_max;
  if (server.dropped == 0 && server.delay_sum == server.applied * tau - tau * (tau + 1) / 2) note_constant_delay(verdict, *target, setting, tau);
  verdict.at_k = server.updates;
  verdict.outcome = Outcome::reported;
  verdict.reason = "the constants are not known; the limit is the bias to first order in h";
  return verdict;
}

Verdict promise(const Setting& setting) {
  Verdict verdict;
  verdict.quantity = "bias of the mean of a_j (v_jᵀ(θ − m))²/T";
  const auto target = assume_setting(verdict, setting);
  if (!target) return verdict;
  const auto tau = constant_delay(setting);
  verdict.assume("delays", "constant: equal constant times of all workers", tau ? std::to_string(*tau) : "not known before the run", tau.has_value());
  if (verdict.declined()) return verdict;
  verdict.limit = first_order_bias(*target, setting, static_cast<double>(*tau));
  verdict.constant("bias to first order", *verdict.limit);
  note_constant_delay(verdict, *target, setting, *tau);
  verdict.outcome = Outcome::reported;
  verdict.reason = "to first order in h";
  return verdict;
}

}  // namespace

extern const Bound langevin_stale_gradient;
const Bound langevin_stale_gradient{
    "langevin.stale_gradient", Class::order,
    "stale gradients bias averages by the order tau h, and do not show in their variance",
    "Chen, Ding, Li, Zhang, Carin, Stochastic gradient MCMC with stale gradients, NeurIPS 2016; the exact curve derived here", evaluate, promise};

}  // namespace taubar::bound
