#include "sim/experiment/run.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <csignal>

#include "core/metric/metric.hpp"
#include "sim/experiment/divergence.hpp"
#include "sim/experiment/floor.hpp"
#include "sim/experiment/observe.hpp"
#include "sim/experiment/rate_bias.hpp"
#include "sim/experiment/recorder.hpp"
#include "sim/experiment/sampling.hpp"
#include "sim/experiment/visits.hpp"

namespace taubar::experiment {
namespace {

using trace::StoppedBy;
using virtual_time::Ended;

constexpr double progress_interval_s = 0.2;

/// Of a metric at the end that nobody asked for: a few seconds.
constexpr double most_final_work = 2e10;

/// A run under way: slices of virtual time between records.
class Runner {
 public:
  Runner(Experiment& experiment, const RunControl& control)
      : e_(experiment), stop_(experiment.scenario.stop), control_(control), recorder_(experiment) {}

  trace::Trace run() {
    if (e_.scenario.record.trace == TraceKind::timeline) e_.world->note_in(trace_.timeline.emplace());
    record(0);
    if (!stopped()) {
      e_.world->start();
      while (!slice()) {
      }
    }
    return finish();
  }

 private:
  double wall_seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun_).count();
  }
  Time end_time() const { return stop_.virtual_time ? from_seconds(*stop_.virtual_time) : never; }

  /// Up to the next record or the end. True when the run is over.
  bool slice() {
    virtual_time::Limits limits;
    limits.until = std::min(end_time(), recorder_.next_time());
    limits.updates = nearer(stop_.updates.value_or(0), recorder_.next_updates());
    limits.gradients = stop_.gradients.value_or(0);
    limits.messages = stop_.messages.value_or(0);
    limits.events = static_cast<std::uint64_t>(e_.scenario.limits.events.value_or(0));
    const Ended ended = e_.world->run(limits, [this] { return poll(); });
    switch (ended) {
      case Ended::time:
        record(limits.until);
        if (limits.until == end_time() && !stopped()) return over(StoppedBy::virtual_time);
        return stopped() || poll();  // between two events may lie any number of records
      case Ended::updates:
        record(e_.world->time());
        if (stop_.updates && e_.world->counts().updates >= *stop_.updates && !stopped()) return over(StoppedBy::updates);
        return stopped();
      case Ended::gradients: return over(StoppedBy::gradients);
      case Ended::messages: return over(StoppedBy::messages);
      case Ended::events: return over(StoppedBy::event_limit);
      case Ended::diverged: return over(StoppedBy::diverged);
      case Ended::quiet: return over(StoppedBy::stalled);
      case Ended::asked: return true;
    }
    return true;
  }

  static std::int64_t nearer(std::int64_t a, std::int64_t b) { return a == 0 ? b : b == 0 ? a : std::min(a, b); }

  void record(Time time) { recorder_.record(time, e_.world->counts(), observe(e_)); }

  bool over(StoppedBy why) {
    trace_.stopped_by = why;
    return true;
  }

  /// Whether the last record ended the run.
  bool stopped() {
    if (!recorder_.finite()) return over(StoppedBy::diverged);
    if (recorder_.target_met()) return over(StoppedBy::target);
    return false;
  }

  /// True asks the world to stop; says why in the trace.
  bool poll() {
    const double wall = wall_seconds();
    if (const int signal = control_.signal ? control_.signal->load(std::memory_order_relaxed) : 0)
      return over(signal == SIGTERM ? StoppedBy::terminated : StoppedBy::interrupted);
    if (stop_.wall_time && wall >= *stop_.wall_time) return over(StoppedBy::wall_time);
    if (e_.scenario.limits.wall_time && wall >= *e_.scenario.limits.wall_time) return over(StoppedBy::time_limit);
    if (control_.progress && wall - shown_ >= progress_interval_s) {
      shown_ = wall;
      control_.progress({share(wall), e_.world->time(), e_.world->events(), wall});
    }
    return false;
  }

  /// Of the stop rule that is nearest.
  double share(double wall) const {
    const auto of = [](double done, double all) { return all > 0 ? done / all : 0; };
    double nearest = 0;
    const auto& counts = e_.world->counts();
    if (stop_.virtual_time) nearest = std::max(nearest, of(to_seconds(e_.world->time()), *stop_.virtual_time));
    if (stop_.updates) nearest = std::max(nearest, of(double(counts.updates), double(*stop_.updates)));
    if (stop_.gradients) nearest = std::max(nearest, of(double(counts.gradients), double(*stop_.gradients)));
    if (stop_.messages) nearest = std::max(nearest, of(double(counts.messages), double(*stop_.messages)));
    if (stop_.wall_time) nearest = std::max(nearest, of(wall, *stop_.wall_time));
    return std::min(1.0, nearest);
  }

  trace::Trace finish() {
    auto& world = *e_.world;
    const bool by_time = trace_.stopped_by == StoppedBy::virtual_time;
    trace_.end = by_time ? end_time() : std::max(world.time(), recorder_.records().back().time);
    record(trace_.end);
    trace_.metrics = recorder_.metric_names();
    trace_.records = recorder_.take_records();
    trace_.record_halvings = recorder_.halvings();
    trace_.wall_seconds = wall_seconds();
    final_metrics();
    trace_.counts = world.counts();
    trace_.events = world.events();
    trace_.staleness = world.staleness();
    server_figures();
    trace_.floor = distance_from_floor(e_, trace_.counts.gradients, trace_.end);
    const auto asynchrony = world.asynchrony();
    trace_.faults = world.faults();
    trace_.k = asynchrony.k;
    trace_.tau_proc = asynchrony.tau_proc;
    trace_.tau_msg = asynchrony.tau_msg;
    trace_.tau_bar = asynchrony.tau_bar();
    trace_.idle_share = world.idle_share(trace_.end);
    for (AgentId i = 0; i < e_.agents(); ++i) trace_.steps.push_back(world.steps(i));
    trace_.fingerprint = world.fingerprint();
    if (std::isfinite(recorder_.minimum_weight())) trace_.minimum_weight = recorder_.minimum_weight();
    trace_.visits = visit_figures(e_, trace_.steps);
    trace_.tokens = token_ends(observe(e_));
    trace_.token_figures = token_figures(e_);
    trace_.sampling = sampling_figures(e_);
    trace_.rate_bias_expected = expected_rate_bias(e_);
    trace_.rate_bias_measured = measured_rate_bias(e_, trace_.steps, trace_.server);
    if (trace_.stopped_by == StoppedBy::diverged) trace_.divergence = explain_divergence(e_, trace_, observe(e_).iterates);
    return std::move(trace_);
  }

  void server_figures() {
    const auto& last = e_.world->program(static_cast<AgentId>(e_.world->programs() - 1));
    trace_.server = last.server_figures();
    if (last.delays()) trace_.staleness = *last.delays();
  }

  /// Multiplications, about, that n evaluations of F take.
  double objective_by_agent_work() const {
    double samples = 0;
    for (AgentId i = 0; i < e_.agents(); ++i) samples += static_cast<double>(e_.problem->local_samples(i));
    return static_cast<double>(e_.agents()) * samples * static_cast<double>(e_.problem->dimension());
  }

  void final_metrics() {
    const metric::Snapshot snapshot = observe(e_);
    const auto recorded = recorder_.metric_names();
    for (const metric::Metric* metric : metric::metrics()) {
      const bool too_long = metric->cost == metric::Cost::objective_by_agent && objective_by_agent_work() > most_final_work &&
                            std::find(recorded.begin(), recorded.end(), metric->name) == recorded.end();
      if (metric->applies(snapshot) && !too_long) trace_.final[std::string(metric->name)] = metric->value(snapshot);
    }
  }

  Experiment& e_;
  const StopSpec& stop_;
  const RunControl& control_;
  Recorder recorder_;
  trace::Trace trace_;
  std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
  double shown_ = 0;
};

}  // namespace

trace::Trace run(Experiment& experiment, const RunControl& control) { return Runner(experiment, control).run(); }

}  // namespace taubar::experiment
