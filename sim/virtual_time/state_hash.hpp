// The 64-bit hash of agents' states: every bit of every number counts, except the sign of zero.
#pragma once
#include <bit>
#include <cstdint>

#include "core/agent/program.hpp"

namespace taubar::virtual_time {

class StateHash final : public agent::StateVisitor {
 public:
  explicit StateHash(std::uint64_t start) : value_(start) {}
  void reals(std::span<double> values) override {
    for (double v : values) mix(std::bit_cast<std::uint64_t>(v == 0 ? 0.0 : v));
  }
  void integer(std::int64_t& value) override { mix(static_cast<std::uint64_t>(value)); }
  std::uint64_t value() const { return value_; }

 private:
  /// One round of a multiplicative hash with a xor-shift (the finaliser of SplitMix64 in short).
  void mix(std::uint64_t word) {
    value_ = (value_ ^ word) * 0xD6E8FEB86659FD93ull;
    value_ ^= value_ >> 32;
  }
  std::uint64_t value_;
};

}  // namespace taubar::virtual_time
