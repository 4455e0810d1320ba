#include "core/algorithm/token_watch.hpp"

#include <algorithm>

namespace taubar::algorithm {

void TokenWatch::keep(agent::Runtime& runtime, std::size_t token, std::int64_t version, std::span<const double> message) {
  Kept& kept = kept_[token];
  if (kept.version < 0) kept.copy = desk_.take_copy();
  kept.version = version;
  kept.since = runtime.now();
  std::copy(message.begin(), message.end(), desk_.copy(kept.copy).begin());
  if (kept.timer) return;
  kept.timer = true;
  runtime.set_timer(patience_, static_cast<std::uint32_t>(token));
}

void TokenWatch::forget(std::size_t token) {
  Kept& kept = kept_[token];
  if (kept.version >= 0) desk_.give_back(kept.copy);
  kept.version = -1;
}

std::optional<TokenWatch::Overdue> TokenWatch::look(agent::Runtime& runtime, std::size_t token) {
  Kept& kept = kept_[token];
  kept.timer = false;
  if (kept.version < 0) return std::nullopt;
  const Duration absent = runtime.now() - kept.since;
  if (absent < patience_) {  // of a later sending than the one that the timer was set for
    kept.timer = true;
    runtime.set_timer(patience_ - absent, static_cast<std::uint32_t>(token));
    return std::nullopt;
  }
  return Overdue{std::exchange(kept.version, -1), absent, kept.copy};
}

void TokenWatch::resume(agent::Runtime& runtime) {
  for (std::size_t t = 0; t < kept_.size(); ++t) {
    kept_[t].timer = kept_[t].version >= 0;
    if (kept_[t].timer) runtime.set_timer(patience_, static_cast<std::uint32_t>(t));
  }
}

void TokenWatch::state(agent::StateVisitor& visitor) {
  for (Kept& kept : kept_) {
    const bool had = kept.version >= 0;
    std::int64_t timer = kept.timer;
    visitor.integer(kept.version);
    visitor.integer(timer);
    kept.timer = timer != 0;
    if (kept.version < 0) {
      if (had) desk_.give_back(kept.copy);
      continue;
    }
    if (!had) kept.copy = desk_.take_copy();
    visitor.integer(kept.since);
    visitor.reals(desk_.copy(kept.copy));
  }
}

}  // namespace taubar::algorithm
