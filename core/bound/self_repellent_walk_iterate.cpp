// How the iterate θ_n of token SGD varies about θ*, the minimiser of Σ μ_i f_i, from run to run: β_n^−½ (θ_n − θ*) → N(0, V) with
//   b > a   (−κ + 1{b=1}/(2s)) V + V (·) + U(α) = 0,  U(α) = Σ_i S_i/(1+c_i)² (Hᵀu_i)(Hᵀu_i)ᵀ      falls as 1/α²
//   a = b   the θ-block of a joint equation of Lyapunov                                          falls as 1/α
//   b < a   the first with U(0)                                                                does not depend on α
// Judged is the law at the n of the runs (token_law.hpp has it, and the formulas of its limits); at the n that runs reach it is
// up to several times the limit, because β_n/γ_n and 1/(n β_n) are not yet 0. In the eigenbasis of that law's covariance the
// coordinates are independent; the sum of their sample variances and the five largest are judged. The variance is about the mean
// of the replicates, so what is left of θ_0, and the bias of order γ_n that the non-linear kernel leaves, are not in it.
//
// Source: Hu, Doshi, Eun, ICLR 2024 (arXiv 2401.09665), theorem 3.3 as remembered; derived here again.
#include <cmath>

#include "core/base/dense.hpp"
#include "core/base/math.hpp"
#include "core/bound/bound.hpp"
#include "core/bound/self_repellent_walk.hpp"
#include "core/bound/server_assumptions.hpp"

namespace taubar::bound {
namespace {

constexpr const char* quantity = "Σ_k Var(θ_k)/β_n over replicates, θ_n the token's iterate";
constexpr double forgotten = 0.05, largest_step = 0.1;

const char* regime(const TokenLaw& law) {
  const double order = order_in_alpha(law);
  return order == -2 ? "b > a" : order == -1 ? "a = b" : "b < a";
}

Verdict evaluate(const Evidence& run) {
  const bool walks = run.setting.method.walk.has_value();
  return not_applicable(Class::statistical, walks ? "judged over replicates; set replicates to 30, say" : "the method has no token");
}

/// β_n L times relaxation times: curvatures that differ from agent to agent, and do not average over so few steps.
double step_in_relaxations(const Setting& setting, const TokenLaw& law, std::int64_t n) {
  double smoothness = 0;
  for (AgentId i = 0; i < setting.agents(); ++i) smoothness = std::max(smoothness, setting.local(i).smoothness);
  return law.beta(static_cast<double>(n)) * smoothness / (1 - law.eigenvalues.maxCoeff());
}

/// What is left at n of how θ varies after the first steps, as part of the variance: at first as with the base chain.
double left_of_start(const TokenLaw& law, const TokenMoments& moments, std::int64_t n) {
  const double least = law.curvature.minCoeff(), first = law.first_steps();
  TokenLaw base = law;
  base.alpha = 0;
  const double spread = moments_after(base, static_cast<std::int64_t>(first)).iterate.trace();
  double sum = 0;  // Σ κ β over (first, n], in pieces of a hundredth
  for (double k = first; k < static_cast<double>(n);) {
    const double width = std::min(std::max(1.0, k / 100), static_cast<double>(n) - k);
    sum -= width * math::log1p(-least * law.beta(k + width / 2 + 0.5));
    k += width;
  }
  return math::exp(-2 * sum) * spread / moments.iterate.trace();
}

Verdict over(std::span<const Evidence> runs) {
  Verdict verdict;
  verdict.quantity = quantity;
  const auto& setting = runs.front().setting;
  if (!assume_iterate(verdict, setting) || !assume_replicates(verdict, runs)) return verdict;
  const IterateLaw of = iterate_law(setting);
  if (!assume_stable(verdict, of.law)) return verdict;
  const std::int64_t n = token_steps(runs.front());
  const TokenMoments moments = moments_after(of.law, n);
  if (!assume_late_walk(verdict, setting, of.law, moments, n)) return verdict;
  const double step = step_in_relaxations(setting, of.law, n);
  verdict.assume("beta_n L in relaxation times", "at most 0.1", figure(step), step <= largest_step);
  const double left = left_of_start(of.law, moments, n);
  verdict.assume("left of the start in the iterate", "at most 5 % of its variance", figure(left), left <= forgotten);
  if (verdict.declined()) return verdict;
  const SymmetricEigen law = symmetric_eigen(moments.iterate);
  const Eigen::MatrixXd axes = of.basis * law.vectors;
  Matrix sample(static_cast<Eigen::Index>(runs.size()), axes.cols());
  for (std::size_t r = 0; r < runs.size(); ++r) {
    const auto& theta = runs[r].trace.tokens.front().iterate;
    const Vector away = ConstVectorView(theta.data(), axes.rows()) - of.minimiser;
    sample.row(static_cast<Eigen::Index>(r)) = away.transpose() * axes;
  }
  verdict.at_k = n;
  judge_variances(verdict, sample, law.values.cwiseMax(0), of.law.beta(static_cast<double>(n)),
                  limit_moments(of.law).iterate.trace(), error_of_walk(of.law, moments) + step);
  verdict.reason = std::string("regime ") + regime(of.law) + "; " + verdict.reason;
  return verdict;
}

Verdict promise(const Setting& setting) {
  Verdict verdict;
  verdict.quantity = quantity;
  if (!assume_iterate(verdict, setting)) return verdict;
  IterateLaw of = iterate_law(setting);
  if (!assume_stable(verdict, of.law)) return verdict;
  verdict.limit = limit_moments(of.law).iterate.trace();
  verdict.constant("law as n to infinity", *verdict.limit);
  verdict.constant("law at n = 10,000", moments_after(of.law, 10'000).iterate.trace() / of.law.beta(1e4));
  of.law.alpha = 0;
  verdict.constant("the same for alpha = 0", limit_moments(of.law).iterate.trace(), "as n to infinity");
  verdict.outcome = Outcome::reported;
  verdict.reason = std::string("regime ") + regime(of.law) + "; judged over replicates";
  return verdict;
}

}  // namespace

extern const Bound self_repellent_walk_iterate;
const Bound self_repellent_walk_iterate{
    "self_repellent_walk.iterate", Class::statistical,
    "the iterate of token SGD varies as the linearised recursion says, in intervals over replicates",
    "Hu, Doshi, Eun, Accelerating distributed stochastic optimization via self-repellent random walks, ICLR 2024; the law at finite "
    "n derived here",
    evaluate, promise, over};

}  // namespace taubar::bound
