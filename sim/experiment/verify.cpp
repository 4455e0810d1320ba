#include "sim/experiment/verify.hpp"

#include <algorithm>

#include "sim/experiment/evidence.hpp"
#include "sim/experiment/observe.hpp"

namespace taubar::experiment {

std::vector<const bound::Bound*> chosen_bounds(const std::vector<std::string>& only) {
  std::vector<const bound::Bound*> bounds;
  for (const bound::Bound* bound : bound::bounds())
    if (only.empty() || std::find(only.begin(), only.end(), bound->name) != only.end()) bounds.push_back(bound);
  return bounds;
}

Verification verify(Experiment& e, const RunControl& control, const std::vector<std::string>& only, bool of_sample) {
  const bound::Setting setting = setting_of(e);
  const auto push = push_witness_of(e, setting);
  const auto server = server_witness_of(e, setting);
  if (push) e.world->watch(*push);
  if (server) e.world->watch(*server);
  Verification result;
  result.trace = run(e, control);
  bound::Evidence evidence{setting, result.trace};
  std::optional<bound::PushTestimony> testimony;
  if (push) {
    testimony = push->finish();
    evidence.push = &*testimony;
  }
  if (server) {
    evidence.server_run = &server->testimony();
    evidence.server = e.world->program(static_cast<AgentId>(e.agents())).server_figures();
  }
  const auto end = observe(e);
  evidence.estimate = end.estimate;
  evidence.draws = end.draws;
  if (end.mass) evidence.largest_sum = end.mass->largest_sum;
  for (const bound::Bound* bound : chosen_bounds(only))
    if (!of_sample || !bound->over) result.verdicts.push_back(bound::judge(*bound, evidence));
  return result;
}

std::vector<bound::Verdict> promises(const Experiment& e, const std::vector<std::string>& only) {
  const bound::Setting setting = setting_of(e);
  std::vector<bound::Verdict> verdicts;
  for (const bound::Bound* bound : chosen_bounds(only))
    if (bound->promise || !only.empty()) verdicts.push_back(bound::promise(*bound, setting));
  return verdicts;
}

std::vector<std::string> expected_bounds(const std::vector<ExpectSpec>& expectations) {
  std::vector<std::string> names;
  for (const auto& expect : expectations)
    if (!expect.bound.empty()) names.push_back(expect.bound);
  return names;
}

}  // namespace taubar::experiment
