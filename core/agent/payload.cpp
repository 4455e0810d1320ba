#include "core/agent/payload.hpp"

#include <bit>

#include "core/base/error.hpp"

namespace taubar::agent {
namespace {

constexpr std::size_t slab_target_bytes = 256 * 1024;

/// Blocks are multiples of 32 bytes up to 16 values, then grow by an eighth: at most 12 % are wasted.
std::size_t rounded(std::size_t size) {
  if (size <= 16) return (size + 3) / 4 * 4 + (size == 0 ? 4 : 0);
  const std::size_t step = std::bit_floor(size) / 8;
  return (size + step - 1) / step * step;
}

}  // namespace

PayloadBlock* PayloadPool::take(MessageKind kind, std::int64_t stamp, std::size_t size) {
  if (size >= class_of_.size()) [[unlikely]] class_of_.resize(size + 1, 0);
  if (class_of_[size] == 0) [[unlikely]] {
    const std::size_t stride = sizeof(PayloadBlock) + rounded(size) * sizeof(double);
    std::size_t index = 0;
    while (index < classes_.size() && classes_[index].stride != stride) ++index;
    if (index == classes_.size()) classes_.push_back({stride, nullptr, {}});
    check(index + 1 < 65536, "payload size classes fit 16 bits");
    class_of_[size] = static_cast<std::uint16_t>(index + 1);
  }
  auto& size_class = classes_[class_of_[size] - 1];
  PayloadBlock* block = size_class.free;
  if (block)
    size_class.free = *reinterpret_cast<PayloadBlock**>(block + 1);
  else
    block = grow(size_class);
  block->copies = 1;
  block->size = static_cast<std::uint32_t>(size);
  block->kind = kind;
  block->pool_class = static_cast<std::uint16_t>(class_of_[size] - 1);
  block->stamp = stamp;
  ++in_use_;
  return block;
}

PayloadBlock* PayloadPool::grow(SizeClass& size_class) {
  if (size_class.slabs.empty() || size_class.slabs.back().used == size_class.slabs.back().capacity) {
    // Slabs double up to 64 MiB, so that a large population costs few allocations.
    const std::size_t last = size_class.slabs.empty() ? slab_target_bytes / 2
                                                      : size_class.slabs.back().capacity * size_class.stride;
    const std::size_t target = std::min<std::size_t>(last * 2, 64u << 20);
    const std::size_t capacity = std::max<std::size_t>(1, target / size_class.stride);
    size_class.slabs.push_back(
        {std::unique_ptr<void, FreeMemory>(allocate_huge(capacity * size_class.stride)), 0, capacity});
    bytes_ += capacity * size_class.stride;
  }
  auto& slab = size_class.slabs.back();
  auto* block = reinterpret_cast<PayloadBlock*>(static_cast<std::byte*>(slab.bytes.get()) + slab.used++ * size_class.stride);
  return new (block) PayloadBlock;
}

}  // namespace taubar::agent
