// The axis "metric": pure functions of a snapshot.
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/metric/snapshot.hpp"

namespace taubar::metric {

/// What one evaluation costs, cheapest first.
enum class Cost {
  agents,            ///< O(n d)
  objective,         ///< one evaluation of F or ∇F
  draws,             ///< looks at all draws that are kept: at the end of a run, and where asked for; NaN of too few draws
  objective_by_agent ///< n evaluations of F: at the end of a run if they take seconds at most, and where asked for
};

struct Metric {
  std::string_view name, summary, source;
  Cost cost;
  /// Whether it means anything here: some need a known minimiser, some push-sum weights.
  bool (*applies)(const Snapshot&);
  /// Its value; may be infinite or NaN on a diverged run.
  double (*value)(const Snapshot&);
};

/// In alphabetical order.
std::span<const Metric* const> metrics();
const Metric* find_metric(std::string_view name);
std::vector<std::string> metric_names();

}  // namespace taubar::metric
