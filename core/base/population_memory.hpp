// Memory for the small objects of a large population: an agent's program and its vectors. They stand side by side on huge
// pages; where each had a place of its own on the heap, an event would miss the address cache besides the cache.
#pragma once
#include <cstddef>

namespace taubar {

namespace population_memory {
/// 16 or 32 bytes at a multiple of that, or whole cache lines. Never null. Any thread.
void* allocate(std::size_t bytes);
/// What allocate(bytes) gave. Used again, and given back to the system with the last one.
void release(void* memory, std::size_t bytes);

struct Use {
  std::size_t bytes = 0;        ///< allocated and not yet released, as rounded
  std::size_t allocations = 0;  ///< ever
};
Use use();
}  // namespace population_memory

template <class T>
struct PopulationAllocator {
  using value_type = T;
  PopulationAllocator() = default;
  template <class U>
  PopulationAllocator(const PopulationAllocator<U>&) {}
  T* allocate(std::size_t n) { return static_cast<T*>(population_memory::allocate(n * sizeof(T))); }
  void deallocate(T* memory, std::size_t n) { population_memory::release(memory, n * sizeof(T)); }
  friend bool operator==(const PopulationAllocator&, const PopulationAllocator&) { return true; }
};

}  // namespace taubar
