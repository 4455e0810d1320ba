// Whether a state is still a state.
#pragma once
#include <span>

namespace taubar {

/// Whether every value is finite: x·0 is 0 for finite x and NaN otherwise. One pass without branches.
inline bool all_finite(std::span<const double> values) {
  double zero = 0;
  for (const double v : values) zero += v * 0.0;
  return zero == 0;
}

}  // namespace taubar
