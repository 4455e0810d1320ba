#include "core/base/population_memory.hpp"

#include <algorithm>
#include <memory>
#include <mutex>
#include <vector>

#include "core/base/huge_pages.hpp"

namespace taubar::population_memory {
namespace {

constexpr std::size_t line = 64;
constexpr std::size_t largest = 64 * 1024;  ///< larger objects have memory of their own
constexpr std::size_t first_slab = 256 * 1024, largest_slab = std::size_t{64} << 20;

std::size_t rounded(std::size_t bytes) {
  if (bytes <= 16) return 16;
  if (bytes <= 32) return 32;
  return (bytes + line - 1) / line * line;
}

/// Slabs that are filled from the front, and a list of released places for each size.
class Places {
 public:
  void* take(std::size_t bytes) {
    bytes_in_use_ += bytes;
    if (bytes > largest) return allocate_huge(bytes);
    if (auto& list = released_[bytes / 16]) {
      Released* place = list;
      list = place->next;
      return place;
    }
    // A place begins at a multiple of its size, or of the line: both are powers of two.
    const std::size_t alignment = std::min(bytes, line);
    std::size_t begin = (used_ + alignment - 1) / alignment * alignment;
    if (begin + bytes > capacity_) {
      capacity_ = std::clamp(2 * capacity_, first_slab, largest_slab);
      slabs_.emplace_back(allocate_huge(capacity_));
      begin = 0;
    }
    used_ = begin + bytes;
    return static_cast<std::byte*>(slabs_.back().get()) + begin;
  }
  void give(void* memory, std::size_t bytes) {
    bytes_in_use_ -= bytes;
    if (bytes > largest)
      FreeMemory{}(memory);
    else
      released_[bytes / 16] = new (memory) Released{released_[bytes / 16]};
    if (bytes_in_use_ == 0) *this = Places();
  }
  std::size_t bytes_in_use() const { return bytes_in_use_; }

 private:
  struct Released {
    Released* next;
  };
  std::vector<std::unique_ptr<void, FreeMemory>> slabs_;
  std::vector<Released*> released_ = std::vector<Released*>(largest / 16 + 1, nullptr);
  std::size_t used_ = 0, capacity_ = 0;  ///< of the last slab
  std::size_t bytes_in_use_ = 0;
};

struct Shared {
  std::mutex mutex;
  Places places;
  std::size_t allocations = 0;
};

/// Never destroyed: static objects may outlive any that is.
Shared& shared() {
  static Shared& one = *new Shared;
  return one;
}

}  // namespace

void* allocate(std::size_t bytes) {
  const std::lock_guard lock(shared().mutex);
  ++shared().allocations;
  return shared().places.take(rounded(bytes));
}

void release(void* memory, std::size_t bytes) {
  const std::lock_guard lock(shared().mutex);
  shared().places.give(memory, rounded(bytes));
}

Use use() {
  const std::lock_guard lock(shared().mutex);
  return {shared().places.bytes_in_use(), shared().allocations};
}

}  // namespace taubar::population_memory
