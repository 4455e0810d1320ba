// The wire format, version 1: a batch is a row of frames, each a header of 40 bytes and `size` words of 8 bytes, in the
// byte order of the machine (ranks of one job share it; the handshake compares it). Words of a bulk frame travel apart.
#pragma once
#include <bit>
#include <cstdint>

#include "core/base/ids.hpp"
#include "core/base/time.hpp"

namespace taubar::mpi {

inline constexpr std::uint8_t wire_version = 1;

enum class FrameType : std::uint8_t {
  message = 1,  ///< between agents
  credit = 2,   ///< `stamp` bytes of the receiver's window are free again
  control = 3,  ///< between ranks: `kind` and words are the caller's own
};

struct Frame {
  FrameType type = FrameType::message;
  std::uint8_t version = wire_version;
  std::uint16_t kind = 0;
  std::uint32_t size = 0;  ///< words
  AgentId from = 0, to = 0;
  std::int64_t stamp = 0;
  Time sent = 0;  ///< on the ranks' common clock
  Time due = 0;   ///< not to be delivered before

  std::int64_t wire_bytes() const { return static_cast<std::int64_t>(sizeof(Frame)) + 8 * std::int64_t{size}; }
  /// Of memory, as long as it waits to be read: its words, and about so much beside them.
  std::int64_t cost_bytes() const { return wire_bytes() + 200; }
};
static_assert(sizeof(Frame) == 40);

/// Identifies the format, to be equal on all ranks: version and byte order.
inline constexpr std::uint32_t wire_format = (std::endian::native == std::endian::little ? 0x100u : 0x200u) | wire_version;

}  // namespace taubar::mpi
