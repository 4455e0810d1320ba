#include "core/base/random.hpp"

#include <algorithm>

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

// Four blocks side by side: a chain of multiplications waits for the one before, four chains do not wait for each other.
void fill_normals(std::uint64_t seed, Purpose purpose, std::uint64_t a, std::uint64_t b, std::uint64_t stride, std::uint64_t block,
                  std::size_t columns, std::span<double> out) {
  if (columns == 0) return;
  const std::size_t blocks_a_row = (columns + 3) / 4, rows = out.size() / columns;
  std::size_t row = 0, in_row = 0;
  while (row < rows) {
    PhiloxBlock lanes[4];
    double* to[4];
    std::size_t width[4], taken = 0;
    for (; taken < 4 && row < rows; ++taken) {
      lanes[taken] = {block + in_row, static_cast<std::uint64_t>(purpose), a, b + stride * row};
      to[taken] = out.data() + row * columns + 4 * in_row;
      width[taken] = std::min<std::size_t>(4, columns - 4 * in_row);
      if (++in_row == blocks_a_row) in_row = 0, ++row;
    }
    for (std::size_t unused = taken; unused < 4; ++unused) lanes[unused] = {};
    std::uint64_t key_0 = seed, key_1 = 0;
    for (int round = 0; round < detail::philox_rounds; ++round) {
      for (auto& lane : lanes) lane = detail::philox_round(lane, key_0, key_1);
      key_0 += detail::philox_key_step_0;
      key_1 += detail::philox_key_step_1;
    }
    for (std::size_t l = 0; l < taken; ++l)
      for (std::size_t w = 0; w < width[l]; ++w) to[l][w] = to_unit(lanes[l][w]);
  }
  math::normal_quantiles(out);
}

}  // namespace taubar
