// Virtual time: int64 nanoseconds. This is the one conversion from and to seconds.
#pragma once
#include <cmath>
#include <cstdint>
#include <limits>

namespace taubar {

using Time = std::int64_t;      ///< an instant, ns since the start of the run
using Duration = std::int64_t;  ///< a span, ns

inline constexpr Time never = std::numeric_limits<Time>::max();
inline constexpr double nanoseconds_per_second = 1e9;

/// Seconds to nanoseconds, rounded to nearest. Beyond ±2^62 ns (146 years) it stays there,
/// so that the sum of an instant and a duration cannot overflow. NaN gives 2^62.
inline Duration from_seconds(double seconds) {
  constexpr Duration limit = Duration{1} << 62;
  const double ns = seconds * nanoseconds_per_second;
  if (!(ns < static_cast<double>(limit))) return limit;
  if (ns < -static_cast<double>(limit)) return -limit;
  return static_cast<Duration>(std::nearbyint(ns));
}

/// The instant `span` >= 0 after `instant`, at most 2^62 ns: however long the spans, sums never overflow.
inline Time after(Time instant, Duration span) {
  constexpr Time end = Time{1} << 62;
  return span > end - instant ? end : instant + span;
}

inline double to_seconds(Duration ns) { return static_cast<double>(ns) / nanoseconds_per_second; }

}  // namespace taubar
