#include "sim/sweep/places.hpp"

namespace taubar::sweep {

std::optional<std::size_t> Places::of(std::string_view key, std::int64_t point, std::int64_t seed) {
  const auto& runs = plan_.runs;
  if (point >= 0 && point < static_cast<std::int64_t>(plan_.points.size()) && !runs.empty()) {
    const auto guess = plan_.first_run[static_cast<std::size_t>(point)] + static_cast<std::size_t>(seed) - static_cast<std::size_t>(runs.front().seed);
    if (guess < runs.size() && runs[guess].key == key) return guess;
  }
  if (by_key_.empty())
    for (std::size_t i = 0; i < runs.size(); ++i) by_key_.emplace(runs[i].key, i);
  const auto at = by_key_.find(key);
  return at == by_key_.end() ? std::nullopt : std::optional(at->second);
}

}  // namespace taubar::sweep
