// Mass under running sums, for every loss pattern: with σ_ij the total that j has sent to i and ρ_ij the total that i has
// accepted,
//   INV-R  Σ_i x_i + Σ_links (σ_ij − ρ_ij) = Σ_i x_i(0) + Σ perturbations,    Σ_i y_i + Σ_links (…) = n,
// and every agent's own weight stays positive.
//
// Tolerance: an activation rounds the sums of at most 2 + out-degree numbers and one for each total it accepts, each by at
// most u = 2⁻⁵³ of what is summed: what an agent holds and what has been added to it, which is taken to be at most all there
// is or, where steps of different agents cancel in that, what an agent's own sums come to at the end. Totals grow, but what
// rounding keeps out of one stays with its sender (core/algorithm/running_sums.hpp). A lost message of a method without
// running sums is off by its whole weight.
//
// Source: Olshevsky, Paschalidis, Spiridonoff, JMLR 21(58), 2020, for the algorithm; the balance is derived (theory.md 2.2).
#include <algorithm>

#include "core/base/math.hpp"
#include "core/bound/bound.hpp"

namespace taubar::bound {
namespace {

constexpr double unit_roundoff = 0x1p-53;

Verdict evaluate(const Evidence& run) {
  const auto& method = run.setting.method;
  if (!method.running_sums)
    return not_applicable(Class::invariant, "the messages of " + method.name + " carry mass, not running sums");
  Verdict verdict;
  verdict.quantity = "mass_error at the end, mass on its way and mass of lost messages included";
  const auto error = run.trace.final.find("mass_error");
  if (error == run.trace.final.end()) return not_applicable(Class::invariant, "the run left no balance of mass");
  std::size_t degree = 0;
  for (AgentId i = 0; i < run.setting.agents(); ++i) degree = std::max(degree, run.setting.graph->out_neighbours(i).size());
  const double sums = static_cast<double>(run.trace.counts.updates) * static_cast<double>(degree + 2) +
                      static_cast<double>(run.trace.counts.taken + 1);
  const double size = std::max(1.0, run.largest_sum);
  const double tolerance = unit_roundoff * sums * size * static_cast<double>(run.setting.agents());
  verdict.constant("largest sum", size, "of an agent, relative to what the error is relative to");
  verdict.constant("sums", sums, "updates (2 + largest out-degree) + messages read");
  verdict.constant("lost messages", static_cast<double>(run.trace.counts.lost));
  verdict.constant("duplicated messages", static_cast<double>(run.trace.counts.duplicated));
  verdict.measured = error->second;
  verdict.limit = tolerance;
  verdict.at_k = run.trace.k;
  verdict.outcome = error->second <= tolerance ? Outcome::holds : Outcome::violated;
  if (verdict.outcome == Outcome::violated) verdict.reason = "mass is not conserved over agents and links";
  if (run.trace.minimum_weight) {
    verdict.constant("minimum weight", *run.trace.minimum_weight);
    if (!(*run.trace.minimum_weight > 0)) {
      verdict.outcome = Outcome::violated;
      verdict.reason = "an agent's push-sum weight is not positive: a total was accepted out of its order";
    }
  }
  if (error->second > 0) verdict.slack_decades = math::log10(tolerance / error->second);
  return verdict;
}

}  // namespace

extern const Bound robust_push_sum_mass;
const Bound robust_push_sum_mass{"robust_push_sum.mass", Class::invariant,
                                 "with running sums, mass held and outstanding is what was put in, whatever is lost",
                                 "Spiridonoff, Olshevsky, Paschalidis, JMLR 21(58), 2020; the balance is derived here", evaluate,
                                 nullptr};

}  // namespace taubar::bound
