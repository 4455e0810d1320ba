#include "tools/bench/allocations.hpp"

#include <malloc.h>

#include <atomic>
#include <cstdlib>
#include <new>

namespace {

std::atomic<std::uint64_t> calls{0};

void* counted(void* memory) {
  if (!memory) throw std::bad_alloc();
  calls.fetch_add(1, std::memory_order_relaxed);
  return memory;
}

std::size_t rounded(std::size_t size, std::align_val_t alignment) {
  const auto a = static_cast<std::size_t>(alignment);
  return (size + a - 1) / a * a;
}

}  // namespace

void* operator new(std::size_t size) { return counted(std::malloc(size)); }
void* operator new[](std::size_t size) { return counted(std::malloc(size)); }
void* operator new(std::size_t size, std::align_val_t a) {
  return counted(std::aligned_alloc(static_cast<std::size_t>(a), rounded(size, a)));
}
void* operator new[](std::size_t size, std::align_val_t a) {
  return counted(std::aligned_alloc(static_cast<std::size_t>(a), rounded(size, a)));
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t, std::align_val_t) noexcept { std::free(memory); }

namespace taubar::bench {

std::uint64_t allocations() { return calls.load(std::memory_order_relaxed); }
std::size_t live_bytes() {
  const auto info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

}  // namespace taubar::bench
