#include "core/trace/asynchrony.hpp"

#include <algorithm>

namespace taubar::trace {
namespace {

/// Completed steps that ended at or before `instant`, by distinct instants.
std::int64_t k_at(const std::vector<Time>& instants, Time instant) {
  return std::upper_bound(instants.begin(), instants.end(), instant) - instants.begin();
}

std::vector<Time> completion_instants(const Replay& replay) {
  std::vector<Time> instants;
  instants.reserve(replay.steps.size());
  for (const auto& step : replay.steps) instants.push_back(step.begin + step.duration);
  std::sort(instants.begin(), instants.end());
  instants.erase(std::unique(instants.begin(), instants.end()), instants.end());
  return instants;
}

/// The largest gap in k between completions of one agent, from k = 0, the open one at the end included.
std::int64_t largest_gap(const Replay& replay, const std::vector<Time>& instants, std::size_t agents) {
  std::vector<std::int64_t> last(agents, 0);
  std::int64_t largest = 0;
  for (const auto& step : replay.steps) {  // in order for each agent: its steps do not overlap
    if (step.agent >= agents) continue;
    const std::int64_t k = k_at(instants, step.begin + step.duration);
    largest = std::max(largest, k - last[step.agent]);
    last[step.agent] = k;
  }
  for (const auto k : last) largest = std::max(largest, static_cast<std::int64_t>(instants.size()) - k);
  return largest;
}

}  // namespace

MeasuredAsynchrony measure_asynchrony(const Replay& replay, std::size_t agents_with_data) {
  const auto instants = completion_instants(replay);
  MeasuredAsynchrony measured;
  measured.k = static_cast<std::int64_t>(instants.size());
  measured.tau_proc = largest_gap(replay, instants, agents_with_data);
  for (const auto& message : replay.messages) {
    const std::int64_t sent = k_at(instants, message.sent);
    const bool unread = message.waited < 0;
    const std::int64_t taken = unread ? measured.k : k_at(instants, message.sent + message.transit + message.waited);
    const std::int64_t staleness = std::max<std::int64_t>(0, taken - sent);
    measured.tau_msg = std::max(measured.tau_msg, staleness);
    if (!unread) measured.staleness.add(staleness);
  }
  return measured;
}

}  // namespace taubar::trace
