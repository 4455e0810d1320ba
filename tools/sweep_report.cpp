#include "tools/sweep_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "sim/report/output_directory.hpp"
#include "sim/sweep/baseline.hpp"
#include "sim/sweep/points.hpp"
#include "sim/sweep/report.hpp"

namespace taubar::tools {
namespace {

using sweep::RunRow;
using sweep::Status;

/// What `taubar run` must be told besides the point to do a run again.
std::string run_options(const sweep::SweepSpec& spec, const SweepOptions& options) {
  std::string text;
  const auto add = [&](const std::string& option, const std::string& value) { text += (text.empty() ? "" : " ") + option + " " + sweep::shell_word(value); };
  if (!spec.embedded)  // else these stand in the scenario that was written
    for (const auto& assignment : options.set) add("--set", assignment);
  if (const auto beside = std::filesystem::path(options.file).parent_path(); spec.embedded && !beside.empty()) add("--data", beside.string());
  for (const auto& directory : options.data) add("--data", directory);
  return text;
}

}  // namespace

config::Json status_counts(const std::vector<RunRow>& rows) {
  config::Json counts = config::Json::object();
  for (const Status status : {Status::done, Status::failed, Status::timed_out, Status::crashed, Status::refused, Status::wrong_input, Status::pending}) {
    const auto count = std::count_if(rows.begin(), rows.end(), [&](const RunRow& row) { return row.status == status; });
    if (count > 0) counts[std::string(name(status))] = count;
  }
  return counts;
}

int judge_and_report(const sweep::SweepSpec& spec, const std::vector<RunRow>& rows, const SweepOptions& options) {
  sweep::JudgeOptions judge;
  judge.run_options = run_options(spec, options);
  if (!options.against_baseline.empty()) {
    judge.baseline = sweep::read_baseline(options.against_baseline);
    judge.baseline_file = options.against_baseline;
  }
  const auto analysis = sweep::analyse(spec, rows, judge);
  if (!options.markdown.empty()) report::write_whole(options.markdown, sweep::report_markdown(spec, analysis));
  if (!options.junit.empty()) report::write_whole(options.junit, sweep::report_junit(spec, analysis));
  if (!options.update_baseline.empty()) sweep::write_baseline(options.update_baseline, sweep::baseline_of(spec, rows));
  if (options.json)
    fmt::print("{}\n", sweep::report_json(spec, analysis).dump(2));
  else if (!options.quiet)
    fmt::print("{}", sweep::report_table(spec, analysis));
  return sweep::exit_code_of(analysis);
}

}  // namespace taubar::tools
