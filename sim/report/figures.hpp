// Figures that the summary of a run and that of replicates have in common, as JSON.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "core/config/json.hpp"
#include "core/trace/trace.hpp"
#include "sim/experiment/experiment.hpp"

namespace taubar::report {

/// JSON has no NaN and no infinity.
config::Json finite_or_null(double value);
config::Json finite_or_null(const std::optional<double>& value);

/// {metric: value at the end}.
config::Json final_values(const trace::Trace& trace);

/// {objective, gradient_norm, iterate_norm} at the known minimiser, or null.
config::Json reference_values(const experiment::Structure& structure);

/// A value of a metric whose first passage is reported.
struct Level {
  std::string metric;
  double value;
  std::string key() const;  ///< the value, in the shortest digits
};

/// The decades that at least one of the runs passed after its start, of the metrics that shrink, and what the
/// scenario asks for: its expectations and its target. Each once.
std::vector<Level> levels(const experiment::Scenario& scenario,
                          const std::vector<const trace::Trace*>& traces);

/// {metric: {level: seconds until the first record at or below it}}; null where there is none.
config::Json times_to(const std::vector<Level>& levels, const trace::Trace& trace);

}  // namespace taubar::report
