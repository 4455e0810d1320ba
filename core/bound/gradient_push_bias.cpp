// The bias of unequal update rates: with r_i agent i's share of the updates (times w_i where steps are scaled), the
// iterates of asynchronous gradient-push tend to x*_r, the minimiser of Σ r_i f_i, not to x*.
//   B1  ‖x*_r − x*‖ <= ‖Σ_i (r_i − 1/n) ∇f_i(x*)‖ / Σ_i r_i μ_i                   (equality for equal quadratics)
//   B2  ‖x*_r − x*‖ <= S' √( (κ/2) Σ_i |r_i − 1/n| ),  S' = max_i max(‖x_i* − x*‖, ‖x_i* − x*_r‖), κ = max L_i / min μ_i
//   as published    ‖x*_K − x*‖ <= S √( κ Δ_τ / 2 ),   Δ_τ = (1/n) Σ_i |r_i − 1/n|, S = max_i ‖x_i* − x*‖, κ of F
// B1: ∇(Σ r_i f_i) is Σ r_i μ_i-strongly monotone and at x* it is Σ (r_i − 1/n) ∇f_i(x*), as Σ ∇f_i(x*) = 0. B2: add the
// strong-convexity inequalities of F_r and F at each other's minimisers and use |f_i(x*) − f_i(x*_r)| <= (L/2) S'². Both
// derived here.
//
// The published form is no bound for every set of rates: f_1 = (x−a)²/2, f_2 = (x+a)²/2 with r = (2/3, 1/3) give 0.2887 a,
// and the true distance is 0.3333 a. It applies only where it is not below the true distance; where it is, that is a
// finding.
//
// Source: Assran, Rabbat, "Asynchronous gradient push", IEEE TAC 66(1), 2021, theorem 3, as coded in the authors'
// notebook (theory.md 1.5e, 1.8).
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/bound/bound.hpp"
#include "core/bound/comparison.hpp"
#include "core/bound/push_assumptions.hpp"

namespace taubar::bound {
namespace {

constexpr double tolerance = 1e-10;  ///< relative gradient norm of the solved minimisers

struct Bias {
  std::vector<double> rates;      ///< r_i
  double distance = 0;            ///< ‖x*_r − x*‖₂
  Vector minimiser;               ///< x*_r
  double total_deviation = 0;     ///< Σ |r_i − 1/n|
};

std::vector<double> rates(const Setting& setting, std::vector<double> steps) {
  for (std::size_t i = 0; i < steps.size(); ++i) steps[i] *= setting.method.step_scale.empty() ? 1 : setting.method.step_scale[i];
  const double sum = std::accumulate(steps.begin(), steps.end(), 0.0);
  for (auto& r : steps) r /= sum;
  return steps;
}

/// Assumptions, and the bias of given update counts or rates; nothing if they are not met.
std::optional<Bias> bias(Verdict& verdict, const Setting& setting, const std::vector<double>& steps) {
  verdict.quantity = "‖x*_r − x*‖₂";
  verdict.assume("agents step at their own pace and only their gradients move them", "an asynchronous gradient-push method",
                 setting.method.name, setting.method.asynchronous && setting.method.gradient_steps);
  verdict.assume("a rate for every agent", "n figures, a positive sum", fmt::format("{}", steps.size()),
                 steps.size() == setting.agents() && std::accumulate(steps.begin(), steps.end(), 0.0) > 0);
  assume_minimiser(verdict, setting);
  assume_strongly_convex(verdict, setting);
  if (verdict.declined()) return std::nullopt;
  Bias b;
  b.rates = rates(setting, steps);
  const auto minimiser = setting.problem->minimiser(b.rates, tolerance, *setting.minimiser);
  verdict.assume("x*_r is known", "a unique minimiser of Σ r_i f_i", minimiser ? "solved" : "not found", minimiser.has_value());
  if (verdict.declined()) return std::nullopt;
  b.minimiser = *minimiser;
  b.distance = (b.minimiser - *setting.minimiser).norm();
  const double n = static_cast<double>(setting.agents());
  for (const double r : b.rates) b.total_deviation += std::abs(r - 1 / n);
  verdict.constant("Σ|r_i − 1/n|", b.total_deviation);
  return b;
}

void compare_at_end(Verdict& verdict, double measured, double limit, std::int64_t k) {
  compare(verdict, {{k, 0, measured, limit}}, 1e-9 * (1 + measured));
  verdict.curve.clear();
}

/// max_i ‖x_i* − x*‖, with `also` the larger of that and ‖x_i* − also‖; NaN where some x_i* is unknown.
double farthest_minimiser(const Setting& setting, const Vector* also) {
  const auto& own = setting.local_minimisers();
  if (own.empty()) return std::nan("");
  double largest = 0;
  for (const Vector& x : own) {
    largest = std::max(largest, (x - *setting.minimiser).norm());
    if (also) largest = std::max(largest, (x - *also).norm());
  }
  return largest;
}

double condition(const Setting& setting) {
  double mu = HUGE_VAL, L = 0;
  for (AgentId i = 0; i < setting.agents(); ++i) {
    mu = std::min(mu, setting.local(i).strong_convexity);
    L = std::max(L, setting.local(i).smoothness);
  }
  return L / mu;
}

Verdict gradient_form(const Setting& setting, const std::vector<double>& steps, std::int64_t k) {
  Verdict verdict;
  const auto b = bias(verdict, setting, steps);
  if (!b) return verdict;
  const double n = static_cast<double>(setting.agents());
  Vector pull = Vector::Zero(setting.dimension()), g(setting.dimension());
  double mu = 0;
  for (AgentId i = 0; i < setting.agents(); ++i) {
    setting.problem->local_gradient(i, *setting.minimiser, g);
    pull += (b->rates[i] - 1 / n) * g;
    mu += b->rates[i] * setting.local(i).strong_convexity;
  }
  verdict.constant("‖Σ (r_i − 1/n) ∇f_i(x*)‖", pull.norm());
  verdict.constant("Σ r_i mu_i", mu);
  compare_at_end(verdict, b->distance, pull.norm() / mu, k);
  return verdict;
}

Verdict root_form(const Setting& setting, const std::vector<double>& steps, std::int64_t k) {
  Verdict verdict;
  const auto b = bias(verdict, setting, steps);
  if (!b) return verdict;
  const double S = farthest_minimiser(setting, &b->minimiser), kappa = condition(setting);
  verdict.assume("every x_i* is known", "unique minimisers of the f_i", S == S ? "solved" : "not found", S == S);
  if (verdict.declined()) return verdict;
  verdict.constant("S'", S, "max_i max(‖x_i* − x*‖, ‖x_i* − x*_r‖)");
  verdict.constant("κ", kappa, "max L_i / min mu_i");
  compare_at_end(verdict, b->distance, S * std::sqrt(kappa / 2 * b->total_deviation), k);
  return verdict;
}

Verdict published_form(const Setting& setting, const std::vector<double>& steps, std::int64_t k) {
  Verdict verdict;
  const auto b = bias(verdict, setting, steps);
  if (!b) return verdict;
  const double S = farthest_minimiser(setting, nullptr);
  const auto F = setting.problem->constants();
  verdict.assume("every x_i* is known", "unique minimisers of the f_i", S == S ? "solved" : "not found", S == S);
  if (verdict.declined()) return verdict;
  const double n = static_cast<double>(setting.agents()), kappa = F.smoothness / F.strong_convexity;
  const double deviation = b->total_deviation / n;
  const double limit = S * std::sqrt(kappa * deviation / 2);
  verdict.constant("S", S, "max_i ‖x_i* − x*‖");
  verdict.constant("κ", kappa, "of F");
  verdict.constant("Δ_τ", deviation, "(1/n) Σ|r_i − 1/n|");
  verdict.constant("S √(κ Δ_τ / 2)", limit, "the published right side");
  const bool contains = b->distance <= limit + 1e-9 * (1 + limit);
  verdict.assume("the published right side is not below the true distance for these rates", fmt::format("at least {:.6g}", b->distance),
                 fmt::format("{:.6g}", limit), contains);
  if (!contains)
    verdict.finding = fmt::format("the published formula gives {:.6g}, and the minimiser of the rate-weighted objective is {:.6g} "
                                  "away: the formula is no bound for these rates (gradient_push.rate_bias is)",
                                  limit, b->distance);
  if (verdict.declined()) return verdict;
  compare_at_end(verdict, b->distance, limit, k);
  verdict.reason = "as published; not judged";
  return verdict;
}

std::vector<double> counted(const Evidence& run) { return {run.trace.steps.begin(), run.trace.steps.end()}; }

std::vector<double> expected(const Setting& setting) {
  std::vector<double> rate;
  for (const double mean : setting.times.mean)
    if (mean > 0 && std::isfinite(mean)) rate.push_back(1 / mean);
  return rate;
}

/// Before the run the rates are those of the mean compute times.
template <Verdict (*form)(const Setting&, const std::vector<double>&, std::int64_t)>
Verdict promise_of(const Setting& setting) {
  Verdict verdict = form(setting, expected(setting), 0);
  if (verdict.outcome == Outcome::holds) verdict.outcome = Outcome::reported;
  if (verdict.reason.empty()) verdict.reason = "with the rates that the compute times lead one to expect";
  return verdict;
}
template <Verdict (*form)(const Setting&, const std::vector<double>&, std::int64_t)>
Verdict evaluate_with(const Evidence& run) {
  return form(run.setting, counted(run), run.trace.k);
}

}  // namespace

extern const Bound gradient_push_rate_bias, gradient_push_rate_bias_root, gradient_push_distance_of_minimizers;
const Bound gradient_push_rate_bias{"gradient_push.rate_bias", Class::theorem,
                                    "B1: ‖x*_r − x*‖ <= ‖Σ (r_i − 1/n) ∇f_i(x*)‖ / Σ r_i μ_i", "derived here",
                                    evaluate_with<gradient_form>, promise_of<gradient_form>};
const Bound gradient_push_rate_bias_root{"gradient_push.rate_bias_root", Class::theorem,
                                         "B2: ‖x*_r − x*‖ <= S' √((κ/2) Σ|r_i − 1/n|), the published form made safe", "derived here",
                                         evaluate_with<root_form>, promise_of<root_form>};
const Bound gradient_push_distance_of_minimizers{
    "gradient_push.distance_of_minimizers", Class::order, "‖x*_K − x*‖ <= S √(κ Δ_τ / 2), Δ_τ = (1/n) Σ|r_i − 1/n|",
    "Assran, Rabbat, IEEE TAC 2021, theorem 3, as coded in the authors' notebook; no bound for all rates",
    evaluate_with<published_form>, promise_of<published_form>};

}  // namespace taubar::bound
