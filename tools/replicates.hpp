// The street of `taubar run` for a scenario with replicates.
#pragma once
#include "sim/experiment/scenario.hpp"
#include "tools/commands.hpp"

namespace taubar::tools {

/// Runs, judges, reports; the exit code.
int run_replicates(const experiment::Scenario& scenario, const RunOptions& options,
                   const std::string& command_line);

}  // namespace taubar::tools
