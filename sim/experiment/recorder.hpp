// Evaluates the metrics at each record and keeps the rows.
#pragma once
#include <vector>

#include "core/trace/trace.hpp"
#include "sim/experiment/cadence.hpp"
#include "sim/experiment/experiment.hpp"

namespace taubar::experiment {

class Recorder {
 public:
  static constexpr std::size_t most_records = 250'000;

  explicit Recorder(const Experiment& experiment);

  /// The next record is due when virtual time passes this, or when so many updates are done.
  Time next_time() const { return cadence_.next_time(); }
  std::int64_t next_updates() const { return cadence_.next_updates(); }

  /// Records what a world is like at `time`. A second record at one instant replaces the first. The first record
  /// settles which of the default metrics apply. When `most_records` are kept, every other one goes, and from then on there
  /// are half as many: no scenario can fill the memory with records.
  void record(Time time, const trace::Counts& counts, const metric::Snapshot& snapshot);
  /// Whether the last record met the scenario's target.
  bool target_met() const { return target_met_; }
  /// Whether every value of the last record is finite.
  bool finite() const { return finite_; }

  /// How often half of the records went.
  int halvings() const { return halvings_; }

  std::vector<std::string> metric_names() const;
  std::vector<trace::Record> take_records() { return std::move(records_); }
  const std::vector<trace::Record>& records() const { return records_; }
  /// Over all records; infinite if no record had a weight.
  double minimum_weight() const { return minimum_weight_; }

 private:
  void halve();
  void choose_metrics(const metric::Snapshot& snapshot);

  const Experiment& experiment_;
  Cadence cadence_;
  std::vector<const metric::Metric*> metrics_;
  std::vector<trace::Record> records_;
  int halvings_ = 0;
  bool target_met_ = false, finite_ = true;
  double minimum_weight_;
};

}  // namespace taubar::experiment
