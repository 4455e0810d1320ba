// A results directory read back: what a run left, for commands that lay runs side by side.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "core/config/json.hpp"

namespace taubar::report {

/// metrics.csv: named columns, a row a record.
struct Metrics {
  std::vector<std::string> columns;
  std::vector<std::vector<double>> rows;  ///< each as long as `columns`; NaN and infinities as written

  /// Seconds of the first record at which the metric is at or below the level; nothing if it never is, or was not recorded.
  std::optional<double> time_to(const std::string& metric, double level) const;
};

struct Results {
  std::string directory;
  config::Json summary, manifest;
  Metrics metrics;
};

/// InputError naming the file (and line) if summary.json, manifest.json or metrics.csv is missing or malformed.
Results read_results(const std::string& directory);

}  // namespace taubar::report
