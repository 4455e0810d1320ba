// What faults did to a run.
#pragma once
#include <cstdint>

#include "core/base/ids.hpp"
#include "core/base/time.hpp"

namespace taubar::trace {

struct FaultFigures {
  std::int64_t crashes = 0, recoveries = 0;
  std::int64_t lost_steps = 0;     ///< under way at a crash
  std::int64_t lost_messages = 0;  ///< unread at a crash, come to an agent that is down, or sent along a link that is
  AgentId first_agent = 0;         ///< of the first crash, where there is one
  Time first_crash = 0;
};

}  // namespace taubar::trace
