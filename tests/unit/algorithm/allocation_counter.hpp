// Counts what the code under test takes from the heap, and nothing else: counting is off unless switched on.
#pragma once
#include <cstddef>

namespace taubar::test {

/// Calls of operator new while counting was on, and live bytes of blocks taken while it was on (header
/// included).
std::size_t allocations();
std::size_t live_bytes();

/// Switches counting on or off until the end of the scope.
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
