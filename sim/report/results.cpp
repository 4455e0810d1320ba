#include "sim/report/results.hpp"

#include <algorithm>
#include <filesystem>

#include "core/base/error.hpp"
#include "core/config/document.hpp"
#include "sim/experiment/csv.hpp"

namespace taubar::report {
namespace {

Metrics read_metrics(const std::string& file) {
  Metrics metrics{experiment::csv_columns(file), {}};
  if (metrics.columns.front() != "time") throw InputError(file + ":1: the first column must be time, as a run writes it");
  experiment::read_csv(
      file, metrics.columns, [&](const std::vector<double>& row) { metrics.rows.push_back(row); }, experiment::Numbers::any);
  if (metrics.rows.empty()) throw InputError(file + ": holds no record; a line of names and one a record are accepted");
  return metrics;
}

config::Json read_object(const std::string& file) {
  auto document = config::Document::load(file);
  if (!document.json().is_object()) throw InputError(file + ": must be an object, as `taubar run --out` writes it");
  return document.json();
}

}  // namespace

std::optional<double> Metrics::time_to(const std::string& metric, double level) const {
  const auto column = std::find(columns.begin(), columns.end(), metric);
  if (column == columns.end()) return std::nullopt;
  const auto c = static_cast<std::size_t>(column - columns.begin());
  for (const auto& row : rows)
    if (row[c] <= level) return row[0];
  return std::nullopt;
}

Results read_results(const std::string& directory) {
  if (!std::filesystem::is_directory(directory))
    throw InputError(directory + ": is not a directory; accepted are directories that `taubar run --out` has written");
  const auto file = [&](const char* name) { return (std::filesystem::path(directory) / name).string(); };
  return {directory, read_object(file("summary.json")), read_object(file("manifest.json")), read_metrics(file("metrics.csv"))};
}

}  // namespace taubar::report
