// Asking the cache for a line that will be needed soon.
#pragma once

namespace taubar {

/// The empty statement keeps the request: GCC 12 takes a function of nothing but prefetches for one without effect, and
/// drops the calls to it.
inline void prefetch(const void* address) {
  __builtin_prefetch(address, 1);
  asm volatile("");
}

}  // namespace taubar
