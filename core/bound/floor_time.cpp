// How long the best method would take to the same accuracy, by the order of the optimal time complexities:
//   strongly convex   steps √(L/μ), noise σ²/(ε μ);    convex   steps √L R/√ε, noise σ² R²/ε²;
//   homogeneous  min_m [ h_m (steps + noise/m) ],      heterogeneous  τ_n steps + mean(τ) noise/n.
// ε is the scenario's target for the suboptimality, else what the run ended with. Constants and logarithms are 1: the
// ratio to the time achieved is reported, and means something beside those of other methods on the same problem.
//
// Source: Tyurin, Richtárik, "Optimal time complexities of parallel stochastic optimization methods under a fixed
// computation model", NeurIPS 2023 (arXiv 2305.12387), as restated in theory.md 11.5.
#include "core/bound/bound.hpp"
#include "core/bound/floor/complexities.hpp"
#include "core/bound/floor/limits.hpp"
#include "core/bound/server_assumptions.hpp"

namespace taubar::bound {
namespace {

bool note_problem(Verdict& verdict, const Setting& setting) {
  if (setting.times.mean.size() != setting.agents()) {
    verdict = not_applicable(Class::order, "the scenario states no times of local steps");
    return false;
  }
  assume_minimiser_known(verdict, setting);
  assume_variance_known(verdict, setting);
  return !verdict.declined();
}

/// Notes all times to suboptimality ε; that of the best method for this kind of data.
double note_times(Verdict& verdict, const Setting& setting, double epsilon) {
  const auto constants = setting.problem->constants();
  const double variance = *noise_variance(setting), L = constants.smoothness, mu = constants.strong_convexity;
  const auto work = mu > 0 ? floor::strongly_convex_work(L, mu, variance, epsilon)
                           : floor::convex_work(L, *initial_distance(setting), variance, epsilon);
  const auto& tau = setting.times.mean;
  Verdict data;
  const bool homogeneous = assume_homogeneous(data, setting);
  verdict.constant("epsilon", epsilon, "suboptimality");
  verdict.constant("steps", work.steps, mu > 0 ? "√(L/μ)" : "√L R/√ε");
  verdict.constant("noise", work.noise, mu > 0 ? "σ²/(ε μ)" : "σ² R²/ε²");
  verdict.constant("homogeneous optimum", floor::homogeneous_time(tau, work), "seconds");
  verdict.constant("useful workers", static_cast<double>(floor::useful_workers(tau, work)), "the fastest ones");
  verdict.constant("heterogeneous optimum", floor::heterogeneous_time(tau, work), "seconds");
  verdict.constant("minibatch SGD", floor::minibatch_time(tau, work), "seconds");
  verdict.constant("asynchronous SGD", floor::asynchronous_time(tau, work), "seconds");
  verdict.constant("harmonic floor of the noise", floor::harmonic_limit(work.noise, tau), "seconds for that many gradients");
  verdict.constant("chain floor of the steps", floor::chain_limit(work.steps, tau), "seconds for that many steps in sequence");
  verdict.constant("homogeneous data", homogeneous ? 1 : 0);
  return homogeneous ? floor::homogeneous_time(tau, work) : floor::heterogeneous_time(tau, work);
}

Verdict evaluate(const Evidence& run) {
  Verdict verdict;
  verdict.quantity = "seconds to the target suboptimality, against the order of the best possible";
  if (!note_problem(verdict, run.setting)) return verdict;
  const auto final = run.trace.final.find("suboptimality");
  const double ended_with = final == run.trace.final.end() ? 0 : final->second;
  const auto& target = run.setting.target_suboptimality;
  const auto reached = target ? run.trace.time_to("suboptimality", *target) : std::nullopt;
  const double epsilon = reached ? *target : ended_with;
  verdict.assume("suboptimality", "positive at the end, or a target that was reached", figure(epsilon), epsilon > 0);
  if (verdict.declined()) return verdict;
  verdict.measured = reached.value_or(to_seconds(run.trace.end));
  verdict.limit = note_times(verdict, run.setting, epsilon);
  verdict.outcome = Outcome::reported;
  verdict.reason = "constants are 1: compare methods, not values";
  return verdict;
}

Verdict promise(const Setting& setting) {
  Verdict verdict;
  verdict.quantity = "seconds to the target suboptimality, the order of the best possible";
  if (!note_problem(verdict, setting)) return verdict;
  if (!setting.target_suboptimality)
    return not_applicable(Class::order, "the scenario names no target for the suboptimality");
  verdict.limit = note_times(verdict, setting, *setting.target_suboptimality);
  verdict.outcome = Outcome::reported;
  verdict.reason = "constants are 1: compare methods, not values";
  return verdict;
}

}  // namespace

extern const Bound floor_time;
const Bound floor_time{"floor.time", Class::order, "seconds to an accuracy against the optimal time complexity",
                       "Tyurin, Richtárik, Optimal time complexities of parallel stochastic optimization methods, NeurIPS 2023",
                       evaluate, promise};

}  // namespace taubar::bound
