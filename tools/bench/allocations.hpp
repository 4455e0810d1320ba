// Counts what operator new is asked for, so that "allocates nothing in steady state" is a figure.
#pragma once
#include <cstddef>
#include <cstdint>

namespace taubar::bench {

std::uint64_t allocations();  ///< calls of operator new so far
std::size_t live_bytes();     ///< asked for and not yet given back

}  // namespace taubar::bench
