// Decides on rank 0 of a replay, from what the ranks report, when to record and when to end.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "sim/experiment/control.hpp"
#include "sim/experiment/replay.hpp"
#include "sim/experiment/snapshots.hpp"

namespace taubar::experiment {

class Conductor {
 public:
  /// `host_of`: the rank of every program. All references outlive it.
  Conductor(const Experiment& experiment, mpi::World& world, std::vector<int> host_of, int ranks,
            const ReplayControl& control);

  /// What a rank said: a snapshot, a report, a failure or a signal.
  void take(int rank, std::uint16_t kind, std::span<const double> words);

  /// Why to end now, if there is a reason. `wall_seconds` since the start; `limit` of them is the last resort.
  std::optional<trace::StoppedBy> reason(double wall_seconds, double limit);
  /// A record by updates is due.
  bool record_due();
  /// The number of the question, if a fresh report of everybody is needed: all seem idle, and it may be over.
  std::optional<double> question_due();

  /// Sums over the ranks, as far as they have reported; idle if all are.
  Report total() const;
  Evaluator& evaluator() { return evaluator_; }
  const std::string& failure() const { return failure_; }

 private:
  int signal_seen() const;
  double answered() const;
  bool quiet(const Report& sum);

  const Experiment& e_;
  mpi::World& world_;
  const ReplayControl& control_;
  std::vector<Report> reports_;
  Cadence cadence_;
  Collector collector_;
  Evaluator evaluator_;
  std::string failure_;
  int signal_ = 0;
  double asked_ = 0, judged_ = 0, last_out_ = -1, last_in_ = -1;
};

}  // namespace taubar::experiment
