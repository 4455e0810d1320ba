// timeline.json in the Chrome trace-event format: agents are threads, local steps are spans, messages are arrows.
#pragma once
#include <string>

#include "core/trace/timeline.hpp"

namespace taubar::report {

/// Times in microseconds, as the format wants. Lost messages are instants named "lost", crashes spans named "down", or instants named "crash" where
/// the agent does not come back. A message to an agent that is down is an arrow to where it was lost.
std::string timeline_json(const trace::Timeline& timeline);

}  // namespace taubar::report
