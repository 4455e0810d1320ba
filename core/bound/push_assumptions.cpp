#include "core/bound/push_assumptions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace taubar::bound {

bool watched(Verdict& verdict, const Evidence& run) {
  if (run.push) return true;
  verdict.outcome = Outcome::does_not_apply;
  if (!run.setting.method.push)
    verdict.reason = run.setting.method.name + " is no push method";
  else if (run.setting.method.running_sums)
    verdict.reason = "the messages of " + run.setting.method.name + " are running sums, not mass";
  else if (!run.setting.method.moves_then_sends)
    verdict.reason = run.setting.method.name + " moves its mass after it has sent, which the certificates do not follow";
  else
    verdict.reason = "the run was not watched event by event";
  return false;
}

void assume_reliable(Verdict& verdict, const PushTestimony& push) {
  verdict.assume("no push-sum weight is lost or duplicated by the network", "0",
                 fmt::format("{:.3g} lost, {:.3g} duplicated", push.lost_weight, push.duplicated_weight),
                 push.lost_weight == 0 && push.duplicated_weight == 0);
}

void assume_all_sent(Verdict& verdict, const PushTestimony& push) {
  verdict.assume("every step sends along every link", "a fixed graph",
                 push.period == 1 ? "fixed" : fmt::format("each link once in {} steps", push.period), push.period == 1);
  verdict.assume("every step sends its shares", "0 silent steps", fmt::format("{} of {}", push.silent_steps, push.events),
                 push.silent_steps == 0);
}

void assume_full_gradients(Verdict& verdict, const Setting& setting) {
  const bool full = setting.gradient.kind == problem::GradientRule::Kind::full;
  verdict.assume("exact gradients", "problem.gradient full", full ? "full" : "an estimate", full);
}

void assume_strongly_convex(Verdict& verdict, const Setting& setting) {
  double mu = std::numeric_limits<double>::infinity(), L = 0;
  bool known = true;
  for (AgentId i = 0; i < setting.agents(); ++i) {
    const auto constants = setting.local(i);
    known = known && constants.smoothness == constants.smoothness && constants.strong_convexity == constants.strong_convexity;
    mu = std::min(mu, constants.strong_convexity);
    L = std::max(L, constants.smoothness);
  }
  verdict.assume("every f_i is strongly convex and smooth", "mu_i > 0, L_i known",
                 known ? fmt::format("min mu_i = {:.4g}, max L_i = {:.4g}", mu, L) : "unknown constants", known && mu > 0);
}

void assume_minimiser(Verdict& verdict, const Setting& setting) {
  verdict.assume("x* is known", "a unique minimiser", setting.minimiser ? "solved" : "none", setting.minimiser != nullptr);
}

double rounding_of_event(const Setting& setting) {
  std::size_t degree = 0;
  for (AgentId i = 0; i < setting.agents(); ++i)
    degree = std::max({degree, setting.graph->in_neighbours(i).size(), setting.graph->out_neighbours(i).size()});
  return std::numeric_limits<double>::epsilon() * (8 + 2 * static_cast<double>(degree));
}

}  // namespace taubar::bound
