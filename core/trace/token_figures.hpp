// What agents keep count of where tokens travel.
#pragma once
#include <algorithm>
#include <cstdint>

#include "core/base/time.hpp"

namespace taubar::trace {

struct TokenFigures {
  bool keeps_visits = false, recovers = false;  ///< whether the run does either
  std::int64_t news = 0;              ///< messages by which agents told their neighbours of visits
  std::int64_t late_news = 0;         ///< of those that were read: read only after the token that they tell of had come itself
  std::int64_t acknowledgements = 0;  ///< messages
  std::int64_t regenerated = 0;       ///< tokens
  std::int64_t dropped_copies = 0;    ///< tokens that met an agent that knew a newer one
  Duration longest_absence = 0;       ///< ns from sending a token off to regenerating it

  TokenFigures& operator+=(const TokenFigures& other) {
    keeps_visits = keeps_visits || other.keeps_visits;
    recovers = recovers || other.recovers;
    news += other.news;
    late_news += other.late_news;
    acknowledgements += other.acknowledgements;
    regenerated += other.regenerated;
    dropped_copies += other.dropped_copies;
    longest_absence = std::max(longest_absence, other.longest_absence);
    return *this;
  }
};

}  // namespace taubar::trace
