// Runs side by side: every figure of each, and its ratio to the first run's.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "core/config/json.hpp"
#include "sim/report/results.hpp"

namespace taubar::report {

/// Where two resolved scenarios differ; one of the values may be absent.
struct Difference {
  std::size_t run;      ///< compared with run 0
  std::string pointer;  ///< into the scenario
  std::optional<config::Json> baseline, value;
};

/// One figure of all runs.
struct Row {
  std::string group, label, unit;
  std::string figure;                         ///< where a summary has it, as a JSON pointer
  std::vector<config::Json> values;           ///< number, text, or null where a run has none
  std::vector<std::optional<double>> ratios;  ///< to run 0, where both are numbers and its is not 0; none for run 0
};

struct Comparison {
  std::vector<std::string> directories;
  std::vector<bool> complete;  ///< false: the run was interrupted
  std::vector<std::string> warnings;
  std::vector<Difference> differences;
  std::vector<Row> rows;
};

/// Run 0 is the baseline of the others; at least one run.
Comparison compare(const std::vector<Results>& runs);

/// sup_v |F(v) − G(v)| of the distribution functions of two histograms [[value, count], …] of the same bins, values
/// increasing; nothing if one is empty.
std::optional<double> kolmogorov_distance(const config::Json& one, const config::Json& other);

/// The one object of `--json`.
config::Json comparison_json(const Comparison& comparison);

/// For people: at most 120 columns; more than four runs make several tables, each with the baseline.
std::string comparison_table(const Comparison& comparison);

/// The same as a Markdown table, for pages of results.
std::string comparison_markdown(const Comparison& comparison);

}  // namespace taubar::report
