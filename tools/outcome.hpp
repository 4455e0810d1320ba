// What every command that runs a scenario does with signals, results and exit codes.
#pragma once
#include <atomic>
#include <vector>

#include "sim/experiment/judge.hpp"
#include "sim/experiment/experiment.hpp"
#include "sim/report/output_directory.hpp"

namespace taubar::tools {

/// From here on a signal means: finish cleanly. The number of the one that came, or 0.
const std::atomic<int>& mind_signals();

/// manifest.json, metrics.csv, summary.json, and verdict.json, timeline.json where there is something to say.
void write_results(const report::OutputDirectory& out, const experiment::Experiment& experiment,
                   const trace::Trace& trace, const std::vector<experiment::Verdict>& verdicts,
                   const config::Json& summary);

int exit_code(const trace::Trace& trace, const std::vector<experiment::Verdict>& verdicts);

}  // namespace taubar::tools
