// An analysis in the forms in which it is read.
#pragma once
#include <string>

#include "core/config/json.hpp"
#include "sim/sweep/analysis.hpp"
#include "sim/sweep/text_table.hpp"

namespace taubar::sweep {

/// For a terminal: plain text, aligned.
std::string report_table(const SweepSpec& spec, const Analysis& analysis);

/// For `--markdown FILE`: GitHub-flavoured, for the summary page of a job.
std::string report_markdown(const SweepSpec& spec, const Analysis& analysis);

/// The one object of `--json`. Non-finite numbers are null.
config::Json report_json(const SweepSpec& spec, const Analysis& analysis);

/// For `--junit FILE`: a test case an expectation and point, a comparison, a point of the baseline, and a failed run.
std::string report_junit(const SweepSpec& spec, const Analysis& analysis);

// ---- what the first two share ----

/// Rows of a table that are shown.
inline constexpr std::size_t most_table_rows = 200;

/// A row a point: what tells it apart, runs, mean, interval, median, extremes, speed-up.
TextTable figure_table(const SweepSpec& spec, const Analysis& analysis);
/// The best parameters of the algorithm for all else that varies; no rows where none but the group's varies.
TextTable best_table(const SweepSpec& spec, const Analysis& analysis);
TextTable baseline_table(const Analysis& analysis);
TextTable comparison_points_table(const Analysis& analysis, const Comparison& comparison);

/// "time_to(suboptimality, 0.01) in s".
std::string figure_head(const Analysis& analysis);
/// What the columns of the figure's table mean, a line each.
std::vector<std::string> figure_notes(const SweepSpec& spec, const Analysis& analysis);
/// "best: 0.387 s at agents = 64 (…)"; a line each.
std::vector<std::string> best_lines(const SweepSpec& spec, const Analysis& analysis);
std::string baseline_head(const Analysis& analysis);
/// Below the table; "" if there is nothing to add.
std::string baseline_note(const Analysis& analysis);
/// "seed 3 at agents = 4: out of time: beyond 10 s".
std::string failure_line(const Analysis& analysis, const RunRow& row);

}  // namespace taubar::sweep
