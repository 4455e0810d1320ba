// When a run is recorded.
#pragma once
#include "core/base/time.hpp"
#include "sim/experiment/scenario.hpp"

namespace taubar::experiment {

class Cadence {
 public:
  /// What the scenario says, or a hundredth of its stop.
  explicit Cadence(const Scenario& scenario);
  /// The same, but for records by time no closer than `least`.
  Cadence(const Scenario& scenario, Duration least);
  /// How many records a run will about have, where its stop rules tell; else a thousand.
  static double expected_records(const Scenario& scenario);
  /// Whether records are made by counts of updates, and not by virtual time.
  bool by_updates() const { return every_.updates.has_value(); }

  /// The next record is due when virtual time passes this, or when so many updates are done (0: not by updates).
  Time next_time() const { return next_time_; }
  std::int64_t next_updates() const { return next_updates_; }
  /// A record has been made, at that time and after so many updates.
  void recorded(Time time, std::int64_t updates);
  /// From the next record on half as many.
  void halve();

 private:
  RecordEvery every_;
  Duration least_ = 1;
  Time next_time_ = never;
  std::int64_t next_updates_ = 0, log_step_ = 0;
};

}  // namespace taubar::experiment
