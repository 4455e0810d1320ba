// How the history x_n of a token's walk varies about its target μ, from run to run. The central limit theorem, in the norm
// Σ_j (x_j − μ_j)²/μ_j that makes the modes u_i of the chain orthonormal (for a uniform target n times the Euclidean one):
//   γ_n^−½ (x_n − μ) → N(0, V_x),  V_x = Σ_i E_i u_i u_iᵀ,  E_i = 1/(2α(1+λ_i) + 2 − 1{a=1}) · (1+λ_i)/(1−λ_i).
// Judged is the law at the n of the runs (token_law.hpp), of which that is the limit: E y_i² for y_i = v_iᵀ(x_n − μ). Over R runs
// the sample variances of the y_i are independent, y_i² being E y_i² χ²_{R−1}/(R−1), if the y_i are normal: as sums over a memory
// of many relaxation times they nearly are. Their sum and the five of the largest variance are judged (self_repellent_walk.hpp).
//
// Source: Doshi, Hu, Eun, ICML 2023, theorem 3.3 (a = 1); Hu, Doshi, Eun, ICLR 2024 (any a). Derived here again.
#include "core/bound/bound.hpp"
#include "core/bound/self_repellent_walk.hpp"

namespace taubar::bound {
namespace {

constexpr const char* quantity = "Σ_j Var(x_j)/(μ_j γ_n) over replicates, x_n the history";

Verdict evaluate(const Evidence& run) {
  const bool walks = run.setting.method.walk.has_value();
  return not_applicable(Class::statistical, walks ? "judged over replicates; set replicates to 30, say" : "the method has no token");
}

Verdict over(std::span<const Evidence> runs) {
  Verdict verdict;
  verdict.quantity = quantity;
  const auto& setting = runs.front().setting;
  if (!assume_walk(verdict, setting) || !assume_replicates(verdict, runs)) return verdict;
  for (const auto& run : runs)
    if (run.trace.tokens.front().history.size() != setting.agents())
      return not_applicable(Class::statistical, "the history is not known at the end");
  const TokenLaw law = walk_law(setting);
  const std::int64_t n = token_steps(runs.front());
  const TokenMoments moments = moments_after(law, n);
  if (!assume_late_walk(verdict, setting, law, moments, n)) return verdict;
  const auto& walk = *setting.method.walk;
  const ConstVectorView mu(walk.chain->target.data(), static_cast<Eigen::Index>(setting.agents()));
  Matrix sample(static_cast<Eigen::Index>(runs.size()), law.eigenvalues.size());
  for (std::size_t r = 0; r < runs.size(); ++r) {
    const ConstVectorView x(runs[r].trace.tokens.front().history.data(), mu.size());
    sample.row(static_cast<Eigen::Index>(r)) = (x - mu).transpose() * walk.modes().right;
  }
  verdict.at_k = n;
  judge_variances(verdict, sample, moments.history, law.gamma(static_cast<double>(n)), limit_moments(law).history.sum(),
                  error_of_walk(law, moments));
  return verdict;
}

Verdict promise(const Setting& setting) {
  Verdict verdict;
  verdict.quantity = quantity;
  if (!assume_walk(verdict, setting)) return verdict;
  TokenLaw law = walk_law(setting);
  verdict.limit = limit_moments(law).history.sum();
  verdict.constant("law as n to infinity", *verdict.limit);
  verdict.constant("law at n = 10,000", moments_after(law, 10'000).history.sum() / law.gamma(1e4));
  verdict.constant("first steps", law.first_steps(), "until the linear recursion is stable");
  law.alpha = 0;
  verdict.constant("the same for alpha = 0", limit_moments(law).history.sum());
  verdict.outcome = Outcome::reported;
  verdict.reason = "judged over replicates";
  return verdict;
}

}  // namespace

extern const Bound self_repellent_walk_visits;
const Bound self_repellent_walk_visits{
    "self_repellent_walk.visits", Class::statistical,
    "the history of a token's walk varies about its target as the linearised recursion says, in intervals over replicates",
    "Doshi, Hu, Eun, Self-repellent random walks on general graphs, ICML 2023; the law at finite n derived here", evaluate, promise,
    over};

}  // namespace taubar::bound
