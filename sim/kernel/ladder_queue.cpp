#include "sim/kernel/ladder_queue.hpp"

#include <bit>
#include <new>

namespace taubar::kernel {
namespace {

constexpr std::size_t most_buckets = 4096;
constexpr std::size_t first_late_limit = 64;

/// Sorting sixteen costs less than twice eight. But where pending events and what they concern do not fit the caches, half
/// a bucket is better: what is prefetched a run ahead is then still there.
constexpr std::size_t target_per_bucket(std::size_t pending) { return pending < (1u << 15) ? 16 : 8; }

constexpr auto in_order = [](const Event& a, const Event& b) { return before(a, b); };

}  // namespace

namespace detail {

void BlockPool::grow() {
  // Slabs double up to 32 MiB, so that memory follows the need and a million events cost few allocations.
  const std::size_t wanted = std::clamp<std::size_t>(bytes_, 16 * sizeof(Block), 32u << 20);
  const std::size_t blocks = wanted / sizeof(Block);
  slabs_.emplace_back(allocate_huge(blocks * sizeof(Block)));
  bytes_ += blocks * sizeof(Block);
  auto* first = static_cast<std::byte*>(slabs_.back().get());
  for (std::size_t i = blocks; i-- > 0;) give(new (first + i * sizeof(Block)) Block);
}

}  // namespace detail

LadderQueue::LadderQueue() : late_limit_(first_late_limit) {
  run_.reserve(sort_limit);
  late_.reserve(2 * first_late_limit);
}

void LadderQueue::push_late(const Event& event) {
  late_.push_back(event);
  std::push_heap(late_.begin(), late_.end(), later);
  if (late_.size() > late_limit_) spill_late();
}

/// Too much was scheduled before the end of the run: both become a rung, unless they all share one instant.
void LadderQueue::spill_late() {
  Bucket bucket;
  Span span = empty_span;
  for (const auto& event : late_) span.include(event.time);
  for (std::size_t i = run_next_; i < run_.size(); ++i) span.include(run_[i].time);
  if (span.low == span.high) {
    late_limit_ *= 2;
    return;
  }
  for (const auto& event : late_) append(bucket, event);
  for (std::size_t i = run_next_; i < run_.size(); ++i) append(bucket, run_[i]);
  late_.clear();
  run_.clear();
  run_next_ = 0;
  split(bucket, span);
}

/// Makes the run out of the next non-empty bucket. False if the queue is empty.
bool LadderQueue::refill() {
  if (size_ == 0) return false;
  run_.clear();
  run_next_ = 0;
  late_limit_ = first_late_limit;
  while (run_.empty()) {
    if (depth_ == 0) {
      const Span span = std::exchange(top_span_, empty_span);
      top_start_ = span.high + 1;
      take_bucket(std::exchange(top_, {}), span);
      continue;
    }
    Rung& rung = rungs_[depth_ - 1];
    while (rung.current < rung.count && rung.buckets[rung.current].empty()) ++rung.current;
    if (rung.current == rung.count) {
      --depth_;
      continue;
    }
    const Bucket bucket = std::exchange(rung.buckets[rung.current], {});
    const Time low = rung.start + (static_cast<Time>(rung.current) << rung.shift);
    if (++rung.current < rung.count) {
      rung.boundary = low + (Time{1} << rung.shift);
      take_bucket(bucket, {low, rung.boundary - 1});
    } else {
      --depth_;  // the last bucket reaches to the rung above, and so does what is left once it is taken
      take_bucket(bucket, span_of(bucket));
    }
  }
  return true;
}

/// The earliest and latest time in a bucket.
LadderQueue::Span LadderQueue::span_of(const Bucket& bucket) {
  Span span = empty_span;
  bucket.for_each_block([&](const Event* events, std::uint32_t count) {
    for (std::uint32_t i = 0; i < count; ++i) span.include(events[i].time);
  });
  return span;
}

/// Sorts a small bucket into the run, splits a large one. `span` encloses its times.
void LadderQueue::take_bucket(const Bucket& bucket, Span span) {
  if (bucket.size() <= sort_limit || span.low == span.high)
    sort_into_run(bucket, span);
  else
    split(bucket, span);
}

void LadderQueue::sort_into_run(const Bucket& bucket, Span span) {
  if (bucket.size() == 1) {  // all there is where one thing happens after the other
    run_.push_back(bucket.blocks->events[0]);
    give_back(bucket);
    return;
  }
  if (bucket.size() <= sort_limit)
    place_into_run(bucket, span);
  else
    bucket.for_each_block([&](const Event* events, std::uint32_t count) { run_.insert(run_.end(), events, events + count); });
  give_back(bucket);
  if (!std::is_sorted(run_.begin(), run_.end(), in_order)) std::sort(run_.begin(), run_.end(), in_order);
}

/// Copies the events of a small bucket to their places in the run, found by counting for each how many are earlier: that
/// is quadratic, but has no branch that a processor could mispredict, and the inner loop is vectorised. Compares ticks of a
/// coarse clock, 26 bits over the span, so two events of one tick may come out in the wrong order.
void LadderQueue::place_into_run(const Bucket& bucket, Span span) {
  constexpr int index_bits = 5, tick_bits = 26;
  static_assert(sort_limit == 1u << index_bits && index_bits + tick_bits == 31);
  const int shift = std::max(0, static_cast<int>(std::bit_width(static_cast<std::uint64_t>(span.high - span.low))) - tick_bits);
  std::int32_t keys[sort_limit];
  std::int32_t n = 0;
  bucket.for_each_block([&](const Event* events, std::uint32_t count) {
    for (std::uint32_t i = 0; i < count; ++i, ++n)
      keys[n] = static_cast<std::int32_t>((events[i].time - span.low) >> shift << index_bits) | n;
  });
  run_.resize(static_cast<std::size_t>(n));
  const std::int32_t whole_vectors = (n + 3) / 4 * 4;
  for (std::int32_t i = n; i < whole_vectors; ++i) keys[i] = std::numeric_limits<std::int32_t>::max();
  std::int32_t at = 0;
  bucket.for_each_block([&](const Event* events, std::uint32_t count) {
    for (std::uint32_t i = 0; i < count; ++i, ++at) {
      std::int32_t place = 0;
      for (std::int32_t j = 0; j < whole_vectors; ++j) place += keys[j] < keys[at];
      run_[static_cast<std::size_t>(place)] = events[i];
    }
  });
}

/// A new lowest rung over the span; its last bucket takes whatever lies beyond.
void LadderQueue::split(const Bucket& bucket, Span span) {
  const auto width = static_cast<std::uint64_t>(span.high - span.low);
  const std::size_t wanted = std::clamp<std::size_t>(std::bit_ceil(bucket.size() / target_per_bucket(size_)), 16, most_buckets);
  const int bucket_bits = std::bit_width(wanted) - 1;
  if (depth_ == rungs_.size()) rungs_.emplace_back();
  Rung& rung = rungs_[depth_++];
  rung.start = span.low;
  rung.boundary = span.low;
  rung.shift = std::max(0, static_cast<int>(std::bit_width(width)) - bucket_bits);
  rung.current = 0;
  rung.count = static_cast<std::size_t>(width >> rung.shift) + 1;
  if (rung.buckets.size() < rung.count) rung.buckets.resize(std::max(rung.count, std::size_t{64}));
  // Block by block, so that what is given back is used again while it is in the cache.
  std::uint32_t used = bucket.in_first;
  for (detail::Block* block = bucket.blocks; block; used = detail::Block::capacity) {
    if (block->next[3]) block->next[3]->prefetch();
    for (std::uint32_t i = 0; i < used; ++i)
      append(rung.buckets[bucket_index(rung, block->events[i].time)], block->events[i]);
    pool_.give(std::exchange(block, block->next[0]));
  }
}

void LadderQueue::give_back(const Bucket& bucket) {
  for (detail::Block* block = bucket.blocks; block;) pool_.give(std::exchange(block, block->next[0]));
}

std::size_t LadderQueue::bytes() const {
  std::size_t total = pool_.bytes() + (run_.capacity() + late_.capacity()) * sizeof(Event);
  for (const auto& rung : rungs_) total += rung.buckets.capacity() * sizeof(Bucket);
  return total;
}

}  // namespace taubar::kernel
