// What waits for an agent that is busy: messages and timers in order of arrival. The first few stand in one cache line
// beside the agent; the rest, which is rare, in a shared pool.
#pragma once
#include <cstdint>
#include <utility>
#include <vector>

#include "core/agent/payload.hpp"

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

/// What did not fit beside the agents: singly linked, with a free list; nothing is allocated once it has grown.
class WaitingOverflow {
 public:
  static constexpr std::uint32_t none = ~std::uint32_t{0};
  std::uint32_t add(Waiting item) {
    if (free_ == none) {
      nodes_.push_back({});
      free_ = static_cast<std::uint32_t>(nodes_.size() - 1);
    }
    const std::uint32_t at = free_;
    free_ = nodes_[at].next;
    nodes_[at] = {item, none};
    return at;
  }
  void link(std::uint32_t from, std::uint32_t to) { nodes_[from].next = to; }
  /// Removes node `at` and returns its item and successor.
  std::pair<Waiting, std::uint32_t> remove(std::uint32_t at) {
    const Node node = nodes_[at];
    nodes_[at].next = free_;
    free_ = at;
    return {node.item, node.next};
  }
  std::size_t bytes() const { return nodes_.capacity() * sizeof(Node); }

 private:
  struct Node {
    Waiting item;
    std::uint32_t next = none;
  };
  std::vector<Node> nodes_;
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
    const std::uint32_t node = overflow.add(item);
    if (count_++ == beside)
      first_ = node;
    else
      overflow.link(last_, node);
    last_ = node;
  }

  /// Removes the first; the list must not be empty.
  Waiting pop(WaitingOverflow& overflow) {
    const Waiting item = items_[0];
    for (std::uint32_t i = 1; i < beside; ++i) items_[i - 1] = items_[i];
    if (count_-- > beside) {
      const auto [moved, next] = overflow.remove(first_);
      items_[beside - 1] = moved;
      first_ = next;
    }
    return item;
  }

  /// The item `i` places from the front among those beside the agent, for prefetching; i < min(size(), beside).
  Waiting beside_agent(std::uint32_t i) const { return items_[i]; }

 private:
  Waiting items_[beside];
  std::uint32_t count_ = 0;
  std::uint32_t first_ = WaitingOverflow::none, last_ = WaitingOverflow::none;  ///< in the overflow
  bool busy_ = false;
};
static_assert(sizeof(WaitingList) <= 64);

}  // namespace taubar::virtual_time
