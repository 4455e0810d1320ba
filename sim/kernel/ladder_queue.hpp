// A priority queue of events whose cost per event does not grow with their number: a ladder queue (Tang, Goh, Thng,
// "Ladder queue: an O(1) priority queue structure for large-scale discrete event simulation", ACM TOMACS 15(3), 2005).
//
// Far future to near future:
//   top      unsorted; everything at or after top_start_
//   rungs    each splits one bucket of the rung above into buckets of equal width (a power of two of ns)
//   run      the next few dozen events, sorted
//   late     a small heap of what was scheduled before the end of the run
// An event moves down at most once a level, always by appending to a bucket; only events of one small bucket are ever
// compared with each other. What differs from the paper: bucket widths are powers of two (a shift instead of a
// division), the lowest level is a sorted run plus a heap (no quadratic insertion when a million events share one
// instant), and the last bucket of a rung takes all that lies beyond it.
#pragma once
#include <algorithm>
#include <cstddef>
#include <limits>
#include <memory>
#include <utility>
#include <vector>

#include "core/base/huge_pages.hpp"
#include "core/base/prefetch.hpp"
#include "sim/kernel/event.hpp"

namespace taubar::kernel {

namespace detail {

/// Events in unordered blocks; appending never moves what is there. All blocks of a bucket but the first are full.
struct Block {
  static constexpr std::uint32_t capacity = 15;
  Event events[capacity];
  Block* next[4] = {};  ///< the next block, and the second, third and fourth next: to ask the cache for in time

  /// Asks the cache for the first `count` events.
  void prefetch(std::uint32_t count = capacity) const {
    for (std::uint32_t i = 0; i < count; i += 2) taubar::prefetch(&events[i]);
  }
};
static_assert(sizeof(Block) == 512);

struct Bucket {
  Block* blocks = nullptr;
  std::uint32_t in_first = Block::capacity;  ///< events in the first block; "full" while there is none
  std::uint32_t full_blocks = 0;             ///< behind the first
  std::size_t size() const { return blocks ? std::size_t{full_blocks} * Block::capacity + in_first : 0; }
  bool empty() const { return blocks == nullptr; }
  /// Asks the cache for the events of the first block: in a small bucket, for all.
  void prefetch() const { blocks->prefetch(in_first); }

  /// Calls visit(events, count) for each block.
  template <class Visit>
  void for_each_block(const Visit& visit) const {
    std::uint32_t used = in_first;
    for (const Block* block = blocks; block; block = block->next[0], used = Block::capacity) visit(block->events, used);
  }
};

/// Blocks are kept and used again: a steady state allocates nothing.
class BlockPool {
 public:
  Block* take() {
    if (!free_) [[unlikely]] grow();
    Block* block = free_;
    free_ = block->next[0];
    return block;
  }
  void give(Block* block) {
    block->next[0] = free_;
    free_ = block;
  }
  std::size_t bytes() const { return bytes_; }

 private:
  void grow();
  Block* free_ = nullptr;
  std::vector<std::unique_ptr<void, FreeMemory>> slabs_;
  std::size_t bytes_ = 0;
};

struct Rung {
  Time start = 0;           ///< of bucket 0
  Time boundary = 0;        ///< start of the current bucket: what is earlier belongs further down
  int shift = 0;            ///< bucket width 2^shift ns
  std::size_t current = 0;  ///< next bucket to take
  std::size_t count = 0;    ///< buckets in use
  std::vector<Bucket> buckets;
};

}  // namespace detail

class LadderQueue {
 public:
  LadderQueue();
  LadderQueue(const LadderQueue&) = delete;
  LadderQueue& operator=(const LadderQueue&) = delete;

  bool empty() const { return size_ == 0; }
  std::size_t size() const { return size_; }

  void push(const Event& event) {
    ++size_;
    if (event.time >= top_start_) {
      append(top_, event);
      top_span_.include(event.time);
      return;
    }
    for (std::size_t r = 0; r < depth_; ++r) {
      detail::Rung& rung = rungs_[r];
      if (event.time >= rung.boundary) {
        append(rung.buckets[bucket_index(rung, event.time)], event);
        return;
      }
    }
    push_late(event);
  }

  /// The earliest event; null if there is none. Valid until the next push or pop.
  const Event* peek() {
    if (run_next_ == run_.size() && late_.empty() && !refill()) return nullptr;
    return late_first() ? &late_.front() : &run_[run_next_];
  }

  /// Removes and returns the earliest event; the queue must not be empty.
  Event pop() { return take(peek()); }

  /// Removes and returns what peek() has just shown.
  Event take(const Event* peeked) {
    --size_;
    if (peeked == late_.data()) [[unlikely]] {
      std::pop_heap(late_.begin(), late_.end(), later);
      const Event event = late_.back();
      late_.pop_back();
      return event;
    }
    return run_[run_next_++];
  }

  /// The event that will be popped `steps` after the next one, unless an earlier one is scheduled meanwhile; null if it
  /// is not known. For prefetching only.
  const Event* ahead(std::size_t steps) const {
    return run_next_ + steps < run_.size() ? &run_[run_next_ + steps] : nullptr;
  }

  /// Whether the last pop was the first of a new run: ahead() then shows all of it.
  bool run_is_fresh() const { return run_next_ == 1; }

  /// For prefetching only: visits, in no order, what is known by now of the next run (`next`) and of the run after that
  /// (`second`); and asks the cache for the third, so that it can be visited in its turn.
  template <class Next, class Second>
  void look_ahead(const Next& next, const Second& second) const {
    if (depth_ == 0) return;
    const detail::Rung& rung = rungs_[depth_ - 1];
    const Bucket* bucket = rung.buckets.data() + rung.current;
    const Bucket* const end = rung.buckets.data() + std::min(rung.count, rung.current + buckets_ahead);
    const auto visit_one = [&](const auto& visit) {
      while (bucket != end && bucket->empty()) ++bucket;
      if (bucket == end || bucket->size() > sort_limit) return;
      (bucket++)->for_each_block([&](const Event* events, std::uint32_t count) {
        for (std::uint32_t i = 0; i < count; ++i) visit(events[i]);
      });
    };
    visit_one(next);
    visit_one(second);
    while (bucket != end && bucket->empty()) ++bucket;
    if (bucket != end) bucket->prefetch();
  }

  std::size_t bytes() const;

 private:
  using Bucket = detail::Bucket;
  using Rung = detail::Rung;
  struct Span {
    Time low, high;
    void include(Time time) {
      low = std::min(low, time);
      high = std::max(high, time);
    }
  };
  static constexpr std::size_t sort_limit = 32;  ///< a bucket up to this size is sorted, a larger one split
  static constexpr std::size_t buckets_ahead = 16;  ///< in which look_ahead() looks for three that are not empty
  static constexpr Span empty_span{std::numeric_limits<Time>::max(), std::numeric_limits<Time>::min()};

  static bool later(const Event& a, const Event& b) { return before(b, a); }
  bool late_first() const {
    return !late_.empty() && (run_next_ == run_.size() || before(late_.front(), run_[run_next_]));
  }
  static std::size_t bucket_index(const Rung& rung, Time time) {
    return std::min(static_cast<std::size_t>((time - rung.start) >> rung.shift), rung.count - 1);
  }
  void append(Bucket& bucket, const Event& event) {
    if (bucket.in_first == detail::Block::capacity) add_block(bucket);
    bucket.blocks->events[bucket.in_first++] = event;
  }
  void add_block(Bucket& bucket) {
    detail::Block* block = pool_.take();
    block->next[0] = bucket.blocks;
    for (std::size_t k = 1; k < std::size(block->next); ++k)
      block->next[k] = bucket.blocks ? bucket.blocks->next[k - 1] : nullptr;
    bucket.full_blocks += bucket.blocks != nullptr;
    bucket.blocks = block;
    bucket.in_first = 0;
  }
  void push_late(const Event& event);
  bool refill();
  static Span span_of(const Bucket& bucket);
  void take_bucket(const Bucket& bucket, Span span);
  void sort_into_run(const Bucket& bucket, Span span);
  void place_into_run(const Bucket& bucket, Span span);
  void give_back(const Bucket& bucket);
  void split(const Bucket& bucket, Span span);
  void spill_late();

  detail::BlockPool pool_;
  Bucket top_;
  Span top_span_ = empty_span;
  Time top_start_ = 0;
  std::vector<Rung> rungs_;
  std::size_t depth_ = 0;  ///< rungs in use
  std::vector<Event> run_;
  std::size_t run_next_ = 0;
  std::vector<Event> late_;
  std::size_t late_limit_;
  std::size_t size_ = 0;
};

}  // namespace taubar::kernel
