// The clock, the queue and the digest of what happened in which order.
#pragma once
#include <cstdint>

#include "core/base/error.hpp"
#include "sim/kernel/ladder_queue.hpp"

namespace taubar::kernel {

class EventLoop {
 public:
  Time now() const { return now_; }
  std::uint64_t events() const { return events_; }
  /// A 64-bit hash of (time, rank, target) of every event so far, in order.
  std::uint64_t digest() const { return digest_; }
  LadderQueue& queue() { return queue_; }
  const LadderQueue& queue() const { return queue_; }

  /// `time` not before now().
  void schedule(Time time, Rank rank, std::uint32_t target, std::uint32_t tag = 0, std::uint64_t data = 0) {
    check(time >= now_ && time < never, "no event is scheduled in the past or at the end of time");
    queue_.push({time, rank, data, target, tag});
  }

  /// Handles events in order while `handle(event)` returns true; stops before the first event later than `until`.
  /// Returns false only if `handle` did.
  template <class Handle>
  bool run(Time until, Handle&& handle) {
    while (const Event* next = queue_.peek()) {
      if (next->time > until) break;
      const Event event = queue_.take(next);
      now_ = event.time;
      ++events_;
      // One multiplication an event; the rank tells apart what happens at one instant.
      digest_ = (digest_ ^ (static_cast<std::uint64_t>(event.time) + event.rank * 0x9E3779B97F4A7C15ull + event.target)) *
                0xD6E8FEB86659FD93ull;
      digest_ ^= digest_ >> 32;
      if (!handle(event)) return false;
    }
    return true;
  }

 private:
  LadderQueue queue_;
  Time now_ = 0;
  std::uint64_t events_ = 0;
  std::uint64_t digest_ = 0;
};

}  // namespace taubar::kernel
