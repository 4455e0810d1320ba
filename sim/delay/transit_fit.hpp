// The bandwidth behind measured transits: transit = latency + 8·bytes/bandwidth, the latency of unknown law.
//
// By rank regression: the seconds a byte that leave residuals whose ranks do not rise or fall with the size of the message
// (Jaeckel, Annals of Math. Statistics 43, 1972; for two sizes the Hodges–Lehmann shift). It asks of the latency only that
// it has one law for all sizes: latencies are skewed with a long tail, so that least squares follows the outliers, and a fit
// to the least transits follows the errors of the clocks.
#pragma once
#include <cstdint>
#include <optional>
#include <span>

namespace taubar::delay {

struct Transit {
  std::int64_t bytes = 0;
  double seconds = 0;
};

/// Seconds a byte, with the ends of its 95 % interval: the slopes that the rank test does not refuse.
struct Slope {
  double estimate = 0, low = 0, high = 0;
};

/// Nothing where sizes do not tell: unless the greatest is at least twice the least, with at least 20 messages on either
/// side of their geometric mean. At most 20,000 of the transits, evenly spaced, are looked at.
std::optional<Slope> seconds_per_byte(std::span<const Transit> transits);

}  // namespace taubar::delay
