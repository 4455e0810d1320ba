// Trace + Verdict → the files of a run and the summary that programs read (cli.md, "Output").
#pragma once
#include <string>
#include <vector>

#include "core/config/json.hpp"
#include "core/trace/trace.hpp"
#include "sim/experiment/experiment.hpp"
#include "sim/experiment/judge.hpp"

namespace taubar::report {

/// The one object of `--json`, also summary.json. Non-finite numbers are null.
config::Json summary(const experiment::Experiment& experiment, const trace::Trace& trace,
                     const std::vector<experiment::Verdict>& verdicts);

/// verdict.json: [{expectation, measured, holds}].
config::Json verdict_json(const std::vector<experiment::Verdict>& verdicts);

/// metrics.csv: time,updates,gradients,messages,bytes and a column a metric; shortest digits that read back equal.
std::string metrics_csv(const trace::Trace& trace);

/// manifest.json: version, compiler, resolved scenario, seed, machine, wall time, peak memory, counts of events.
config::Json manifest(const experiment::Experiment& experiment, const trace::Trace& trace);

/// For people: the table that `run` prints.
std::string table(const experiment::Experiment& experiment, const trace::Trace& trace,
                  const std::vector<experiment::Verdict>& verdicts);

}  // namespace taubar::report
