#include "sim/experiment/recorder.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/base/math.hpp"
#include "sim/experiment/observe.hpp"

namespace taubar::experiment {
namespace {

constexpr double default_records = 100;
constexpr double first_log_record_s = 1e-6;

/// What the scenario says, or a hundredth of the stop.
RecordEvery cadence(const Scenario& scenario) {
  if (scenario.record.every) return *scenario.record.every;
  RecordEvery every;
  const auto& stop = scenario.stop;
  if (stop.virtual_time)
    every.virtual_time = *stop.virtual_time / default_records;
  else if (stop.updates || stop.gradients)
    every.updates = std::max<std::int64_t>(1, stop.updates.value_or(stop.gradients.value_or(0)) / 100);
  else
    every.log = 20;
  return every;
}

}  // namespace

Recorder::Recorder(const Experiment& experiment)
    : experiment_(experiment),
      every_(cadence(experiment.scenario)),
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
    const bool by_default = asked.empty() && metric->cost != metric::Cost::objective_by_agent;
    if (metric->applies(snapshot) && (by_default || needed(metric->name))) metrics_.push_back(metric);
  }
}

void Recorder::record(Time time) {
  const metric::Snapshot snapshot = observe(experiment_);
  if (records_.empty()) choose_metrics(snapshot);
  if (!records_.empty() && records_.back().time == time) records_.pop_back();
  trace::Record row{time, experiment_.world->counts(), {}};
  finite_ = true;
  target_met_ = false;
  const auto& target = experiment_.scenario.stop.target;
  for (const metric::Metric* metric : metrics_) {
    const double value = metric->value(snapshot);
    row.values.push_back(value);
    finite_ = finite_ && std::isfinite(value);
    if (!target) continue;
    const auto level = target->levels.find(std::string(metric->name));
    target_met_ = target_met_ || (level != target->levels.end() && value <= level->second);
  }
  if (snapshot.mass) minimum_weight_ = std::min(minimum_weight_, snapshot.mass->minimum_weight);
  records_.push_back(std::move(row));
  plan_next(time);
}

void Recorder::plan_next(Time time) {
  if (every_.updates) {
    const std::int64_t step = *every_.updates;
    next_updates_ = (experiment_.world->counts().updates / step + 1) * step;
  } else if (every_.log) {
    do {
      const double decades = static_cast<double>(log_step_++) / static_cast<double>(*every_.log);
      next_time_ = from_seconds(first_log_record_s * math::exp(decades * 2.302585092994046));
    } while (next_time_ <= time);
  } else {
    const Duration step = std::max<Duration>(1, from_seconds(*every_.virtual_time));
    next_time_ = (time / step + 1) * step;
  }
}

std::vector<std::string> Recorder::metric_names() const {
  std::vector<std::string> names;
  for (const auto* metric : metrics_) names.emplace_back(metric->name);
  return names;
}

}  // namespace taubar::experiment
