#include "sim/experiment/replay.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <thread>

#include "core/algorithm/builders.hpp"
#include "core/base/error.hpp"
#include "core/trace/asynchrony.hpp"
#include "sim/experiment/conductor.hpp"
#include "sim/experiment/divergence.hpp"
#include "sim/experiment/floor.hpp"
#include "sim/experiment/keeper.hpp"
#include "sim/experiment/rate_bias.hpp"
#include "sim/experiment/readiness.hpp"
#include "sim/experiment/sampling.hpp"
#include "sim/experiment/testimony.hpp"
#include "sim/experiment/visits.hpp"
#include "sim/experiment/watchdog.hpp"
#include "sim/mpi/blob.hpp"

namespace taubar::experiment {
namespace {

using trace::StoppedBy;

constexpr Duration start_ahead = 20'000'000;      // between the agreement on the start and the start
constexpr Duration report_interval = 5'000'000;   // real ns between a rank's reports
constexpr Duration keep_interval = 1'000'000'000;
constexpr Duration longest_rest = 5'000'000;
constexpr double grace_s = 0.8;  // launchers kill about a second after they have asked to end

/// Ranks on one machine need a processor each for computing and one for talking, or they must not spin.
Duration spin_for(mpi::Transport& transport) {
  mpi::BlobWriter own;
  own.text(transport.machine());
  const auto all = transport.gather(own.bytes());
  std::int64_t crowded = 0;
  for (const auto& bytes : all) {
    const auto here = std::count(all.begin(), all.end(), bytes);
    crowded += 2 * here > static_cast<std::ptrdiff_t>(std::thread::hardware_concurrency());
  }
  return transport.sum({crowded})[0] > 0 ? 0 : 100'000;
}

double default_limit(const Scenario& scenario, double scale) {
  if (scenario.limits.wall_time) return *scenario.limits.wall_time;
  if (scenario.stop.wall_time) return *scenario.stop.wall_time + 60;
  if (scenario.stop.virtual_time) return 60 + 3 * scale * *scenario.stop.virtual_time;
  return 3600;
}

/// Between two records by time: each is a message of every rank to rank 0.
constexpr Duration least_spacing = 1'000'000;

/// One rank's part of the run; on rank 0 with the conductor.
class Player {
 public:
  Player(Experiment& e, mpi::Transport& transport, const ReplayOptions& options, const ReplayControl& control)
      : e_(e), transport_(transport), options_(options), control_(control), cadence_(e.scenario, least_spacing),
        limit_(options.time_limit.value_or(default_limit(e.scenario, options.time_scale))), keeper_(control.keep) {}

  trace::Trace play() {
    const Watchdog watchdog(limit_ + 10, grace_s + (rank() == 0 ? 0 : 1), control_.signal, [this](int signal) { cut_off(signal); });
    if (rank() == 0) keeper_.keep_now(so_far(StoppedBy::under_way));  // whatever happens, an incomplete run is marked as one
    prepare();
    while (!stopped_) step();
    return finish();
  }

 private:
  int rank() const { return transport_.rank(); }
  double wall_seconds() const { return to_seconds(mpi::steady_now() - started_); }

  void prepare() {
    const auto placement = placement_on(e_.scenario, e_.agents(), transport_.size());
    Population population = populate(e_, placement);
    for (AgentId i = 0; i < population.programs.size(); ++i) host_of_.push_back(static_cast<int>(placement.host_of(i)));
    mpi::WorldOptions world;
    world.pace = options_.pace;
    world.seed = static_cast<std::uint64_t>(e_.scenario.seed);
    world.exchange = options_.exchange;
    world.spin = spin_for(transport_);
    if (e_.scenario.stop.virtual_time) world.until = from_seconds(*e_.scenario.stop.virtual_time);
    offset_ = mpi::measure_offset(transport_);
    started_ = mpi::agree_on_start(transport_, offset_, start_ahead);
    world_.emplace(e_.topology.graph, std::move(population.overlay), std::move(population.programs), placement,
                   std::move(population.compute), e_.scenario.network, transport_,
                   mpi::RunClock(started_, options_.time_scale), world);
    if (rank() == 0) conductor_.emplace(e_, *world_, host_of_, transport_.size(), control_);
    snapshot(0);
    cadence_.recorded(0, 0);
    std::this_thread::sleep_for(std::chrono::nanoseconds(std::max<Time>(0, started_ - mpi::steady_now())));
    guarded([this] { world_->start(); });
  }

  /// What an agent throws ends the run on all ranks, with its reason.
  template <class Act>
  void guarded(const Act& act) {
    try {
      act();
    } catch (const std::exception& error) {
      world_->halt();
      tell(failure_kind, as_words(fmt::format("rank {} ({}): {}", rank(), transport_.machine(), error.what())));
    }
  }

  void step() {
    for (; world_->time() >= cadence_.next_time() && cadence_.next_time() < end_time();
         cadence_.recorded(cadence_.next_time(), 0))
      snapshot(cadence_.next_time());
    bool something = false;
    guarded([&] { something = world_->turn(); });
    report_now_and_then();
    for (const auto& message : world_->take_control()) hear(message);
    if (conductor_) conduct();
    if (!something && !stopped_) world_->rest(next_look());
  }

  Time end_time() const {
    return e_.scenario.stop.virtual_time ? from_seconds(*e_.scenario.stop.virtual_time) : never;
  }
  /// Until then there is nothing to do but what comes in.
  Time next_look() const {
    const Time soon = world_->time() + static_cast<Time>(static_cast<double>(longest_rest) / options_.time_scale);
    return std::min({soon, cadence_.next_time(), std::max(end_time(), world_->time())});
  }

  void snapshot(Time time) { tell(snapshot_kind, snapshot_words(e_, *world_, records_++, time)); }

  void tell(std::uint16_t kind, const std::vector<double>& words) {
    if (conductor_)
      conductor_->take(0, kind, words);
    else
      world_->post_control(0, kind, words);
  }

  void report_now_and_then() {
    const Time now = mpi::steady_now();
    const int signal = control_.signal ? control_.signal->load(std::memory_order_relaxed) : 0;
    if (signal != 0 && !signal_told_) {
      signal_told_ = true;
      tell(signal_kind, {static_cast<double>(signal)});
    }
    if (now - reported_ < report_interval && !world_->diverged_agent()) return;
    report();
    reported_ = now;
  }

  void report() {
    Report own;
    own.counts = world_->counts();
    own.events = static_cast<double>(world_->events());
    own.went_out = static_cast<double>(world_->went_out());
    own.came_in = static_cast<double>(world_->came_in());
    own.idle = world_->idle();
    own.diverged = world_->diverged_agent().has_value();
    own.answers = answered_;
    tell(report_kind, own.words());
  }

  void hear(const mpi::ControlMessage& message) {
    if (message.kind != order_kind) {
      if (conductor_) conductor_->take(message.from_rank, message.kind, message.words);
      return;
    }
    obey(static_cast<Order>(static_cast<int>(message.words[0])), message.words[1]);
  }

  void order(Order what, double argument) {
    for (int r = 1; r < transport_.size(); ++r)
      world_->post_control(r, order_kind, std::vector<double>{static_cast<double>(what), argument});
    obey(what, argument);
  }

  void obey(Order what, double argument) {
    switch (what) {
      case stop_order:
        stopped_by_ = static_cast<StoppedBy>(static_cast<int>(argument));
        stopped_ = true;
        world_->halt();
        break;
      case record_order: snapshot(static_cast<Time>(argument)); break;
      case report_order:
        answered_ = argument;
        report();
    }
  }

  void conduct() {
    if (const auto why = conductor_->reason(wall_seconds(), limit_)) {
      if (*why == StoppedBy::terminated || *why == StoppedBy::interrupted) keeper_.keep_now(so_far(*why));
      order(stop_order, static_cast<double>(static_cast<int>(*why)));
      return;
    }
    if (conductor_->record_due()) order(record_order, static_cast<double>(world_->time()));
    if (const auto number = conductor_->question_due()) order(report_order, *number);
    const Time now = mpi::steady_now();
    if (now - kept_ < keep_interval) return;
    kept_ = now;
    keeper_.keep_soon(so_far(StoppedBy::under_way));
    if (control_.progress) control_.progress(progress());
  }

  Progress progress() const {
    const Report sum = conductor_->total();
    const auto& stop = e_.scenario.stop;
    const auto of = [](double done, auto all) { return all && static_cast<double>(*all) > 0 ? done / static_cast<double>(*all) : 0.0; };
    const double share = std::max({of(to_seconds(world_->time()), stop.virtual_time), of(double(sum.counts.updates), stop.updates),
                                   of(double(sum.counts.gradients), stop.gradients), of(double(sum.counts.messages), stop.messages),
                                   of(wall_seconds(), stop.wall_time)});
    return {std::min(1.0, share), world_->time(), static_cast<std::uint64_t>(sum.events), wall_seconds()};
  }

  /// What has been recorded so far, for a run that may be cut off.
  trace::Trace so_far(StoppedBy why) {
    trace::Trace trace;
    trace.stopped_by = why;
    trace.steps.assign(e_.agents(), 0);
    trace.replay = about_replay({});
    trace.replay->ranks.resize(static_cast<std::size_t>(transport_.size()));  // their figures come at the end
    if (conductor_) add_recorded(trace);
    return trace;
  }

  void add_recorded(trace::Trace& trace) {
    const Report sum = conductor_->total();
    trace.counts = sum.counts;
    trace.events = static_cast<std::uint64_t>(sum.events);
    trace.wall_seconds = wall_seconds();
    const auto rows = conductor_->evaluator().rows();
    if (rows.records.empty()) return;
    trace.metrics = rows.metrics;
    trace.records = rows.records;
    for (std::size_t c = 0; c < rows.metrics.size(); ++c) trace.final[rows.metrics[c]] = rows.records.back().values[c];
    trace.end = rows.records.back().time;
  }

  trace::Replay about_replay(trace::Replay replay) const {
    replay.library = mpi::library();
    replay.pace = options_.pace == mpi::Pace::native ? "native" : "scenario";
    replay.time_scale = options_.time_scale;
    replay.host_of = host_of_;
    return replay;
  }

  /// In order: all that is on its way arrives, then rank 0 learns everything.
  trace::Trace finish() {
    const Time own_end = stopped_by_ == StoppedBy::virtual_time ? end_time() : world_->time();
    const double wall = wall_seconds();
    keeper_.close();
    world_->drain();
    const Time end = transport_.sum({rank() == 0 ? own_end : 0})[0];
    for (const auto& message : world_->take_control()) hear(message);
    const double drift = mpi::measure_offset(transport_).offset_ns - offset_.offset_ns;
    auto testimony = gather_testimony(e_, *world_, transport_, host_of_, offset_, drift, end);
    trace::Trace trace;
    trace.stopped_by = stopped_by_;
    if (testimony) {
      trace.wall_seconds = wall;
      assemble(trace, std::move(*testimony), end);
    }
    trace.stopped_by = static_cast<StoppedBy>(transport_.sum({rank() == 0 ? static_cast<std::int64_t>(trace.stopped_by) : 0})[0]);
    return trace;
  }

  void add_particles(metric::Snapshot& snapshot, const Testimony& all) const {
    const auto rule = e_.scenario.algorithm->langevin_rule();
    if (!rule) return;
    snapshot.temperature = rule->temperature->at(0);
    for (const auto& particles : all.particles)
      if (!particles.empty()) snapshot.particles.emplace_back(particles);
    for (const auto& draws : all.draws)
      if (draws) snapshot.draws.push_back(draws.get());
  }

  void assemble(trace::Trace& trace, Testimony all, Time end) {
    Collected last{end, all.counts, all.iterates, {}, all.tokens};
    last.weights.assign(e_.agents(), all.mass ? all.mass->minimum_weight : 0);
    auto& evaluator = conductor_->evaluator();
    metric::Snapshot snapshot = as_snapshot(e_, last);
    snapshot.mass = all.mass;
    add_particles(snapshot, all);
    for (const metric::Metric* metric : metric::metrics())
      if (metric->applies(snapshot)) trace.final[std::string(metric->name)] = metric->value(snapshot);
    evaluator.finish();
    evaluator.add(last);
    evaluator.finish();
    auto rows = evaluator.rows();
    trace.metrics = std::move(rows.metrics);
    trace.records = std::move(rows.records);
    if (evaluator.diverged()) trace.stopped_by = StoppedBy::diverged;
    trace.end = end;
    trace.counts = all.counts;
    trace.events = all.events;
    trace.replay = about_replay(std::move(all.replay));
    const auto measured = trace::measure_asynchrony(*trace.replay, e_.agents());
    trace.k = measured.k;
    trace.tau_proc = measured.tau_proc;
    trace.tau_msg = measured.tau_msg;
    trace.tau_bar = measured.tau_proc + measured.tau_msg - 1;
    trace.staleness = all.delays ? *all.delays : measured.staleness;
    trace.server = all.server;
    if (options_.pace == mpi::Pace::scenario) trace.floor = distance_from_floor(e_, trace.counts.gradients, end);
    if (end > 0) trace.idle_share = 1 - all.busy / (static_cast<double>(end) * static_cast<double>(e_.agents()));
    if (std::isfinite(rows.minimum_weight)) trace.minimum_weight = rows.minimum_weight;
    all.steps.resize(e_.agents());
    trace.steps = all.steps;
    trace.visits = visit_figures(e_, trace.steps);
    trace.tokens = token_ends(snapshot);
    trace.token_figures = all.token_figures;
    trace.sampling = sampling_figures(e_, snapshot.draws, all.particle_figures);
    trace.rate_bias_expected = expected_rate_bias(e_);
    trace.rate_bias_measured = measured_rate_bias(e_, trace.steps, trace.server);
    trace.failure = conductor_->failure();
    if (trace.stopped_by == StoppedBy::diverged) trace.divergence = explain_divergence(e_, trace, snapshot.iterates);
    if (e_.scenario.record.trace == TraceKind::timeline) trace.timeline = timeline(*trace.replay);
  }

  static trace::Timeline timeline(const trace::Replay& replay) {
    trace::Timeline timeline;
    for (const auto& step : replay.steps) timeline.step(step.agent, step.begin, step.begin + step.duration);
    for (const auto& m : replay.messages) timeline.message(m.from, m.to, m.sent, m.sent + m.transit);
    return timeline;
  }

  /// From the watchdog's thread, when the run cannot end in order: a peer is gone, or a step does not return.
  [[noreturn]] void cut_off(int signal) const {
    if (signal == 0)
      fmt::print(stderr, "rank {} ({}): the time limit of {:.0f} s has passed, and a step or a rank does not answer; what was "
                         "recorded is kept\n", rank(), transport_.machine(), limit_);
    else if (rank() == 0)
      fmt::print(stderr, "ended by signal {} before every rank had answered; what was recorded is kept\n", signal);
    std::_Exit(signal == 0 ? 3 : 128 + signal);
  }

  Experiment& e_;
  mpi::Transport& transport_;
  const ReplayOptions& options_;
  const ReplayControl& control_;
  Cadence cadence_;
  double limit_;
  std::vector<int> host_of_;
  mpi::ClockOffset offset_;
  Time started_ = 0, reported_ = 0, kept_ = 0;
  std::int64_t records_ = 0;
  double answered_ = 0;
  bool stopped_ = false, signal_told_ = false;
  StoppedBy stopped_by_ = StoppedBy::under_way;
  std::optional<mpi::World> world_;
  std::optional<Conductor> conductor_;
  Keeper keeper_;
};

}  // namespace

trace::Trace replay(Experiment& experiment, mpi::Transport& transport, const ReplayOptions& options,
                    const ReplayControl& control) {
  return Player(experiment, transport, options, control).play();
}

}  // namespace taubar::experiment
