// What the kernel orders. It knows nothing of agents: a target, a tag and a word of data are the world's own.
#pragma once
#include <cstdint>

#include "core/base/ids.hpp"
#include "core/base/time.hpp"

namespace taubar::kernel {

/// At one instant, events happen in this order.
enum class EventClass : std::uint64_t { fault = 0, delivery = 1, compute_done = 2, timer = 3, record = 4 };

/// (class, origin, sequence within the origin) in one word: with the time, a total order that does not depend on the
/// order of scheduling. 3 bits of class, 27 of origin, 34 of sequence (1.7e10 events an origin).
using Rank = std::uint64_t;

inline constexpr int sequence_bits = 34;

inline constexpr Rank make_rank(EventClass event_class, AgentId origin, std::uint64_t sequence) {
  return static_cast<std::uint64_t>(event_class) << 61 | static_cast<std::uint64_t>(origin) << sequence_bits | sequence;
}
inline constexpr EventClass class_of(Rank rank) { return static_cast<EventClass>(rank >> 61); }
inline constexpr AgentId origin_of(Rank rank) {
  return static_cast<AgentId>(rank >> sequence_bits & (max_agents - 1));
}

struct Event {
  Time time = 0;
  Rank rank = 0;
  std::uint64_t data = 0;
  std::uint32_t target = 0;
  std::uint32_t tag = 0;
};
static_assert(sizeof(Event) == 32);

inline bool before(const Event& a, const Event& b) {
  return a.time != b.time ? a.time < b.time : a.rank < b.rank;
}

}  // namespace taubar::kernel
