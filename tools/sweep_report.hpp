// What `taubar sweep` says of a sweep once it has ended.
#pragma once
#include <vector>

#include "sim/sweep/execute.hpp"
#include "tools/commands.hpp"

namespace taubar::tools {

/// The counts of each status.
config::Json status_counts(const std::vector<sweep::RunRow>& rows);

/// Prints, and writes what the options ask for; the exit code. InputError where a baseline is of another figure.
int judge_and_report(const sweep::SweepSpec& spec, const std::vector<sweep::RunRow>& rows, const SweepOptions& options);

}  // namespace taubar::tools
