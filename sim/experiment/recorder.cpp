#include "sim/experiment/recorder.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace taubar::experiment {

Recorder::Recorder(const Experiment& experiment)
    : experiment_(experiment),
      cadence_(experiment.scenario),
      minimum_weight_(std::numeric_limits<double>::infinity()) {}

void Recorder::choose_metrics(const metric::Snapshot& snapshot) {
  const auto& asked = experiment_.scenario.record.metrics;
  const auto needed = [&](std::string_view name) {
    if (std::find(asked.begin(), asked.end(), name) != asked.end()) return true;
    const auto& target = experiment_.scenario.stop.target;
    if (target && target->levels.contains(std::string(name))) return true;
    return std::any_of(experiment_.scenario.expect.begin(), experiment_.scenario.expect.end(), [&](const auto& expect) {
      return expect.metric == name || (expect.time_to && expect.time_to->levels.contains(std::string(name)));
    });
  };
  for (const metric::Metric* metric : metric::metrics()) {
    const bool by_default = asked.empty() && metric->cost < metric::Cost::draws;
    if (metric->applies(snapshot) && (by_default || needed(metric->name))) metrics_.push_back(metric);
  }
}

void Recorder::record(Time time, const trace::Counts& counts, const metric::Snapshot& snapshot) {
  if (records_.empty()) choose_metrics(snapshot);
  if (!records_.empty() && records_.back().time == time) records_.pop_back();
  trace::Record row{time, counts, {}};
  finite_ = true;
  target_met_ = false;
  const auto& target = experiment_.scenario.stop.target;
  for (const metric::Metric* metric : metrics_) {
    const double value = metric->value(snapshot);
    row.values.push_back(value);
    finite_ = finite_ && (std::isfinite(value) || metric->cost == metric::Cost::draws);  // of too few draws: NaN
    if (!target) continue;
    const auto level = target->levels.find(std::string(metric->name));
    target_met_ = target_met_ || (level != target->levels.end() && value <= level->second);
  }
  if (snapshot.mass) minimum_weight_ = std::min(minimum_weight_, snapshot.mass->minimum_weight);
  records_.push_back(std::move(row));
  if (records_.size() >= most_records) halve();
  cadence_.recorded(time, counts.updates);
}

void Recorder::halve() {
  for (std::size_t i = 1; 2 * i < records_.size(); ++i) records_[i] = std::move(records_[2 * i]);
  records_.resize((records_.size() + 1) / 2);
  cadence_.halve();
  ++halvings_;
}

std::vector<std::string> Recorder::metric_names() const {
  std::vector<std::string> names;
  for (const auto* metric : metrics_) names.emplace_back(metric->name);
  return names;
}

}  // namespace taubar::experiment
