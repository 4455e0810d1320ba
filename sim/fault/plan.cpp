#include <algorithm>
#include <tuple>

#include "core/base/error.hpp"
#include "sim/fault/fault.hpp"

namespace taubar::fault {
namespace {

/// Sorted; of one agent's spans those that begin while it is down already are left out.
std::vector<Crash> without_overlaps(std::vector<Crash> crashes) {
  std::stable_sort(crashes.begin(), crashes.end(),
                   [](const Crash& a, const Crash& b) { return std::tie(a.agent, a.at) < std::tie(b.agent, b.at); });
  std::vector<Crash> kept;
  for (const Crash& crash : crashes)
    if (kept.empty() || kept.back().agent != crash.agent || kept.back().recovery <= crash.at) kept.push_back(crash);
  return kept;
}

}  // namespace

Plan plan(const Faults& faults, const Population& population) {
  Plan plan;
  std::vector<std::string> complaints;
  for (std::size_t number = 0; number < faults.size(); ++number)
    faults[number]->add_to(plan, population, number, complaints);
  if (!complaints.empty()) throw InputError(complaints);
  plan.crashes = without_overlaps(std::move(plan.crashes));
  return plan;
}

}  // namespace taubar::fault
