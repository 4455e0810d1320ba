// Counts what operator new is asked for, so that "allocates nothing in steady state" is a figure.
#pragma once
#include <cstddef>
#include <cstdint>

namespace taubar::bench {

std::uint64_t allocations();  ///< calls of operator new so far
std::size_t live_bytes();     ///< of the heap in use, by whatever way they were asked for

}  // namespace taubar::bench
