// What a run counts. The same in both worlds.
#pragma once
#include <cstdint>

namespace taubar::trace {

struct Counts {
  std::int64_t updates = 0;    ///< completed local steps, summed over agents
  std::int64_t gradients = 0;  ///< those that evaluated a gradient, whatever the batch
  std::int64_t messages = 0;   ///< handed to the network, lost ones included
  std::int64_t bytes = 0;      ///< of those
  std::int64_t lost = 0;
  std::int64_t duplicated = 0;  ///< second copies
  std::int64_t taken = 0;       ///< read by their receiver, second copies included
  Counts& operator+=(const Counts& more) {
    updates += more.updates;
    gradients += more.gradients;
    messages += more.messages;
    bytes += more.bytes;
    lost += more.lost;
    duplicated += more.duplicated;
    taken += more.taken;
    return *this;
  }
  /// Copies on their way or waiting to be read.
  std::int64_t in_flight() const { return messages - lost + duplicated - taken; }
};

}  // namespace taubar::trace
