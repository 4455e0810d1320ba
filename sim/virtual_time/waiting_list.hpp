// What waits for an agent that is busy: messages and timers in order of arrival. The first few stand in one cache line
// beside the agent; the rest, which is rare, in a shared pool.
#pragma once
#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "core/agent/payload.hpp"
#include "core/base/huge_pages.hpp"
#include "core/base/prefetch.hpp"

namespace taubar::virtual_time {

/// A message or a timer's tag, in one word: payload blocks lie at multiples of 16, so the lowest bit tells.
class Waiting {
 public:
  Waiting() = default;
  static Waiting message(agent::PayloadBlock* block) { return Waiting(reinterpret_cast<std::uintptr_t>(block)); }
  static Waiting timer(std::uint32_t tag) { return Waiting(static_cast<std::uint64_t>(tag) << 1 | 1); }
  bool is_timer() const { return word_ & 1; }
  std::uint32_t tag() const { return static_cast<std::uint32_t>(word_ >> 1); }
  agent::PayloadBlock* block() const { return reinterpret_cast<agent::PayloadBlock*>(word_); }

 private:
  explicit Waiting(std::uint64_t word) : word_(word) {}
  std::uint64_t word_ = 0;
};

/// What did not fit beside the agents: cache lines of seven, chained, with a free list; nothing is allocated once it has
/// grown.
class WaitingOverflow {
 public:
  static constexpr std::uint32_t none = ~std::uint32_t{0};
  static constexpr std::uint32_t per_chunk = 7;
  struct alignas(64) Chunk {
    Waiting items[per_chunk];
    std::uint32_t next = none;
  };
  static_assert(sizeof(Chunk) == 64);

  std::uint32_t add() {
    if (free_ == none) {
      chunks_.push_back({});
      return static_cast<std::uint32_t>(chunks_.size() - 1);
    }
    const std::uint32_t at = std::exchange(free_, chunks_[free_].next);
    chunks_[at].next = none;
    return at;
  }
  Chunk& operator[](std::uint32_t at) { return chunks_[at]; }
  const Chunk& operator[](std::uint32_t at) const { return chunks_[at]; }
  /// Frees chunk `at` and returns its successor.
  std::uint32_t remove(std::uint32_t at) {
    const std::uint32_t next = std::exchange(chunks_[at].next, free_);
    free_ = at;
    return next;
  }
  std::size_t bytes() const { return chunks_.capacity() * sizeof(Chunk); }

 private:
  HugeVector<Chunk> chunks_;
  std::uint32_t free_ = none;
};

/// First in, first out.
class WaitingList {
 public:
  static constexpr std::uint32_t beside = 6;

  /// Whether the agent is in a local step, so that everything has to wait: kept here, in the line a delivery touches.
  bool busy() const { return busy_; }
  void set_busy(bool busy) { busy_ = busy; }

  bool empty() const { return count_ == 0; }
  std::uint32_t size() const { return count_; }

  void push(Waiting item, WaitingOverflow& overflow) {
    if (count_ < beside) {
      items_[count_++] = item;
      return;
    }
    const std::uint32_t place = (skipped_ + count_ - beside) % WaitingOverflow::per_chunk;
    if (count_++ == beside)
      first_ = last_ = overflow.add();
    else if (place == 0)
      last_ = overflow[last_].next = overflow.add();
    overflow[last_].items[place] = item;
  }

  /// Removes the first; the list must not be empty.
  Waiting pop(WaitingOverflow& overflow) {
    const Waiting item = items_[0];
    for (std::uint32_t i = 1; i < beside; ++i) items_[i - 1] = items_[i];
    if (count_-- > beside) {
      items_[beside - 1] = overflow[first_].items[skipped_++];
      if (skipped_ == WaitingOverflow::per_chunk || count_ == beside) {
        first_ = overflow.remove(first_);
        skipped_ = 0;
      }
    }
    return item;
  }

  /// Visits all in order, and empties the list before the last visit returns; `visit` does not touch the list.
  template <class Visit>
  void take_all(WaitingOverflow& overflow, const Visit& visit) {
    for (std::uint32_t i = 0; i < std::min(count_, beside); ++i) visit(items_[i]);
    for (; count_ > beside; first_ = overflow.remove(first_), skipped_ = 0)
      for (; count_ > beside && skipped_ < WaitingOverflow::per_chunk; --count_)
        visit(overflow[first_].items[skipped_++]);
    count_ = 0;
  }

  /// For prefetching: visits those beside the agent, and asks the cache for the first chunk of the others.
  template <class Visit>
  void look_beside(const WaitingOverflow& overflow, const Visit& visit) const {
    for (std::uint32_t i = 0; i < std::min(count_, beside); ++i) visit(items_[i]);
    if (count_ > beside) prefetch(&overflow[first_]);
  }
  /// For prefetching: visits those of that chunk.
  template <class Visit>
  void look_beyond(const WaitingOverflow& overflow, const Visit& visit) const {
    const std::uint32_t end = std::min(skipped_ + count_, WaitingOverflow::per_chunk + beside);
    for (std::uint32_t i = skipped_ + beside; i < end; ++i) visit(overflow[first_].items[i - beside]);
  }

 private:
  Waiting items_[beside];
  std::uint32_t count_ = 0;
  std::uint32_t first_ = WaitingOverflow::none, last_ = WaitingOverflow::none;  ///< chunks in the overflow
  std::uint8_t skipped_ = 0;  ///< items of the first chunk that have been taken
  bool busy_ = false;
};
static_assert(sizeof(WaitingList) <= 64);

}  // namespace taubar::virtual_time
