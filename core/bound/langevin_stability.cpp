// Which steps keep a Langevin chain on a quadratic together, and how far its draws then stray. In each direction (langevin_target.hpp)
// y_{k+1} = y_k − c y_{k−τ_k} + ε_k with c = η a and noise of variance q.
//
// Constant delay τ: stable iff c < 2 sin(π/(2(2τ+1))) for the largest curvature: 2, 1, 0.618, 0.347 for τ = 0, 1, 2, 4. Then y_k is
// normal with the mean f_k y_0 and the variance q s_k, both by recursion (delayed_recursion.hpp).
//
// Delays of at most τ, as the event queue makes them: stable where cτ < 1 and c <= 1. By y_k − y_{k−τ_k} = −c Σ_{τ_k values} y,
//   |y_{k+1}| <= (1 − c)|y_k| + c · cτ max{ |y_j| : k−2τ <= j <= k },
// so that without noise the maximum over 2τ+1 updates falls by ρ = 1 − c(1 − cτ) in as many. The response X to one ε is at most 1 for
// τ updates and then falls by the same: Σ X² <= τ + (2τ+1)/(1 − ρ²). Hence  |f_k| <= ρ^⌊k/(2τ+1)⌋  and  s_k <= τ + (2τ+1)/(1 − ρ²).
//
// A draw's distance ‖θ_k − m‖ is a Lipschitz function of the noise with the constant √(q max_j s_kj), and its mean is at most
// √(Σ_j (f_kj y_0j)² + q s_kj): it exceeds that by √(2 log(number of draws/1e-9)) times the constant for any draw in one run of 1e9 at
// most (concentration of Gaussian measure). That is what is judged; draws by time are judged by the largest f_k and s_k.
//
// Source: Levin, May, Theoretical Population Biology 9, 1976 (constant delay); the inequality and other delays: derived here.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/base/math.hpp"
#include "core/bound/bound.hpp"
#include "core/bound/comparison.hpp"
#include "core/bound/langevin_target.hpp"
#include "core/bound/server_assumptions.hpp"
#include "core/trace/chains.hpp"

namespace taubar::bound {
namespace {

constexpr double rarely = 1e-9;        // false alarms a run
constexpr double most_work = 3e8;      // draws × coordinates, or updates × directions
constexpr double round_off = 1e-9;

/// How far draws may be from m.
struct Reach {
  double mean_square = 0;  ///< E‖θ − m‖² at most
  double widest = 0;       ///< variance of the widest direction
  double radius(double draws) const { return std::sqrt(mean_square) + std::sqrt(2 * math::log(draws / rarely) * widest); }
};

/// Of one direction and one update: f² and s, at most.
struct Share {
  double factor = 0, variance = 0;
};

/// At the updates first, first + every, …, `count` of them, for one direction and constant delay.
std::vector<Share> course_of(double c, std::int64_t tau, std::int64_t first, std::int64_t every, std::int64_t count) {
  std::vector<Share> shares;
  shares.reserve(static_cast<std::size_t>(count));
  Course course(c, tau);
  for (std::int64_t k = 0; k < count; ++k) {
    while (course.k() < first + k * every && !course.settled()) course.advance();
    shares.push_back({course.factor() * course.factor(), course.share()});
  }
  return shares;
}

/// The same of any delays up to τ.
std::vector<Share> bounded_course(double c, std::int64_t tau, std::int64_t first, std::int64_t every, std::int64_t count) {
  const double t = static_cast<double>(tau), rho = 1 - c * (1 - c * t), window = 2 * t + 1;
  const double variance = t + window / (1 - rho * rho);
  std::vector<Share> shares;
  for (std::int64_t k = 0; k < count; ++k) {
    const double windows = std::floor(static_cast<double>(first + k * every) / window);
    shares.push_back({math::exp(2 * windows * math::log(rho)), variance});
  }
  return shares;
}

/// Of all updates, for constant delay: the largest f² and s. |f| is largest within the first turn, of 4τ + 2 updates or more slowly
/// without turning back.
Share largest_of(double c, std::int64_t tau) {
  Share largest{1, DelayedRecursion(c, 1, tau).variance()};
  Course course(c, tau);
  while (course.k() < 16 * (tau + 1)) {
    course.advance();
    largest.factor = std::max(largest.factor, course.factor() * course.factor());
  }
  return largest;
}

/// Largest step times curvature.
struct Limit {
  double value = 0;
  std::string why;
};
Limit limit_of(std::int64_t tau, bool constant) {
  if (constant || tau == 0) return {stability_limit(tau), fmt::format("2 sin(pi/(2(2 tau + 1))), tau = {}", tau)};
  return {1 / static_cast<double>(tau), fmt::format("1/tau, delays up to tau = {}", tau)};
}

std::optional<NormalTarget> assume_setting(Verdict& verdict, const Setting& setting) {
  if (!assume_chain(verdict, setting) || !assume_constant_step(verdict, setting) || !assume_gradients(verdict, setting)) return std::nullopt;
  return assume_normal_target(verdict, setting);
}

bool constant_on(const Evidence& run, std::int64_t tau) {
  if (!run.setting.method.langevin->delayed || tau == 0) return true;
  const auto& server = *run.server;
  return server.dropped == 0 && server.delay_sum == server.applied * tau - tau * (tau + 1) / 2;
}

Verdict evaluate(const Evidence& run) {
  const auto& setting = run.setting;
  Verdict verdict;
  verdict.quantity = "‖θ − m‖₂ of a draw";
  const auto target = assume_setting(verdict, setting);
  if (!target) return verdict;
  const auto& chain = *setting.method.langevin;
  verdict.assume("figures of the server", "known", !chain.delayed || run.server ? "known" : "unknown", !chain.delayed || run.server);
  const trace::Chains draws(run.draws);
  const double d = static_cast<double>(target->curvature.size());
  const double count = static_cast<double>(draws.chains() * draws.length());
  verdict.assume("draws", "at least 1", figure(count), count >= 1);
  const double work = count * (target->basis.size() > 0 ? d * d : d);
  verdict.assume("draws times dimensions", "at most " + figure(most_work), figure(work), work <= most_work);
  if (verdict.declined()) return verdict;

  const std::int64_t tau = longest_delay(run);
  const bool constant = constant_on(run, tau);
  const auto [limit, why] = limit_of(tau, constant);
  const double eta = chain.step(0), largest = eta * target->curvature.maxCoeff();
  verdict.constant("tau", static_cast<double>(tau), constant ? "delay of every gradient but the first" : "longest delay");
  verdict.constant("eta a_max", largest);
  verdict.constant("largest step allowed", limit / target->curvature.maxCoeff(), why);
  verdict.assume("step size times a_max", "below " + figure(limit) + " = " + why, figure(largest), largest < limit && (constant || largest <= 1));
  const bool by_updates = chain.draws.clock == trace::DrawRule::Clock::updates;
  const std::int64_t first = by_updates ? chain.draws.burn_in + chain.draws.every : 0;
  const double updates = static_cast<double>(first) + static_cast<double>(draws.length()) * static_cast<double>(draws.spacing());
  const double followed = updates * static_cast<double>(target->distinct_curvatures());
  verdict.assume("updates times curvatures", "at most " + figure(most_work), figure(followed), !by_updates || followed <= most_work);
  if (verdict.declined()) return verdict;

  const double q = driving_noise(setting), spread = chain.initial_spread;
  const Matrix starts = starts_along(*target, setting);
  std::vector<Reach> reach(static_cast<std::size_t>(draws.length()));
  std::vector<Share> shares;
  for (Eigen::Index j = 0; j < target->curvature.size(); ++j) {
    const double c = eta * target->curvature[j], start = starts.col(j).cwiseAbs().maxCoeff();
    const bool as_before = j > 0 && target->curvature[j] == target->curvature[j - 1];
    if (!as_before) {
      if (!by_updates && constant)
        shares.assign(reach.size(), largest_of(c, tau));
      else
        shares = (constant ? course_of : bounded_course)(c, tau, first, by_updates ? draws.spacing() : 0, draws.length());
    }
    for (std::size_t k = 0; k < reach.size(); ++k) {
      const double variance = shares[k].factor * spread * spread + q * shares[k].variance;
      reach[k].mean_square += shares[k].factor * start * start + variance;
      reach[k].widest = std::max(reach[k].widest, variance);
    }
  }

  std::vector<CurvePoint> points;
  for (Eigen::Index k = 0; k < draws.length(); ++k) {
    double farthest = 0;
    for (Eigen::Index s = 0; s < draws.chains(); ++s) farthest = std::max(farthest, (draws.draw(s, k) - target->mean).norm());
    points.push_back({by_updates ? first + k * draws.spacing() : k + 1, 0, farthest, reach[static_cast<std::size_t>(k)].radius(count)});
  }
  verdict.constant("false alarms", rarely, "of correct runs, at most");
  compare(verdict, points, round_off * (1 + target->mean.norm()));
  if (verdict.outcome == Outcome::violated) verdict.reason = "a draw is farther from the mean of the target than a stable chain can be";
  return verdict;
}

Verdict promise(const Setting& setting) {
  Verdict verdict;
  verdict.quantity = "largest step size with which the chain is stable";
  const auto target = assume_setting(verdict, setting);
  if (!target) return verdict;
  const auto constant = constant_delay(setting);
  const double longest = constant ? static_cast<double>(*constant) : longest_delay_allowed(setting);
  const double a = target->curvature.maxCoeff();
  verdict.outcome = Outcome::reported;
  if (!(longest < 1e9)) {
    verdict.limit = 0;
    verdict.vacuous = true;
    verdict.reason = "the times have no bound, so the delays have none before the run";
    return verdict;
  }
  const auto [limit, why] = limit_of(static_cast<std::int64_t>(longest), constant.has_value());
  verdict.constant("tau", longest, constant ? "of every gradient but the first: equal constant times" : "at most, from the slowest and the fastest exchanges");
  verdict.constant("of this step", setting.method.langevin->step(0) * a / limit, "the share of the largest one");
  verdict.limit = (constant ? limit : std::min(limit, 1.0)) / a;
  verdict.constant("largest step allowed", *verdict.limit);
  verdict.reason = why + (constant ? ", exact" : ", sufficient");
  return verdict;
}

}  // namespace

extern const Bound langevin_stability;
const Bound langevin_stability{
    "langevin.stability", Class::theorem,
    "on quadratics a chain with gradients tau updates old is stable iff the step times the largest curvature is below "
    "2 sin(pi/(2(2 tau + 1))), and its draws then stay near the mean",
    "Levin, May, Theor. Population Biology 9, 1976; the inequality, and delays that change: derived here", evaluate, promise};

}  // namespace taubar::bound
