// Time-varying graphs that take turns: in round k an agent sends along one of its links only, and hears along
// one.
#pragma once
#include <bit>
#include <cstddef>
#include <cstdint>

#include "core/base/ids.hpp"

namespace taubar::topology {

/// The one-peer exponential graph of n agents: in round k agent i sends to i + 2^(k mod m) mod n, m = ⌈log₂
/// n⌉. The union of m rounds is the exponential graph.
class Rotation {
 public:
  explicit Rotation(std::size_t agents) : agents_(agents) {}

  /// m: the rounds after which it repeats; 0 for one agent, who has no peer.
  std::int64_t period() const { return agents_ < 2 ? 0 : std::bit_width(agents_ - 1); }
  /// Whom agent i sends to in round k >= 0, and whom it hears. At least two agents.
  AgentId receiver(AgentId i, std::int64_t k) const { return static_cast<AgentId>((i + hop(k)) % agents_); }
  AgentId sender(AgentId i, std::int64_t k) const {
    return static_cast<AgentId>((i + agents_ - hop(k)) % agents_);
  }

 private:
  std::size_t hop(std::int64_t k) const { return std::size_t{1} << (k % period()); }

  std::size_t agents_;
};

}  // namespace taubar::topology
