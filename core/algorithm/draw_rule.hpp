// The part of a scenario that says when draws of sampling particles are taken (core/trace/draws.hpp): the same for every
// method that samples.
#pragma once
#include "core/config/fields.hpp"
#include "core/trace/draws.hpp"

namespace taubar::algorithm {

/// The object `draws`: {"every": 10, "burn_in": 1000}, or {"clock": "time", "every": "5ms", "burn_in": "2s"}.
struct DrawsSpec {
  using Clock = trace::DrawRule::Clock;
  Clock clock = Clock::updates;
  double every = 1, burn_in = 0;  ///< own updates, or seconds
  std::int64_t keep = 1000;

  void fields(config::Fields& f);
  trace::DrawRule rule() const;
};

}  // namespace taubar::algorithm
