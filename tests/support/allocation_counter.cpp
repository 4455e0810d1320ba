#include "tests/support/allocation_counter.hpp"

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <new>
#include <vector>

#include "core/base/population_memory.hpp"
#include "tests/support/catch.hpp"

namespace {

std::atomic<bool> counting{false};
std::atomic<std::size_t> allocation_count{0}, byte_count{0};

// Each block is preceded by its size, or by 0 if it was taken while counting was off.
constexpr std::size_t header = alignof(std::max_align_t);

/// From the start of the memory to the block: the header, in as many bytes as keep the alignment.
std::size_t offset(std::size_t alignment) { return std::max(alignment, header); }

/// nullptr where there is no memory.
void* take(std::size_t size, std::size_t alignment) noexcept {
  const std::size_t before = offset(alignment);
  const std::size_t whole = (size + before + before - 1) / before * before;
  void* const memory = alignment > header ? std::aligned_alloc(alignment, whole) : std::malloc(size + before);
  if (!memory) return nullptr;
  auto* const block = static_cast<unsigned char*>(memory) + before;
  const std::size_t counted = counting ? size + header : 0;
  reinterpret_cast<std::size_t*>(block)[-1] = counted;
  allocation_count += counting ? 1 : 0;
  byte_count += counted;
  return block;
}

void* take_or_throw(std::size_t size, std::size_t alignment) {
  if (void* block = take(size, alignment)) return block;
  throw std::bad_alloc();
}

void give_back(void* block, std::size_t alignment) noexcept {
  if (!block) return;
  byte_count -= static_cast<std::size_t*>(block)[-1];
  std::free(static_cast<unsigned char*>(block) - offset(alignment));
}

constexpr std::size_t plain = header;
std::size_t bytes(std::align_val_t alignment) { return static_cast<std::size_t>(alignment); }

}  // namespace

// Every variant: a library (the sanitizers' too) may take a block by one and give it back by another, and std::stable_sort
// takes its buffer without throwing.
using Quiet = const std::nothrow_t&;
using Align = std::align_val_t;
void* operator new(std::size_t size) { return take_or_throw(size, plain); }
void* operator new[](std::size_t size) { return take_or_throw(size, plain); }
void* operator new(std::size_t size, Quiet) noexcept { return take(size, plain); }
void* operator new[](std::size_t size, Quiet) noexcept { return take(size, plain); }
void* operator new(std::size_t size, Align a) { return take_or_throw(size, bytes(a)); }
void* operator new[](std::size_t size, Align a) { return take_or_throw(size, bytes(a)); }
void* operator new(std::size_t size, Align a, Quiet) noexcept { return take(size, bytes(a)); }
void* operator new[](std::size_t size, Align a, Quiet) noexcept { return take(size, bytes(a)); }
void operator delete(void* block) noexcept { give_back(block, plain); }
void operator delete[](void* block) noexcept { give_back(block, plain); }
void operator delete(void* block, std::size_t) noexcept { give_back(block, plain); }
void operator delete[](void* block, std::size_t) noexcept { give_back(block, plain); }
void operator delete(void* block, Quiet) noexcept { give_back(block, plain); }
void operator delete[](void* block, Quiet) noexcept { give_back(block, plain); }
void operator delete(void* block, Align a) noexcept { give_back(block, bytes(a)); }
void operator delete[](void* block, Align a) noexcept { give_back(block, bytes(a)); }
void operator delete(void* block, std::size_t, Align a) noexcept { give_back(block, bytes(a)); }
void operator delete[](void* block, std::size_t, Align a) noexcept { give_back(block, bytes(a)); }
void operator delete(void* block, Align a, Quiet) noexcept { give_back(block, bytes(a)); }
void operator delete[](void* block, Align a, Quiet) noexcept { give_back(block, bytes(a)); }

namespace taubar::test {

std::size_t allocations() { return allocation_count + population_memory::use().allocations; }
std::size_t live_bytes() { return byte_count + population_memory::use().bytes; }

Counting::Counting(bool on) : before_(counting) { counting = on; }
Counting::~Counting() { counting = before_; }

}  // namespace taubar::test

TEST_CASE("the allocation counter sees 1 vector, and none while it is off") {
  using namespace taubar::test;
  const std::size_t count = allocations(), bytes = live_bytes();
  {
    std::vector<double> seen, unseen;
    {
      const Counting on(true);
      seen.resize(100);
      {
        const Counting off(false);
        unseen.resize(100);
      }
    }
    CHECK(allocations() == count + 1);
    CHECK(live_bytes() == bytes + 800 + 16);
  }
  CHECK(live_bytes() == bytes);
}

TEST_CASE("the allocation counter sees every kind of operator new, aligned to 64 bytes too, and loses no byte") {
  using namespace taubar::test;
  const std::size_t count = allocations(), bytes = live_bytes();
  const auto a = std::align_val_t{64};
  void* blocks[8];
  {
    const Counting on(true);
    blocks[0] = ::operator new(7);
    blocks[1] = ::operator new[](7);
    blocks[2] = ::operator new(7, std::nothrow);
    blocks[3] = ::operator new[](7, std::nothrow);
    blocks[4] = ::operator new(7, a);
    blocks[5] = ::operator new[](7, a);
    blocks[6] = ::operator new(7, a, std::nothrow);
    blocks[7] = ::operator new[](7, a, std::nothrow);
  }
  CHECK(allocations() == count + 8);
  CHECK(live_bytes() == bytes + 8 * (7 + 16));
  for (int b = 4; b < 8; ++b) CHECK(reinterpret_cast<std::uintptr_t>(blocks[b]) % 64 == 0);
  ::operator delete(blocks[0]);
  ::operator delete[](blocks[1]);
  ::operator delete(blocks[2], std::nothrow);
  ::operator delete[](blocks[3], std::nothrow);
  ::operator delete(blocks[4], a);
  ::operator delete[](blocks[5], std::size_t{7}, a);
  ::operator delete(blocks[6], a, std::nothrow);
  ::operator delete[](blocks[7], a, std::nothrow);
  CHECK(live_bytes() == bytes);
}
