#include "sim/sweep/sample.hpp"

#include <cmath>
#include <limits>

#include "sim/sweep/statistics.hpp"

namespace taubar::sweep {

bool has_failed(const RunRow& row) { return row.status != Status::done && row.status != Status::pending; }

double Sample::median() const {
  auto all = values;
  if (of_time) all.resize(values.size() + never.size(), std::numeric_limits<double>::infinity());
  return median_of_any(std::move(all));
}

Sample sample_of(const Figure& figure, const std::vector<const RunRow*>& runs) {
  Sample sample;
  sample.of_time = figure.kind == Figure::Kind::time_to;
  for (const RunRow* run : runs) {
    if (run->status == Status::pending) {
      sample.pending.push_back(run->seed);
    } else if (has_failed(*run)) {
      sample.failed.push_back(run->seed);
    } else if (const auto value = value_of(figure, *run)) {
      sample.seeds.push_back(run->seed);
      sample.values.push_back(*value);
    } else {
      sample.never.push_back(run->seed);
      sample.until.push_back(watched_until(*run).value_or(std::numeric_limits<double>::quiet_NaN()));
    }
  }
  return sample;
}

std::vector<PointSample> samples_of(const Figure& figure, const std::vector<Point>& points) {
  std::vector<PointSample> samples;
  for (const auto& point : points) samples.push_back({point, sample_of(figure, point.runs)});
  return samples;
}

const PointSample* best_of(const std::vector<const PointSample*>& samples, bool least) {
  const PointSample* best = nullptr;
  double best_mean = 0;
  for (const PointSample* candidate : samples) {
    if (!candidate->sample.whole()) continue;
    const double mean = candidate->sample.over(0.5).mean;
    if (best && !(least ? mean < best_mean : mean > best_mean)) continue;
    best = candidate;
    best_mean = mean;
  }
  return best;
}

std::size_t not_told_apart(const std::vector<PointSample>& samples, const PointSample& best, double level) {
  const auto own = best.sample.over(level).of_mean;
  std::size_t count = 0;
  for (const auto& other : samples) {
    if (&other == &best || !other.sample.whole() || !own) continue;
    const auto interval = other.sample.over(level).of_mean;
    if (interval && interval->low <= own->high && interval->high >= own->low) ++count;
  }
  return count;
}

}  // namespace taubar::sweep
