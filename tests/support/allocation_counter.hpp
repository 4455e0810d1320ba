// Counts what the code under test takes from the heap, and nothing else: counting is off unless switched on. The
// test programs that use it name allocation_counter.cpp in tests/CMakeLists.txt; it replaces their operator new.
#pragma once
#include <cstddef>

namespace taubar::test {

/// Calls of operator new while counting was on, and live bytes of the blocks taken while it was on: what was
/// asked for and the 16 bytes before it. Of all threads. In both, besides, all of population_memory.
std::size_t allocations();
std::size_t live_bytes();

/// Switches counting on or off, for all threads, until the end of the scope.
class Counting {
 public:
  explicit Counting(bool on);
  ~Counting();
  Counting(const Counting&) = delete;
  Counting& operator=(const Counting&) = delete;

 private:
  bool before_;
};

}  // namespace taubar::test
