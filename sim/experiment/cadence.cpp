#include "sim/experiment/cadence.hpp"

#include <algorithm>

#include "core/base/math.hpp"

namespace taubar::experiment {
namespace {

constexpr double default_records = 100;
constexpr double first_log_record_s = 1e-6;
constexpr double ln_10 = 2.302585092994046;
constexpr double unforeseen_records = 1000;

RecordEvery chosen(const Scenario& scenario) {
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

Cadence::Cadence(const Scenario& scenario) : every_(chosen(scenario)) {}

Cadence::Cadence(const Scenario& scenario, Duration least) : every_(chosen(scenario)), least_(least) {}

void Cadence::halve() {
  if (every_.updates) *every_.updates *= 2;
  if (every_.virtual_time) least_ = 2 * std::max(least_, from_seconds(*every_.virtual_time));
  if (every_.log) *every_.log = std::max<std::int64_t>(1, *every_.log / 2);
}

double Cadence::expected_records(const Scenario& scenario) {
  const RecordEvery every = chosen(scenario);
  const auto& stop = scenario.stop;
  if (every.virtual_time && stop.virtual_time) return *stop.virtual_time / *every.virtual_time + 2;
  if (every.updates && stop.updates) return static_cast<double>(*stop.updates) / static_cast<double>(*every.updates) + 2;
  if (every.log && stop.virtual_time) {
    const double decades = std::max(0.0, math::log(*stop.virtual_time / first_log_record_s) / ln_10);
    return decades * static_cast<double>(*every.log) + 3;
  }
  return unforeseen_records;
}

void Cadence::recorded(Time time, std::int64_t updates) {
  if (every_.updates) {
    const std::int64_t step = *every_.updates;
    next_updates_ = (updates / step + 1) * step;
  } else if (every_.log) {
    do {
      const double decades = static_cast<double>(log_step_++) / static_cast<double>(*every_.log);
      next_time_ = from_seconds(first_log_record_s * math::exp(decades * ln_10));
    } while (next_time_ < after(time, least_));
  } else {
    const Duration step = std::max(least_, from_seconds(*every_.virtual_time));
    next_time_ = (time / step + 1) * step;
  }
}

}  // namespace taubar::experiment
