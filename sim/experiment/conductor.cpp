#include "sim/experiment/conductor.hpp"

#include <algorithm>
#include <csignal>

namespace taubar::experiment {

using trace::StoppedBy;

Conductor::Conductor(const Experiment& experiment, mpi::World& world, std::vector<int> host_of, int ranks,
                     const ReplayControl& control)
    : e_(experiment), world_(world), control_(control), reports_(static_cast<std::size_t>(ranks)),
      cadence_(experiment.scenario),
      collector_(std::move(host_of), ranks, experiment.agents(), experiment.scenario.algorithm->tokens(),
                 experiment.problem->dimension()),
      evaluator_(experiment, experiment.scenario.stop.target.has_value()) {}

void Conductor::take(int rank, std::uint16_t kind, std::span<const double> words) {
  switch (kind) {
    case snapshot_kind:
      if (auto record = collector_.add(rank, words)) evaluator_.add(std::move(*record));
      break;
    case report_kind: reports_[static_cast<std::size_t>(rank)] = Report::of(words); break;
    case failure_kind:
      if (failure_.empty()) failure_ = as_text(words);
      break;
    case signal_kind: signal_ = static_cast<int>(words[0]); break;
    default: break;
  }
}

std::optional<StoppedBy> Conductor::reason(double wall_seconds, double limit) {
  const auto& stop = e_.scenario.stop;
  const auto reached = [](std::int64_t count, const std::optional<std::int64_t>& level) { return level && count >= *level; };
  const Report sum = total();
  if (!failure_.empty()) return StoppedBy::failed;
  if (const int signal = signal_seen()) return signal == SIGTERM ? StoppedBy::terminated : StoppedBy::interrupted;
  if (sum.diverged || evaluator_.diverged()) return StoppedBy::diverged;
  if (evaluator_.target_met()) return StoppedBy::target;
  if (stop.virtual_time && world_.time() >= from_seconds(*stop.virtual_time)) return StoppedBy::virtual_time;
  if (reached(sum.counts.updates, stop.updates)) return StoppedBy::updates;
  if (reached(sum.counts.gradients, stop.gradients)) return StoppedBy::gradients;
  if (reached(sum.counts.messages, stop.messages)) return StoppedBy::messages;
  if (stop.wall_time && wall_seconds >= *stop.wall_time) return StoppedBy::wall_time;
  if (wall_seconds >= limit) return StoppedBy::time_limit;
  if (e_.scenario.limits.events && sum.events >= static_cast<double>(*e_.scenario.limits.events))
    return StoppedBy::event_limit;
  if (quiet(sum)) return StoppedBy::stalled;
  return std::nullopt;
}

bool Conductor::record_due() {
  if (cadence_.next_updates() == 0) cadence_.recorded(0, 0);
  const std::int64_t updates = total().counts.updates;
  if (cadence_.next_updates() == 0 || updates < cadence_.next_updates()) return false;
  cadence_.recorded(world_.time(), updates);
  return true;
}

std::optional<double> Conductor::question_due() {
  if (!total().idle || asked_ > answered()) return std::nullopt;
  return ++asked_;
}

Report Conductor::total() const {
  Report sum;
  sum.idle = true;
  for (const auto& r : reports_) {
    sum.counts += r.counts;
    sum.events += r.events;
    sum.went_out += r.went_out;
    sum.came_in += r.came_in;
    sum.idle = sum.idle && r.idle;
    sum.diverged = sum.diverged || r.diverged;
  }
  return sum;
}

int Conductor::signal_seen() const {
  const int own = control_.signal ? control_.signal->load(std::memory_order_relaxed) : 0;
  return own != 0 ? own : signal_;
}

double Conductor::answered() const {
  double least = asked_;
  for (const auto& r : reports_) least = std::min(least, r.answers);
  return least;
}

/// Nothing happens and nothing is on its way: two rounds of fresh reports, all idle, with the same sums (Mattern,
/// "Algorithms for distributed termination detection", Distributed Computing 2, 1987: four counters).
bool Conductor::quiet(const Report& sum) {
  if (!sum.idle || asked_ == 0 || answered() < asked_ || asked_ == judged_) return false;
  judged_ = asked_;
  const bool still = sum.went_out == sum.came_in && sum.went_out == last_out_ && sum.came_in == last_in_;
  last_out_ = sum.went_out;
  last_in_ = sum.came_in;
  return still;
}

}  // namespace taubar::experiment
