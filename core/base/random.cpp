#include "core/base/random.hpp"

#include "core/base/math.hpp"

namespace taubar {

double Stream::normal() { return math::normal_quantile(uniform()); }

double Stream::exponential() { return -math::log(uniform()); }

std::uint64_t Stream::below(std::uint64_t bound) {
  std::uint64_t low;
  std::uint64_t high = detail::multiply_high(word(), bound, low);
  if (low < bound) {
    const std::uint64_t threshold = -bound % bound;
    while (low < threshold) high = detail::multiply_high(word(), bound, low);
  }
  return high;
}

}  // namespace taubar
