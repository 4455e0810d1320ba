#include "core/trace/staleness.hpp"

#include <bit>
#include <cmath>

namespace taubar::trace {

std::size_t Staleness::bin(std::int64_t value) {
  if (value < exact) return static_cast<std::size_t>(value);
  const auto bits = static_cast<std::uint64_t>(value);
  const int octave = std::bit_width(bits) - 1;  // >= 10
  const auto sixteenth = (bits >> (octave - 4)) & 15;
  return static_cast<std::size_t>(exact + (octave - 10) * 16) + sixteenth;
}

std::int64_t Staleness::lower_end(int b) {
  if (b < exact) return b;
  const int octave = 10 + (b - exact) / 16, sixteenth = (b - exact) % 16;
  return (std::int64_t{16} + sixteenth) << (octave - 4);
}

std::int64_t Staleness::quantile(double p) const {
  const auto needed = static_cast<std::int64_t>(std::ceil(p * static_cast<double>(count_)));
  std::int64_t seen = 0;
  for (int b = 0; b < bins; ++b) {
    seen += bins_[static_cast<std::size_t>(b)];
    if (seen >= needed) return lower_end(b);
  }
  return max_;
}

}  // namespace taubar::trace
