// One figure over the runs of a point. Nothing is dropped in silence: who never reached it, failed or is missing is kept
// by seed.
#pragma once
#include <optional>
#include <vector>

#include "sim/law/sample_statistics.hpp"
#include "sim/sweep/figure.hpp"
#include "sim/sweep/points.hpp"

namespace taubar::sweep {

/// Whether it ended, and not as it should.
bool has_failed(const RunRow& row);

struct Sample {
  std::vector<std::int64_t> seeds;  ///< of the values
  std::vector<double> values;       ///< of the runs that are done and have the figure, by seed
  std::vector<std::int64_t> never;  ///< done, without it: never reached, or not there
  std::vector<double> until;        ///< how long those of `never` were watched, in seconds; NaN where unknown
  std::vector<std::int64_t> failed;  ///< ended in another way than asked for: what they have is no figure
  std::vector<std::int64_t> pending;
  bool of_time = false;             ///< so that "never" is later than any value

  std::size_t runs() const { return values.size() + never.size() + failed.size() + pending.size(); }
  /// Every run has a value.
  bool whole() const { return values.size() == runs() && !values.empty(); }
  /// Of the values, as if they were normal. With fewer values than runs it is a statement on those that have one.
  law::SampleStatistics over(double level) const { return law::sample_statistics(values, level); }
  /// Over all runs that are done; of a time, never is +∞, so that it is that of the law as long as half of them arrive.
  double median() const;
};

Sample sample_of(const Figure& figure, const std::vector<const RunRow*>& runs);

struct PointSample {
  Point point;
  Sample sample;
};

/// A figure over all points: what `report` asks for.
std::vector<PointSample> samples_of(const Figure& figure, const std::vector<Point>& points);

/// The sample with the least mean, or the greatest, among those in which every run has a value; nullptr where there is none.
const PointSample* best_of(const std::vector<const PointSample*>& samples, bool least);

/// How many other whole samples have an interval that meets that of `best`.
std::size_t not_told_apart(const std::vector<PointSample>& samples, const PointSample& best, double level);

}  // namespace taubar::sweep
