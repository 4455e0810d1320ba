// Named random streams, counter-based: Philox4x64-10 (Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as
// easy as 1, 2, 3", SC 2011). A number is a function of (seed, purpose, a, b, index) and of nothing else, so
// adding an agent moves nobody else's numbers and the m-th message on a link is delayed alike under every algorithm.
//
// key = (seed, 0); counter = (block, purpose, a, b); draw `index` is word index mod 4 of block index / 4.
// numpy reproduces a stream: Philox(key=[seed, 0], counter=[block − 1, purpose, a, b]).random_raw().
#pragma once
#include <array>
#include <cstdint>
#include <span>

namespace taubar {

/// What a stream is for. Numbers are part of every fingerprint: append, never renumber.
enum class Purpose : std::uint64_t {
  topology = 1,
  data = 2,
  partition = 3,
  initial = 4,
  compute_time = 5,
  per_agent = 6,
  straggler = 7,
  latency = 8,
  loss = 9,
  duplicate = 10,
  gradient_sample = 11,
  gradient_noise = 12,
  selection = 13,
  law_state = 14,
  test = 15,
  goodness_of_fit = 16,
  bounded_asynchrony = 17,
  token_walk = 18,
  fault = 19,
  particle_noise = 20,
  particle_choice = 21,
  chain_noise = 22,
  held_out = 23,
  sweep_sample = 25,
};

using PhiloxBlock = std::array<std::uint64_t, 4>;

namespace detail {
inline std::uint64_t multiply_high(std::uint64_t a, std::uint64_t b, std::uint64_t& low) {
  __extension__ using Wide = unsigned __int128;
  const Wide product = static_cast<Wide>(a) * b;
  low = static_cast<std::uint64_t>(product);
  return static_cast<std::uint64_t>(product >> 64);
}

inline PhiloxBlock philox_round(const PhiloxBlock& counter, std::uint64_t key_0, std::uint64_t key_1) {
  std::uint64_t low_0, low_1;
  const std::uint64_t high_0 = multiply_high(0xD2E7470EE14C6C93ull, counter[0], low_0);
  const std::uint64_t high_1 = multiply_high(0xCA5A826395121157ull, counter[2], low_1);
  return {high_1 ^ counter[1] ^ key_0, low_1, high_0 ^ counter[3] ^ key_1, low_0};
}

constexpr int philox_rounds = 10;
constexpr std::uint64_t philox_key_step_0 = 0x9E3779B97F4A7C15ull, philox_key_step_1 = 0xBB67AE8584CAA73Bull;
}  // namespace detail

/// Ten rounds of Philox on a 256-bit counter under a 128-bit key.
inline PhiloxBlock philox(PhiloxBlock counter, std::uint64_t key_0, std::uint64_t key_1) {
  for (int round = 0; round < detail::philox_rounds; ++round) {
    counter = detail::philox_round(counter, key_0, key_1);
    key_0 += detail::philox_key_step_0;
    key_1 += detail::philox_key_step_1;
  }
  return counter;
}

/// A word to a double in the open interval (0, 1): 2^52 equally spaced midpoints, so log u and log(1−u) are finite.
inline double to_unit(std::uint64_t word) { return (static_cast<double>(word >> 12) + 0.5) * 0x1p-52; }

/// Draw number `index` of a stream, without state: what the laws of links use.
inline std::uint64_t random_word(std::uint64_t seed, Purpose purpose, std::uint64_t a, std::uint64_t b,
                                 std::uint64_t index) {
  return philox({index / 4, static_cast<std::uint64_t>(purpose), a, b}, seed, 0)[index % 4];
}

/// Draw index[l] of the streams (a, b[l]), l = 0 … 3: the words of random_word, four chains of multiplications side by side.
template <class B, class Index>
std::array<std::uint64_t, 4> random_words(std::uint64_t seed, Purpose purpose, std::uint64_t a, const B* b, const Index* index) {
  PhiloxBlock counter[4];
  for (int l = 0; l < 4; ++l) counter[l] = {index[l] / 4u, static_cast<std::uint64_t>(purpose), a, b[l]};
  std::uint64_t key_0 = seed, key_1 = 0;
  for (int round = 0; round < detail::philox_rounds; ++round) {
    for (auto& lane : counter) lane = detail::philox_round(lane, key_0, key_1);
    key_0 += detail::philox_key_step_0;
    key_1 += detail::philox_key_step_1;
  }
  return {counter[0][index[0] % 4u], counter[1][index[1] % 4u], counter[2][index[2] % 4u], counter[3][index[3] % 4u]};
}

/// Row r = 0, 1, … of `out` (row by row, `columns` each) gets the draws 4 `block`, 4 `block` + 1, … of the stream
/// (a, b + `stride` r) as standard normals: the numbers of Stream::normal, many at a time.
void fill_normals(std::uint64_t seed, Purpose purpose, std::uint64_t a, std::uint64_t b, std::uint64_t stride, std::uint64_t block,
                  std::size_t columns, std::span<double> out);

/// A stream read in order. Copying it copies its position.
class Stream {
 public:
  Stream(std::uint64_t seed, Purpose purpose, std::uint64_t a = 0, std::uint64_t b = 0)
      : seed_(seed), purpose_(purpose), a_(a), b_(b) {}

  std::uint64_t word() {
    if (index_ % 4 == 0) block_ = philox({index_ / 4, static_cast<std::uint64_t>(purpose_), a_, b_}, seed_, 0);
    return block_[index_++ % 4];
  }
  /// Uniform on the open interval (0, 1).
  double uniform() { return to_unit(word()); }
  /// Standard normal, by inversion: one word a draw.
  double normal();
  /// Exponential with mean 1, by inversion.
  double exponential();
  /// Uniform on 0 … bound−1, exactly (Lemire's multiplication with rejection); bound >= 1.
  std::uint64_t below(std::uint64_t bound);

  std::uint64_t position() const { return index_; }
  /// Of the same seed and purpose, at its beginning.
  Stream named(std::uint64_t a, std::uint64_t b) const { return {seed_, purpose_, a, b}; }

 private:
  std::uint64_t seed_;
  Purpose purpose_;
  std::uint64_t a_, b_;
  std::uint64_t index_ = 0;
  PhiloxBlock block_{};
};

}  // namespace taubar
