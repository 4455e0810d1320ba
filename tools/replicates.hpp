// What `taubar run` and `taubar verify` do with a scenario that has replicates.
#pragma once
#include "sim/experiment/replicates.hpp"
#include "sim/report/output_directory.hpp"
#include "tools/commands.hpp"

namespace taubar::tools {

/// Runs, judges, reports; the exit code.
int run_replicates(const experiment::Scenario& scenario, const RunOptions& options,
                   const std::string& command_line);

/// metrics.csv, replicates.csv, verdict.json, summary.json, manifest.json.
void write_results(const report::OutputDirectory& out, const experiment::Replicates& runs,
                   const std::vector<experiment::Verdict>& verdicts, const config::Json& summary);

int exit_code(const experiment::Replicates& runs, const std::vector<experiment::Verdict>& verdicts);

}  // namespace taubar::tools
