#include "core/trace/trace.hpp"

#include <algorithm>

namespace taubar::trace {

std::string_view name(StoppedBy why) {
  switch (why) {
    case StoppedBy::virtual_time: return "virtual_time";
    case StoppedBy::updates: return "updates";
    case StoppedBy::gradients: return "gradients";
    case StoppedBy::messages: return "messages";
    case StoppedBy::wall_time: return "wall_time";
    case StoppedBy::target: return "target";
    case StoppedBy::stalled: return "stalled";
    case StoppedBy::diverged: return "diverged";
    case StoppedBy::event_limit: return "event_limit";
    case StoppedBy::time_limit: return "time_limit";
    case StoppedBy::interrupted: return "interrupted";
    case StoppedBy::terminated: return "terminated";
    case StoppedBy::failed: return "failed";
    case StoppedBy::under_way: return "under_way";
  }
  return "";
}

int Trace::column(std::string_view metric) const {
  const auto at = std::find(metrics.begin(), metrics.end(), metric);
  return at == metrics.end() ? -1 : static_cast<int>(at - metrics.begin());
}

std::optional<double> Trace::time_to(std::string_view metric, double level) const {
  const int c = column(metric);
  if (c < 0) return std::nullopt;
  for (const auto& record : records)
    if (record.values[static_cast<std::size_t>(c)] <= level) return to_seconds(record.time);
  return std::nullopt;
}

std::int64_t Trace::repeated_steps() const {
  std::int64_t kept = 0;
  for (const auto& token : tokens) kept += std::max<std::int64_t>(token.steps, 0);
  return counts.updates - kept;
}

}  // namespace taubar::trace
