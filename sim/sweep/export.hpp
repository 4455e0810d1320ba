// Store → files for other programs: one row, or one line, a run.
#pragma once
#include <string>

#include "sim/sweep/store.hpp"

namespace taubar::sweep {

/// RFC 4180: point, seed, a column a pointer that points set, status and so on, then a column a scalar of the summary, named
/// by its pointer; empty where a run has no such value.
std::string csv(const Store& store);

/// One JSON object a line: key, point, seed, parameters, status, exit_code, wall_seconds, begun, ended, error, summary.
std::string json_lines(const Store& store);

}  // namespace taubar::sweep
