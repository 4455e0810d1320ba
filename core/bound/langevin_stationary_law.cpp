// The law of Langevin draws on a quadratic in the long run, step size, gradient noise and delay included. In each direction v_j of
// the target (langevin_target.hpp) with c = η a_j and q = 2ηT + η²s², once the start is forgotten,
//   v_jᵀ(θ − m) ~ N(0, r_0),   r_0 = q (1 + sin θ)/(2 sin φ cos θ)     (delayed_recursion.hpp)
//   τ = 0:  Σ = (2ηT + η²s²)/(2η) (A(I − ηA/2))⁻¹;   the target is T A⁻¹
//   small c:  relative bias of the variance c (τ + ½) + η s²/(2T)
// independent between directions. That is exact: θ is a linear function of normal noise.
//
// The draws are a stationary normal sequence whose autocovariances are known too, and so is what they are worth. Of S chains with
// N draws each, h apart, and ρ_k = r_{hk}/r_0:
//   Q = Σ y²/r_0 is a weighted sum of χ² with  Σ w = SN,  Σ w² = S Σ_{k,l} ρ²_{|k−l|},  w_max <= 1 + 2 Σ_k |ρ_k|  (Gershgorin),
//   the mean of y is normal with the variance r_0 Σ_{k,l} ρ_{|k−l|}/(S N²);
// (SN)²/Σ w² and r_0 over that variance are effective sample sizes. Intervals are chi_square.hpp's and the normal quantile's, of
// all of them together 1e-3 of false alarms at most: of Q over all directions, of the most curved, the least curved and three
// between them, and of the sums (y_i/σ_i + y_j/σ_j)/√2 of each two of these, which vary by 1 unless y_i and y_j are correlated;
// of the means of the same five, and of all means together, by χ².
//
// What is left of the start must be below 1e-6 of the variance at the first draw, (1 − c)^{2k} of it for τ = 0; means are allowed
// its root.
//
// Source: derived here; for τ = 0 and s = 0 folklore (Wibisono, COLT 2018, example 1). With delays that change the law depends on
// their joint law and is not known.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/base/math.hpp"
#include "core/bound/bound.hpp"
#include "core/bound/chi_square.hpp"
#include "core/bound/langevin_target.hpp"
#include "core/bound/server_assumptions.hpp"
#include "core/trace/chains.hpp"

namespace taubar::bound {
namespace {

constexpr double false_alarms = 1e-3, forgotten = 1e-6;
constexpr Eigen::Index most_directions = 5;
/// Multiplications that projecting the draws may take; of more draws, evenly spaced ones stand for all.
constexpr double most_work = 5e8;
/// Updates until the first draw that are followed one by one, over all curvatures. Lags of the autocovariance are then a few times
/// as many at most: it falls as fast as the start is forgotten.
constexpr double most_updates = 1e8;

/// What N draws of S chains are worth, for one correlation function.
struct Worth {
  double squares = 0;  ///< Σ_{k,l} ρ² of one chain
  double sums = 0;     ///< Σ_{k,l} ρ of one chain
  double largest = 0;
};

Worth worth_of(const std::vector<double>& rho) {
  const double n = static_cast<double>(rho.size());
  Worth worth{n, n, 1};
  for (std::size_t k = 1; k < rho.size(); ++k) {
    const double pairs = 2 * (n - static_cast<double>(k));
    worth.squares += pairs * rho[k] * rho[k];
    worth.sums += pairs * rho[k];
    worth.largest += 2 * std::abs(rho[k]);
  }
  return worth;
}

/// ρ_0 … ρ_{N−1}
std::vector<double> correlations(const DelayedRecursion& of, std::int64_t count, std::int64_t spacing) {
  auto rho = of.autocovariances(count, spacing);
  for (double& r : rho) r /= of.variance();
  return rho;
}

/// Sums over all draws of whitened directions.
struct Sample {
  double all_squares = 0;
  Vector sums;            ///< Σ y_j/σ_j, by direction
  Vector squares;         ///< Σ y_j²/r_0
  Matrix products;        ///< of the chosen ones: Σ y_i y_j/(σ_i σ_j)
};

Sample sample_of(const trace::Chains& chains, const NormalTarget& target, const Vector& deviations, const std::vector<Eigen::Index>& chosen) {
  const Eigen::Index d = deviations.size(), few = std::ssize(chosen);
  Sample sample{0, Vector::Zero(d), Vector::Zero(d), Matrix::Zero(few, few)};
  Vector y(d);
  for (Eigen::Index s = 0; s < chains.chains(); ++s)
    for (Eigen::Index k = 0; k < chains.length(); ++k) {
      target.along(chains.draw(s, k), y);
      y.array() /= deviations.array();
      sample.sums += y;
      sample.squares.array() += y.array().square();
      for (Eigen::Index i = 0; i < few; ++i)
        for (Eigen::Index j = 0; j < i; ++j) sample.products(i, j) += y[chosen[static_cast<std::size_t>(i)]] * y[chosen[static_cast<std::size_t>(j)]];
    }
  sample.all_squares = sample.squares.sum();
  return sample;
}

/// A figure that the law expects at `law`, and its interval.
struct Judged {
  std::string what;
  double measured = 0, law = 0, low = 0, high = 0;
  bool within() const { return measured >= low && measured <= high; }
  double slack() const {
    if (!(measured > 0)) return low > 0 ? -HUGE_VAL : HUGE_VAL;
    const double above = low > 0 ? math::log10(measured / low) : HUGE_VAL;
    return std::min(above, math::log10(high / measured));
  }
  double nearer_end() const { return low > 0 && measured * measured < low * high ? low : high; }
};

/// A mean square of whitened draws, 1 by the law.
Judged variance(std::string what, double measured, double sum, double squares, double largest, double tail) {
  const Ends ends = safe_ends_of_sum(sum, squares, largest, tail);
  return {std::move(what), measured / sum, 1, ends.low / sum * (1 - forgotten), ends.high / sum * (1 + forgotten)};
}

/// Everything but the draws.
struct Law {
  NormalTarget target;
  std::vector<DelayedRecursion> directions;
  double temperature = 0;

  Vector deviations() const {
    Vector sigma(std::ssize(directions));
    for (Eigen::Index j = 0; j < sigma.size(); ++j) sigma[j] = std::sqrt(directions[static_cast<std::size_t>(j)].variance());
    return sigma;
  }
};

std::optional<Law> law_of(Verdict& verdict, const Setting& setting, NormalTarget target, std::int64_t tau) {
  const double eta = setting.method.langevin->step(0), q = driving_noise(setting);
  const double largest = eta * target.curvature[target.curvature.size() - 1], limit = stability_limit(tau);
  verdict.constant("tau", static_cast<double>(tau), "delay of the gradients");
  verdict.constant("eta a_max", largest);
  verdict.assume("step size times a_max", "below " + figure(limit) + ", where the chain is stable", figure(largest), largest < limit);
  verdict.assume("noise", "some", figure(q), q > 0);
  if (verdict.declined()) return std::nullopt;
  Law law{std::move(target), {}, setting.method.langevin->temperature};
  for (const double a : law.target.curvature) {
    const bool as_before = !law.directions.empty() && law.directions.back().c() == eta * a;
    law.directions.push_back(as_before ? law.directions.back() : DelayedRecursion(eta * a, q, tau));
  }
  return law;
}

/// The law beside the target.
void note_law(Verdict& verdict, const Law& law) {
  const double d = static_cast<double>(law.directions.size()), T = law.temperature;
  double ratio = 0, distance = 0, trace = 0;
  for (std::size_t j = 0; j < law.directions.size(); ++j) {
    const double a = law.target.curvature[static_cast<Eigen::Index>(j)], r = law.directions[j].variance();
    ratio += a * r / d;
    trace += r;
    const double apart = std::sqrt(r) - std::sqrt(T / a);
    distance += apart * apart;
  }
  verdict.constant("trace of the covariance", trace);
  if (T > 0) verdict.constant("relative bias of the variance", ratio / T - 1, "mean over directions, against T/a_j");
  verdict.constant("W2 to the target", std::sqrt(distance));
}

/// What is left of the start at update number `first`, in variances: the worst direction of the worst agent. Particles start
/// N(·, spread² I) around their agent.
double left_of_start(const Law& law, const Matrix& starts, double spread, std::int64_t first) {
  double worst = 0;
  Course course(0, 0);
  for (std::size_t j = 0; j < law.directions.size(); ++j) {
    const auto& of = law.directions[j];
    if (j == 0 || of.c() != law.directions[j - 1].c()) {
      course = Course(of.c(), of.tau());
      while (course.k() < first && !course.settled()) course.advance();
    }
    const double start = starts.col(static_cast<Eigen::Index>(j)).cwiseAbs().maxCoeff() * course.factor();
    const double apart = spread * course.factor(), missing = 1 - of.q() * course.share() / of.variance();
    worst = std::max(worst, std::abs(missing) + (start * start + apart * apart) / of.variance());
  }
  return worst;
}

/// The least and the most curved, and others evenly between.
std::vector<Eigen::Index> chosen_directions(Eigen::Index d) {
  std::vector<Eigen::Index> chosen;
  const Eigen::Index few = std::min(d, most_directions);
  for (Eigen::Index i = 0; i < few; ++i) chosen.push_back(few == 1 ? 0 : i * (d - 1) / (few - 1));
  return chosen;
}

std::vector<Judged> compare_with(const Law& law, const trace::Chains& chains, Verdict& verdict) {
  const Eigen::Index d = std::ssize(law.directions);
  const auto chosen = chosen_directions(d);
  const Eigen::Index few = std::ssize(chosen);
  const Sample sample = sample_of(chains, law.target, law.deviations(), chosen);
  const double S = static_cast<double>(chains.chains()), N = static_cast<double>(chains.length()), each = S * N;

  std::vector<Worth> worth;
  for (std::size_t j = 0; j < law.directions.size(); ++j) {
    const bool as_before = j > 0 && law.directions[j].c() == law.directions[j - 1].c();
    worth.push_back(as_before ? worth.back() : worth_of(correlations(law.directions[j], chains.length(), chains.spacing())));
  }
  const double intervals = static_cast<double>(2 + 2 * few + few * (few - 1) / 2);
  const double tail = false_alarms / 2 / intervals;
  const double of_start = std::sqrt(forgotten);

  double squares = 0, largest = 0, fewest = HUGE_VAL;
  for (const auto& w : worth) {
    squares += S * w.squares;
    largest = std::max(largest, w.largest);
    fewest = std::min(fewest, each * N / w.sums);
  }
  std::vector<Judged> all{variance("variance of all directions", sample.all_squares, each * static_cast<double>(d), squares, largest, tail)};
  verdict.constant("effective draws for the variance", each * each * static_cast<double>(d * d) / squares, "of all directions together");
  verdict.constant("effective draws for the mean", fewest, "of the direction with the fewest");

  // Means in standard errors.
  Vector z(d), allowed(d);
  for (Eigen::Index j = 0; j < d; ++j) {
    const double error = std::sqrt(S * worth[static_cast<std::size_t>(j)].sums);
    z[j] = std::abs(sample.sums[j]) / error;
    allowed[j] = of_start * each / error;
  }
  const double quantile = -math::normal_quantile(tail);
  const double together = std::sqrt(safe_ends_of_sum(static_cast<double>(d), static_cast<double>(d), 1, tail).high) + allowed.norm();
  all.push_back({"means of all directions in standard errors", z.norm(), std::sqrt(static_cast<double>(d)), 0, together});
  for (Eigen::Index i = 0; i < few; ++i) {
    const Eigen::Index j = chosen[static_cast<std::size_t>(i)];
    const auto& w = worth[static_cast<std::size_t>(j)];
    const auto label = fmt::format("direction {} of {}", j + 1, d);
    all.push_back(variance("variance of " + label, sample.squares[j], each, S * w.squares, w.largest, tail));
    all.push_back({"mean of " + label + " in standard errors", z[j], 1, 0, quantile + allowed[j]});
  }
  for (Eigen::Index i = 0; i < few; ++i)
    for (Eigen::Index l = 0; l < i; ++l) {
      const Eigen::Index one = chosen[static_cast<std::size_t>(i)], other = chosen[static_cast<std::size_t>(l)];
      auto rho = correlations(law.directions[static_cast<std::size_t>(one)], chains.length(), chains.spacing());
      const auto rho_of_other = correlations(law.directions[static_cast<std::size_t>(other)], chains.length(), chains.spacing());
      for (std::size_t k = 0; k < rho.size(); ++k) rho[k] = (rho[k] + rho_of_other[k]) / 2;
      const Worth both = worth_of(rho);
      const double sum = (sample.squares[one] + sample.squares[other]) / 2 + sample.products(i, l);
      all.push_back(variance(fmt::format("variance of the sum of directions {} and {}", other + 1, one + 1), sum, each, S * both.squares, both.largest, tail));
    }
  return all;
}

void judge(Verdict& verdict, const std::vector<Judged>& all) {
  verdict.constant("measured variance over the law's", all.front().measured, "mean over directions");
  verdict.constant("interval, lower end", all.front().low);
  verdict.constant("interval, upper end", all.front().high);
  verdict.constant("false alarms", false_alarms, "of all intervals together");
  const auto worst = std::min_element(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.slack() < b.slack(); });
  const auto wrong = std::find_if(all.begin(), all.end(), [](const auto& j) { return !j.within(); });
  const auto& named = wrong == all.end() ? *worst : *wrong;
  verdict.measured = named.measured;
  verdict.limit = named.nearer_end();
  if (std::isfinite(named.slack())) verdict.slack_decades = named.slack();
  verdict.outcome = wrong == all.end() ? Outcome::holds : Outcome::violated;
  verdict.reason = wrong == all.end() ? named.what + " is nearest to an end of its interval"
                                      : fmt::format("{}: {:.4g}, where the law allows {:.4g} to {:.4g}", named.what, named.measured, named.low, named.high);
  verdict.vacuous = all.front().high > 2;
}

constexpr const char* quantity = "moments of the draws in the target's directions, over those of the chain's law";

Verdict evaluate(const Evidence& run) {
  const auto& setting = run.setting;
  Verdict verdict;
  verdict.quantity = quantity;
  if (!assume_chain(verdict, setting) || !assume_constant_step(verdict, setting) || !assume_gradients(verdict, setting)) return verdict;
  auto target = assume_normal_target(verdict, setting);
  if (!target) return verdict;
  const auto tau = assume_constant_delay(verdict, run);
  if (!tau) return verdict;
  auto law = law_of(verdict, setting, std::move(*target), *tau);
  if (!law) return verdict;
  note_law(verdict, *law);
  const auto& rule = setting.method.langevin->draws;
  const bool by_updates = rule.clock == trace::DrawRule::Clock::updates;
  verdict.assume("draws", "counted in updates", by_updates ? "counted in updates" : "by time", by_updates);
  const trace::Chains every(run.draws);
  verdict.assume("draws of a chain", "at least 2", std::to_string(every.length()), every.length() >= 2);
  const std::int64_t first = rule.burn_in + rule.every;
  const double followed = static_cast<double>(first) * static_cast<double>(law->target.distinct_curvatures());
  verdict.assume("updates until the first draw times curvatures", "at most " + figure(most_updates), figure(followed), followed <= most_updates);
  if (verdict.declined()) return verdict;
  const double left = left_of_start(*law, starts_along(law->target, setting), setting.method.langevin->initial_spread, first);
  verdict.assume("left of the start at the first draw", "at most 1e-6 of the variance", figure(left), left <= forgotten);
  if (verdict.declined()) return verdict;
  const double d = static_cast<double>(law->directions.size()), work = law->target.basis.size() > 0 ? d * d : d;
  const double affordable = std::max(2.0, most_work / work);
  const auto length = std::min<std::int64_t>(every.length(), std::max<std::int64_t>(2, static_cast<std::int64_t>(affordable)));
  const auto most_chains = std::max<std::int64_t>(1, static_cast<std::int64_t>(affordable / static_cast<double>(length)));
  const trace::Chains chains(run.draws, most_chains, length);
  verdict.constant("chains", static_cast<double>(chains.chains()));
  verdict.constant("draws of a chain", static_cast<double>(chains.length()), fmt::format("{} updates apart", chains.spacing()));
  judge(verdict, compare_with(*law, chains, verdict));
  verdict.at_k = first + (chains.length() - 1) * chains.spacing();
  return verdict;
}

Verdict promise(const Setting& setting) {
  Verdict verdict;
  verdict.quantity = quantity;
  if (!assume_chain(verdict, setting) || !assume_constant_step(verdict, setting) || !assume_gradients(verdict, setting)) return verdict;
  auto target = assume_normal_target(verdict, setting);
  if (!target) return verdict;
  const auto tau = constant_delay(setting);
  verdict.assume("delays", "constant: equal constant times of all workers", tau ? std::to_string(*tau) : "not known before the run", tau.has_value());
  if (verdict.declined()) return verdict;
  const auto law = law_of(verdict, setting, std::move(*target), *tau);
  if (!law) return verdict;
  note_law(verdict, *law);
  verdict.outcome = Outcome::reported;
  verdict.reason = "judged on the draws, once the start is forgotten";
  return verdict;
}

}  // namespace

extern const Bound langevin_stationary_law;
const Bound langevin_stationary_law{
    "langevin.stationary_law", Class::statistical,
    "on quadratics draws have the mean and the covariance of the linear recursion, step size, noise and delay included",
    "Wibisono, COLT 2018, example 1, without delay; with delay and the intervals: derived here", evaluate, promise};

}  // namespace taubar::bound
