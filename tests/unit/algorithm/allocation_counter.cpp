#include "tests/unit/algorithm/allocation_counter.hpp"

#include <cstdint>
#include <cstdlib>
#include <new>
#include <vector>

#include "tests/support/catch.hpp"

namespace {

bool counting = false;
std::size_t allocation_count = 0, byte_count = 0;

// Each block is preceded by its size, or by 0 if it was taken while counting was off.
constexpr std::size_t header = alignof(std::max_align_t);

void* take(std::size_t size) {
  auto* block = static_cast<unsigned char*>(std::malloc(size + header));
  if (!block) throw std::bad_alloc();
  const std::size_t counted = counting ? size + header : 0;
  *reinterpret_cast<std::size_t*>(block) = counted;
  allocation_count += counting ? 1 : 0;
  byte_count += counted;
  return block + header;
}

void give_back(void* pointer) {
  if (!pointer) return;
  auto* block = static_cast<unsigned char*>(pointer) - header;
  byte_count -= *reinterpret_cast<std::size_t*>(block);
  std::free(block);
}

}  // namespace

void* operator new(std::size_t size) { return take(size); }
void* operator new[](std::size_t size) { return take(size); }
// std::stable_sort takes its buffer from this one and gives it back to the ordinary delete.
void* operator new(std::size_t size, const std::nothrow_t&) noexcept { return take(size); }
void operator delete(void* pointer) noexcept { give_back(pointer); }
void operator delete[](void* pointer) noexcept { give_back(pointer); }
void operator delete(void* pointer, std::size_t) noexcept { give_back(pointer); }
void operator delete[](void* pointer, std::size_t) noexcept { give_back(pointer); }

namespace taubar::test {

std::size_t allocations() { return allocation_count; }
std::size_t live_bytes() { return byte_count; }

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
