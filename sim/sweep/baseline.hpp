// Figures of an earlier sweep, kept in a file beside the code, and whether those of today moved beyond their own noise.
//
// One alarm for the whole comparison in at most 1 of 1,000 sweeps in which nothing changed (level 99.9 %), however many points
// there are: half of that goes to the mean over all points, and the other half to the points in equal parts (Bonferroni).
// Of each, the interval of the change must leave out "no change":
// - The same seeds on both sides: the narrower of Student's interval of log(now/before), paired, and of Welch's, as below, which
//   is so where a change of the program drew the noise anew; each with half of the risk. Equal figures are no change, however
//   few; figures that all changed alike are an alarm.
// - Other seeds: Welch's interval of the difference of mean logs. Where neither side varies it says nothing, and different
//   figures are an alarm if a split of all seeds into these two sides by chance is rare enough: 2 / (m+n choose m).
// - A figure that is 0 or negative somewhere has no log: then the same of plain differences.
// - Runs that never reach the level: times are cut off at the earliest second at which such a run was given up, on both sides
//   (restricted times: Royston and Parmar, BMC Medical Research Methodology 13, 2013), so that nobody is left out. Where
//   that is not known, and for figures that are not there, the counts are compared instead (Fisher's exact test).
// - One seed has no interval: a change of it is inconclusive, and so is a point that is no longer in the sweep.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "sim/sweep/figure.hpp"
#include "sim/sweep/sample.hpp"
#include "sim/sweep/verdict.hpp"

namespace taubar::sweep {

/// 1 − probability of any alarm without a change.
inline constexpr double alarm_level = 0.999;

struct BaselineRun {
  std::int64_t seed = 0;
  std::optional<double> value;  ///< nothing: never
  std::optional<double> until;  ///< of never: seconds
};

struct BaselinePoint {
  Parameters parameters;
  std::vector<BaselineRun> runs;  ///< by seed
};

struct Baseline {
  std::string sweep, figure;
  std::vector<BaselinePoint> points;  ///< sorted by their parameters
};

/// Of `report.y`. InputError where there is none, or where not every run is done: a baseline leaves nothing out.
Baseline baseline_of(const SweepSpec& spec, const std::vector<RunRow>& rows);

/// The file: version of the format, a line a run, whole or not at all.
void write_baseline(const std::string& path, const Baseline& baseline);
std::string baseline_text(const Baseline& baseline);
/// InputError naming the place for what write_baseline would not have written.
Baseline read_baseline(const std::string& path);
Baseline baseline_from(std::string text, const std::string& file_name);

struct Change {
  enum class How { equal, paired, unpaired, split, counts, none };
  std::optional<BaselinePoint> before;
  Parameters parameters;   ///< none of the mean over all points
  How how = How::none;
  bool of_all = false;     ///< the mean over all points
  bool relative = true;    ///< `change` and interval are of now/before; else of now − before
  double mean_before = 0, mean_now = 0;  ///< geometric where relative, of times cut off; NaN of none
  std::optional<double> change;
  std::optional<law::Interval> interval;
  double level = 0;                ///< of the interval
  std::optional<double> notices;   ///< the least factor of change, or difference, that this would have noticed
  std::string cut_off;             ///< "" or who never reached it, and where times are cut off
  Decision outcome = Decision::inconclusive;  ///< fails: an alarm
  std::string why;                 ///< of an inconclusive one
};

struct BaselineComparison {
  std::string file;
  std::string figure, unit;
  std::vector<Change> changes;      ///< the mean over all points first, if there are several
  std::vector<Parameters> fresh;    ///< points that the baseline does not have
  Verdict verdict(const Change& change, const SweepSpec& spec) const;
};

/// InputError where the baseline is of another figure than `report.y`, which says how to make a new one.
BaselineComparison compare_with_baseline(const SweepSpec& spec, const std::vector<Point>& points, const Baseline& baseline,
                                         const std::string& file);

}  // namespace taubar::sweep
