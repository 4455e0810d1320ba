// Replicates + Verdict → files, summary and table: every figure as its mean over the sound replicates, with
// the interval that holds the true mean in 95 of 100 cases (Student), as if the figures were normal.
#pragma once
#include <string>
#include <vector>

#include "core/config/json.hpp"
#include "sim/experiment/replicates.hpp"
#include "sim/law/sample_statistics.hpp"

namespace taubar::report {

/// One figure over the sound replicates that have it; of the time to a level, over those that reached it.
struct Figure {
  std::string
      pointer;  ///< where the summary of a run has it, and that of replicates its mean: /final/distance
  law::SampleStatistics over;
};

/// Metrics at the end, times to levels, counts and measured asynchrony.
std::vector<Figure> figures(const experiment::Replicates& runs);

/// The one object of `--json`: means where the summary of a run has values, and beside them `intervals`
/// {pointer: statistics}, `estimate` (mean and covariance of x̂ at the end, for d <= 64), `runs` (one a finished replicate) and `failed`.
config::Json summary(const experiment::Replicates& runs, const std::vector<experiment::Verdict>& verdicts);

/// metrics.csv: time,updates,gradients,messages,bytes,n, then of each metric its mean (under its name),
/// NAME_low and NAME_high. A row a time at which at least two sound replicates have a record; where records
/// are by updates, a row a count of updates, with the mean of their times.
std::string metrics_csv(const experiment::Replicates& runs);

/// replicates.csv: a row a finished replicate:
/// seed,fingerprint,stopped_by,virtual_time,updates,gradients,messages,bytes and the metrics at its end.
std::string replicates_csv(const experiment::Replicates& runs);

/// manifest.json, with the scenario that has the replicates.
config::Json manifest(const experiment::Replicates& runs);

/// For people: mean ± half the width of the interval.
std::string table(const experiment::Replicates& runs, const std::vector<experiment::Verdict>& verdicts);

/// What ended them: the one reason of all, "various", or the signal.
std::string stopped_by(const experiment::Replicates& runs);

}  // namespace taubar::report
