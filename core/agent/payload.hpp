// Flat messages. A payload is written once and shared by every copy of a multicast; its block returns to the pool
// when the last copy has been read, so that a steady state allocates nothing.
#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "core/base/huge_pages.hpp"
#include "core/base/ids.hpp"

namespace taubar::agent {

/// What a message is, in the algorithm's own numbering; `push_share` is known to the recorder.
using MessageKind = std::uint16_t;

/// Values (x_1 … x_d, y), and what else the method mixes along: push-sum mass on its way, counted in the mass balance.
inline constexpr MessageKind push_share = 1;

/// Header and values of one payload. `copies` counts deliveries and reads still to come.
struct PayloadBlock {
  std::uint32_t copies = 0;
  std::uint32_t size = 0;  ///< values
  AgentId from = 0;
  MessageKind kind = 0;
  std::uint16_t pool_class = 0;
  std::int64_t stamp = 0;      ///< the algorithm's own (a round, a count)
  std::int64_t sent_at_k = 0;  ///< the world's: the event index when it was sent

  double* values() { return reinterpret_cast<double*>(this + 1); }
  const double* values() const { return reinterpret_cast<const double*>(this + 1); }
};
static_assert(sizeof(PayloadBlock) == 32);

class PayloadPool;

/// A payload being written: the one owner until it is sent. Moves only.
class Payload {
 public:
  Payload() = default;
  Payload(PayloadPool* pool, PayloadBlock* block) : pool_(pool), block_(block) {}
  Payload(Payload&& other) noexcept : pool_(other.pool_), block_(std::exchange(other.block_, nullptr)) {}
  Payload& operator=(Payload&& other) noexcept {
    std::swap(pool_, other.pool_);
    std::swap(block_, other.block_);
    return *this;
  }
  ~Payload();

  std::span<double> values() { return {block_->values(), block_->size}; }
  PayloadBlock& block() { return *block_; }
  /// Gives the block, with its one copy, to the world.
  PayloadBlock* release() { return std::exchange(block_, nullptr); }

 private:
  PayloadPool* pool_ = nullptr;
  PayloadBlock* block_ = nullptr;
};

/// Blocks by size class (powers of two of doubles), in slabs, with a free list each. One thread only.
class PayloadPool {
 public:
  PayloadPool() = default;
  PayloadPool(const PayloadPool&) = delete;
  PayloadPool& operator=(const PayloadPool&) = delete;

  /// A block with `copies` = 1 and uninitialised values.
  Payload make(MessageKind kind, std::int64_t stamp, std::size_t size) {
    return Payload(this, take(kind, stamp, size));
  }
  void add_copies(PayloadBlock& block, std::uint32_t more) { block.copies += more; }
  void drop(PayloadBlock* block) {
    if (--block->copies == 0) {
      auto& size_class = classes_[block->pool_class];
      *reinterpret_cast<PayloadBlock**>(block + 1) = size_class.free;
      size_class.free = block;
      --in_use_;
    }
  }
  /// Visits every live block: what is in flight or waits in an inbox.
  template <class Visit>
  void for_each(const Visit& visit) const {
    for (const auto& size_class : classes_)
      for (const auto& slab : size_class.slabs)
        for (std::size_t i = 0; i < slab.used; ++i) {
          const auto* block = reinterpret_cast<const PayloadBlock*>(static_cast<const std::byte*>(slab.bytes.get()) + i * size_class.stride);
          if (block->copies > 0) visit(*block);
        }
  }
  std::size_t in_use() const { return in_use_; }
  std::size_t bytes() const { return bytes_; }

 private:
  struct Slab {
    std::unique_ptr<void, FreeMemory> bytes;
    std::size_t used = 0, capacity = 0;
  };
  struct SizeClass {
    std::size_t stride = 0;
    PayloadBlock* free = nullptr;
    std::vector<Slab> slabs;
  };
  PayloadBlock* take(MessageKind kind, std::int64_t stamp, std::size_t size);
  PayloadBlock* grow(SizeClass& size_class);

  std::vector<SizeClass> classes_;
  std::vector<std::uint16_t> class_of_;  ///< by number of values, up to what was asked for so far
  std::size_t in_use_ = 0, bytes_ = 0;
};

inline Payload::~Payload() {
  if (block_) pool_->drop(block_);
}

/// A message as its receiver sees it; `values` are valid until the handler returns.
struct Message {
  AgentId from = 0;
  MessageKind kind = 0;
  std::int64_t stamp = 0;
  std::span<const double> values;
};

/// What the network charges for a message: 32 bytes of header and 8 a value.
inline constexpr std::int64_t message_bytes(std::size_t values) { return 32 + 8 * static_cast<std::int64_t>(values); }

}  // namespace taubar::agent
