#include "core/bound/self_repellent_walk.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/base/dense.hpp"
#include "core/base/math.hpp"
#include "core/bound/chi_square.hpp"
#include "core/bound/server_assumptions.hpp"

namespace taubar::bound {
namespace {

constexpr double false_alarms = 1e-3;
constexpr Eigen::Index most_directions = 5;
constexpr std::size_t fewest_replicates = 10;
/// n d²: above it the law of the iterate takes many seconds.
constexpr double most_work = 2e6;
/// Steps in relaxation times of the base chain, and relaxation times in the memory 1/γ of the history.
constexpr double fewest_relaxations = 100, least_memory = 10;
/// What may be left of the start, as part of the variance, and the largest α² Σ E y².
constexpr double forgotten = 0.05, nearly_linear = 0.5;
/// The law's relative error in units of α² Σ E y², from samples on paths and rings (README).
constexpr double error_a_unit = 1.5;

double gap(const TokenLaw& law) { return 1 - law.eigenvalues.maxCoeff(); }

/// Σ_{from < k <= to} k^−power, as an integral.
double elapsed(double from, double to, double power) {
  if (power == 1) return math::log((to + 1) / (from + 1));
  return (math::pow(to + 1, 1 - power) - math::pow(from + 1, 1 - power)) / (1 - power);
}

/// Σ μ_i ∇f_i(x)
void weighted_gradient(const Setting& setting, const Vector& x, Vector& g) {
  const auto& target = setting.method.walk->chain->target;
  Vector own(x.size());
  g.setZero(x.size());
  for (AgentId i = 0; i < setting.agents(); ++i) {
    setting.problem->local_gradient(i, x, own);
    g += target[i] * own;
  }
}

/// Central differences of the gradient, made symmetric.
Eigen::MatrixXd hessian(const Setting& setting, const Vector& x) {
  const double width = 1e-5 * (1 + x.cwiseAbs().maxCoeff());
  Eigen::MatrixXd h(x.size(), x.size());
  Vector at = x, above(x.size()), below(x.size());
  for (Eigen::Index k = 0; k < x.size(); ++k) {
    at[k] = x[k] + width;
    weighted_gradient(setting, at, above);
    at[k] = x[k] - width;
    weighted_gradient(setting, at, below);
    at[k] = x[k];
    h.col(k) = (above - below) / (2 * width);
  }
  return (h + h.transpose()) / 2;
}

bool uniform(const std::vector<double>& target) {
  const auto [least, most] = std::minmax_element(target.begin(), target.end());
  return *most - *least <= 1e-12 * *most;
}

std::optional<Vector> weighted_minimiser(const Setting& setting) {
  const auto& target = setting.method.walk->chain->target;
  if (setting.minimiser && uniform(target)) return *setting.minimiser;
  return setting.problem->minimiser(target, 1e-10, Vector::Zero(setting.dimension()));
}

/// A sum of squares beside the interval that the law gives it.
struct Comparison {
  std::string what;
  double measured = 0, law = 0, low = 0, high = 0;
  bool within() const { return measured >= low && measured <= high; }
  /// Decades to the nearer end.
  double slack() const {
    if (!(measured > 0)) return low > 0 ? -HUGE_VAL : 0;
    return std::min(math::log10(measured / low), math::log10(high / measured));
  }
  double nearer_end() const { return measured * measured < low * high ? low : high; }
};

Comparison compare(std::string what, double measured, const Vector& weights, double nu, double tail, double error) {
  const Ends ends = ends_of_sum(weights, nu, tail);
  return {std::move(what), measured, weights.sum(), ends.low / nu / (1 + error), ends.high / nu * (1 + error)};
}

}  // namespace

bool assume_walk(Verdict& verdict, const Setting& setting) {
  const auto& walk = setting.method.walk;
  if (!verdict.assume("method", "a token that walks", setting.method.name, walk.has_value())) return !verdict.declined();
  verdict.assume("tokens", "1", std::to_string(walk->tokens), walk->tokens == 1);
  verdict.assume("walk", "along links, reversible", walk->chain ? "along links, reversible" : "anywhere", walk->chain != nullptr);
  const auto most = topology::most_agents_decomposed;
  verdict.assume("agents", fmt::format("2 to {}, whose chain is decomposed", most), std::to_string(setting.agents()),
                 setting.agents() >= 2 && setting.agents() <= most);
  verdict.assume("power a of the history's weights", "above 1/2, at most 1", figure(walk->history_power),
                 walk->history_power > 0.5 && walk->history_power <= 1);
  if (verdict.declined()) return false;
  const double second = walk->modes().eigenvalues.maxCoeff();
  verdict.constant("lambda_2", second, "of the base chain");
  verdict.assume("chain", "connected: lambda_2 below 1", fmt::format("{:.6g}", second), second < 1 - 1e-9);
  return !verdict.declined();
}

bool assume_iterate(Verdict& verdict, const Setting& setting) {
  if (!assume_walk(verdict, setting)) return false;
  const auto& walk = *setting.method.walk;
  verdict.assume("optimizer", "sgd", walk.plain_sgd ? "sgd" : "another", walk.plain_sgd);
  const bool full = noise_variance(setting) == 0.0;
  verdict.assume("gradients", "exact", full ? "exact" : "estimated", full);
  verdict.assume("step size", "polynomial of power above 1/2, at most 1",
                 walk.step ? "power " + figure(walk.step->power) : "another schedule",
                 walk.step && walk.step->initial > 0 && walk.step->power > 0.5 && walk.step->power <= 1);
  const double d = static_cast<double>(setting.dimension()), work = static_cast<double>(setting.agents()) * d * d;
  verdict.assume("n d^2", "at most " + figure(most_work), figure(work), work <= most_work);
  if (verdict.declined()) return false;
  const bool known = weighted_minimiser(setting).has_value();
  verdict.assume("minimiser of the sum of mu_i f_i", "unique", known ? "unique" : "unknown", known);
  return !verdict.declined();
}

TokenLaw walk_law(const Setting& setting) {
  const auto& walk = *setting.method.walk;
  return {walk.modes().eigenvalues, walk.alpha, walk.history_power, walk.history_driven_target, {}, Matrix(walk.modes().eigenvalues.size(), 0), Vector(0)};
}

IterateLaw iterate_law(const Setting& setting) {
  const auto& walk = *setting.method.walk;
  IterateLaw result{walk_law(setting), *weighted_minimiser(setting), {}};
  const SymmetricEigen curvatures = symmetric_eigen(hessian(setting, result.minimiser));
  result.basis = curvatures.vectors;
  const auto n = static_cast<Eigen::Index>(setting.agents());
  Eigen::MatrixXd pulls(n, setting.dimension());
  Vector g(setting.dimension());
  for (Eigen::Index i = 0; i < n; ++i) {
    setting.problem->local_gradient(static_cast<AgentId>(i), result.minimiser, g);
    pulls.row(i) = -g.transpose();
  }
  result.law.step = *walk.step;
  result.law.pull = walk.modes().left.transpose() * (pulls * result.basis);
  result.law.curvature = curvatures.values;
  return result;
}

bool assume_stable(Verdict& verdict, const TokenLaw& law) {
  const auto& kappa = law.curvature;
  verdict.constant("kappa_min", kappa.minCoeff(), "least curvature of the sum of mu_i f_i at its minimiser");
  verdict.constant("kappa_max", kappa.maxCoeff());
  const bool one = law.step.power == 1;
  verdict.assume(one ? "s kappa_min" : "kappa_min", one ? "above 1/2" : "positive",
                 figure(one ? law.step.initial * kappa.minCoeff() : kappa.minCoeff()), law.margin() > 0);
  verdict.assume("gradients at the minimiser", "not all 0", figure(law.pull.norm()), law.pull.norm() > 1e-12);
  return !verdict.declined();
}

std::int64_t token_steps(const Evidence& run) { return run.trace.tokens.empty() ? 0 : run.trace.tokens.front().steps; }

bool assume_replicates(Verdict& verdict, std::span<const Evidence> runs) {
  verdict.assume("replicates", fmt::format("at least {}", fewest_replicates), std::to_string(runs.size()),
                 runs.size() >= fewest_replicates);
  if (verdict.declined()) return false;
  const auto [least, most] = std::minmax_element(runs.begin(), runs.end(), [](const auto& a, const auto& b) {
    return token_steps(a) < token_steps(b);
  });
  const auto low = token_steps(*least), high = token_steps(*most);
  verdict.assume("steps of the token", "the same in each replicate",
                 low == high ? std::to_string(low) : fmt::format("{} to {}", low, high), low == high && low > 0);
  return !verdict.declined();
}

double error_of_walk(const TokenLaw& law, const TokenMoments& moments) {
  return error_a_unit * law.alpha * law.alpha * moments.history.sum();
}

bool assume_late_walk(Verdict& verdict, const Setting& setting, const TokenLaw& law, const TokenMoments& moments, std::int64_t n) {
  const double steps = static_cast<double>(n), relaxations = steps * gap(law);
  verdict.assume("steps in relaxation times 1/(1 − lambda_2)", "at least " + figure(fewest_relaxations), figure(relaxations),
                 relaxations >= fewest_relaxations);
  const double memory = gap(law) / law.gamma(steps);
  verdict.assume("memory 1/gamma_n of the history in the same", "at least " + figure(least_memory), figure(memory),
                 memory >= least_memory);
  const double first = law.first_steps();
  double left = 2 * first < steps ? 0 : HUGE_VAL;
  if (first > 0 && 2 * first < steps) {
    const auto& target = setting.method.walk->chain->target;
    const double slowest = 1 + law.repulsion().minCoeff();
    left = math::exp(-2 * slowest * elapsed(first, steps, law.history_power)) /
           *std::min_element(target.begin(), target.end()) / moments.history.sum();
  }
  verdict.assume(fmt::format("left of the first {} steps in the history", first), "at most 5 % of its variance", figure(left),
                 left <= forgotten);
  const double bent = law.alpha * law.alpha * moments.history.sum();
  verdict.assume("alpha^2 times the chi-square distance of x_n from mu", "at most " + figure(nearly_linear), figure(bent),
                 bent <= nearly_linear);
  return !verdict.declined();
}

void judge_variances(Verdict& verdict, const Matrix& sample, const Vector& law, double scale, double limit, double error) {
  const double nu = static_cast<double>(sample.rows()) - 1;
  const Vector mean = sample.colwise().mean();
  const Vector variances = (sample.rowwise() - mean.transpose()).colwise().squaredNorm().transpose() / nu;
  std::vector<Eigen::Index> order(static_cast<std::size_t>(law.size()));
  for (std::size_t k = 0; k < order.size(); ++k) order[k] = static_cast<Eigen::Index>(k);
  std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return law[a] > law[b]; });
  const auto directions = law.size() > 1 ? std::min(most_directions, law.size()) : 0;
  const double tail = false_alarms / 2 / static_cast<double>(1 + directions);
  std::vector<Comparison> all{compare("the sum", variances.sum(), law, nu, tail, error)};
  for (Eigen::Index k = 0; k < directions; ++k) {
    const auto of = order[static_cast<std::size_t>(k)];
    all.push_back(compare(fmt::format("direction {}", k + 1), variances[of], Vector::Constant(1, law[of]), nu, tail, error));
  }
  verdict.constant("law at this n", law.sum() / scale);
  verdict.constant("law as n to infinity", limit);
  verdict.constant("measured", all.front().measured / scale);
  verdict.constant("interval, lower end", all.front().low / scale);
  verdict.constant("interval, upper end", all.front().high / scale);
  for (std::size_t k = 1; k < all.size(); ++k)
    verdict.constant(all[k].what, all[k].measured / all[k].law,
                     fmt::format("of the law {:.4g}; {:.3g} to {:.3g} pass", all[k].law / scale, all[k].low / all[k].law,
                                 all[k].high / all[k].law));
  verdict.constant("mean", mean.squaredNorm() * static_cast<double>(sample.rows()) / law.sum(),
                   "its squared distance from the limit point, 1 where there is no bias; not judged");
  verdict.constant("error of the law", error, "allowed at both ends");
  verdict.constant("false alarms", false_alarms, "of all intervals together");
  const auto worst = std::min_element(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.slack() < b.slack(); });
  verdict.measured = worst->measured / scale;
  verdict.limit = worst->nearer_end() / scale;
  if (std::isfinite(worst->slack())) verdict.slack_decades = worst->slack();
  verdict.outcome = worst->within() ? Outcome::holds : Outcome::violated;
  verdict.reason = fmt::format("{} is nearest to an end of its interval", worst->what);
  if (!worst->within())
    verdict.reason = fmt::format("{} varies {} than the law says", worst->what, worst->measured < worst->low ? "less" : "more");
  verdict.vacuous = all.front().high > 2 * all.front().law;
}

}  // namespace taubar::bound
