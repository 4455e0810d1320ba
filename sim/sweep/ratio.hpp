// Ratios of positive figures over seeds, in logs: r = exp(mean of log aₛ/bₛ), with Student's interval of the logs. A side
// that never reaches a level is later than any that does, so single ratios may be 0 or ∞; where there are such, the
// statement is on the median of the ratios, from order statistics. Where neither side reaches it nothing is known, and
// the ratio counts as 0 below and as ∞ above.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "sim/law/sample_statistics.hpp"
#include "sim/sweep/verdict.hpp"

namespace taubar::sweep {

/// What is known of log a/b; −∞ to +∞: nothing.
struct LogRatio {
  double low = 0, high = 0;
  bool known() const { return low == high; }
};

/// Nothing stands for never. Of two zeros the ratio is 1; of a negative figure nothing is known.
LogRatio log_ratio(const std::optional<double>& a, const std::optional<double>& b);

/// Of several ratios with equal weight: the geometric mean. ∞ and 0 together leave nothing known.
LogRatio mean_log_ratio(const std::vector<LogRatio>& ratios);

struct RatioOverSeeds {
  std::size_t seeds = 0, finite = 0, unknown = 0;
  double level = 0;
  bool of_median = false;         ///< not all are finite
  std::optional<double> log;      ///< of the geometric mean, or of the median; nothing of none or where it is not known
  std::optional<law::Interval> logs;

  std::optional<double> ratio() const;
  std::optional<law::Interval> interval() const;
};

RatioOverSeeds ratio_over_seeds(const std::vector<LogRatio>& by_seed, double level);

struct RatioLimits {
  std::optional<double> at_most, at_least;
};

/// By the whole interval. One seed has none and is judged by its value. Of several seeds too few for an interval of the
/// median, all on the wrong side fail, and else it is inconclusive. `why` says what would decide, or how it was judged.
Decision judge_ratio(const RatioOverSeeds& over, const std::vector<LogRatio>& by_seed, const RatioLimits& limits, std::string& why);

/// "0.431 (95 % interval 0.41 to 0.452)".
std::string ratio_text(const RatioOverSeeds& over);

}  // namespace taubar::sweep
