#include "sim/experiment/replay.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <csignal>
#include <cstdlib>
#include <thread>

#include "core/base/error.hpp"
#include "core/trace/asynchrony.hpp"
#include "sim/delay/placement.hpp"
#include "sim/experiment/divergence.hpp"
#include "sim/experiment/rate_bias.hpp"
#include "sim/experiment/snapshots.hpp"
#include "sim/experiment/testimony.hpp"
#include "sim/experiment/watchdog.hpp"
#include "sim/mpi/blob.hpp"

namespace taubar::experiment {
namespace {

using trace::StoppedBy;

/// Control frames. Those to rank 0: snapshot, report, failure, signal; those from it: order.
enum Kind : std::uint16_t { snapshot_kind = 1, report_kind = 2, failure_kind = 3, signal_kind = 4, order_kind = 5 };
/// First word of an order; the second is its argument.
enum Order : int { stop_order = 1, record_order = 2, report_order = 3 };

constexpr Duration start_ahead = 20'000'000;      // between the agreement on the start and the start
constexpr Duration report_interval = 5'000'000;   // real ns between a rank's reports
constexpr Duration keep_interval = 1'000'000'000;
constexpr Duration longest_rest = 5'000'000;
constexpr double grace_s = 0.8;  // launchers kill about a second after they have asked to end

/// What rank 0 must know of a rank while the run goes on.
struct Report {
  trace::Counts counts;
  double events = 0, went_out = 0, came_in = 0;
  bool idle = false, diverged = false;
  double answers = 0;  ///< number of the last report order it has seen

  std::vector<double> words() const {
    return {double(counts.updates), double(counts.gradients), double(counts.messages), events, went_out, came_in,
            double(idle),           double(diverged),         answers};
  }
  static Report of(std::span<const double> w) {
    Report r;
    r.counts.updates = static_cast<std::int64_t>(w[0]);
    r.counts.gradients = static_cast<std::int64_t>(w[1]);
    r.counts.messages = static_cast<std::int64_t>(w[2]);
    r.events = w[3], r.went_out = w[4], r.came_in = w[5];
    r.idle = w[6] != 0, r.diverged = w[7] != 0, r.answers = w[8];
    return r;
  }
};

std::vector<double> as_words(const std::string& text) {
  std::vector<double> words;
  for (const unsigned char letter : text) words.push_back(letter);
  return words;
}

std::string as_text(std::span<const double> words) {
  std::string text;
  for (const double word : words) text += static_cast<char>(static_cast<unsigned char>(word));
  return text;
}

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

/// Decides on rank 0, from what the ranks report, when to record and when to end.
class Conductor {
 public:
  Conductor(const Experiment& e, mpi::World& world, std::vector<int> host_of, int ranks, const ReplayControl& control)
      : e_(e), world_(world), control_(control), reports_(static_cast<std::size_t>(ranks)), cadence_(e.scenario),
        collector_(std::move(host_of), ranks, e.agents(), e.problem->dimension()),
        evaluator_(e, e.scenario.stop.target.has_value()) {}

  void take(int rank, std::uint16_t kind, std::span<const double> words) {
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

  /// Why to end now, if there is a reason.
  std::optional<StoppedBy> reason(double wall_seconds, double limit) {
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

  /// A record by updates is due.
  bool record_due() {
    if (cadence_.next_updates() == 0) cadence_.recorded(0, 0);
    const std::int64_t updates = total().counts.updates;
    if (cadence_.next_updates() == 0 || updates < cadence_.next_updates()) return false;
    cadence_.recorded(world_.time(), updates);
    return true;
  }
  /// A fresh report of everybody is needed: all seem idle, and it may be over.
  std::optional<double> question_due() {
    if (!total().idle || asked_ > answered()) return std::nullopt;
    return ++asked_;
  }

  Report total() const {
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
  Evaluator& evaluator() { return evaluator_; }
  const std::string& failure() const { return failure_; }
  int signal_seen() const {
    const int own = control_.signal ? control_.signal->load(std::memory_order_relaxed) : 0;
    return own != 0 ? own : signal_;
  }

 private:
  double answered() const {
    double least = asked_;
    for (const auto& r : reports_) least = std::min(least, r.answers);
    return least;
  }
  /// Nothing happens and nothing is on its way: two rounds of fresh reports, all idle, with the same sums (Mattern,
  /// "Algorithms for distributed termination detection", Distributed Computing 2, 1987: four counters).
  bool quiet(const Report& sum) {
    if (!sum.idle || asked_ == 0 || answered() < asked_ || asked_ == judged_) return false;
    judged_ = asked_;
    const bool still = sum.went_out == sum.came_in && sum.went_out == last_out_ && sum.came_in == last_in_;
    last_out_ = sum.went_out;
    last_in_ = sum.came_in;
    return still;
  }

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

/// One rank's part of the run; on rank 0 with the conductor.
class Player {
 public:
  Player(Experiment& e, mpi::Transport& transport, const ReplayOptions& options, const ReplayControl& control)
      : e_(e), transport_(transport), options_(options), control_(control), cadence_(e.scenario),
        limit_(options.time_limit.value_or(default_limit(e.scenario, options.time_scale))) {}

  trace::Trace play() {
    const Watchdog watchdog(limit_ + 10, grace_s + (rank() == 0 ? 0 : 1), control_.signal, [this](int signal) { cut_off(signal); });
    if (rank() == 0) keep(StoppedBy::under_way);  // whatever happens, an incomplete run is marked as one
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

  void snapshot(Time time) { tell(snapshot_kind, snapshot_words(*world_, records_++, time)); }

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
      if (*why == StoppedBy::terminated || *why == StoppedBy::interrupted) keep(*why);
      order(stop_order, static_cast<double>(static_cast<int>(*why)));
      return;
    }
    if (conductor_->record_due()) order(record_order, static_cast<double>(world_->time()));
    if (const auto number = conductor_->question_due()) order(report_order, *number);
    const Time now = mpi::steady_now();
    if (now - kept_ < keep_interval) return;
    kept_ = now;
    keep(StoppedBy::under_way);
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
  void keep(StoppedBy why) {
    if (!control_.keep) return;
    trace::Trace trace;
    trace.stopped_by = why;
    trace.steps.assign(e_.agents(), 0);
    trace.replay = about_replay({});
    trace.replay->ranks.resize(static_cast<std::size_t>(transport_.size()));  // their figures come at the end
    if (conductor_) add_recorded(trace);
    control_.keep(trace);
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

  void assemble(trace::Trace& trace, Testimony all, Time end) {
    Collected last{end, all.counts, all.iterates, {}};
    last.weights.assign(e_.agents(), all.mass ? all.mass->minimum_weight : 0);
    auto& evaluator = conductor_->evaluator();
    metric::Snapshot snapshot = as_snapshot(e_, last);
    snapshot.mass = all.mass;
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
    trace.staleness = measured.staleness;
    if (end > 0) trace.idle_share = 1 - all.busy / (static_cast<double>(end) * static_cast<double>(e_.agents()));
    if (std::isfinite(rows.minimum_weight)) trace.minimum_weight = rows.minimum_weight;
    all.steps.resize(e_.agents());
    trace.steps = all.steps;
    trace.rate_bias_expected = expected_rate_bias(e_);
    trace.rate_bias_measured = measured_rate_bias(e_, trace.steps);
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
};

}  // namespace

delay::Placement placement_on(const Scenario& scenario, std::size_t agents, int ranks) {
  const auto& hosts = scenario.hosts;
  if (hosts && hosts->count != ranks)
    throw InputError(fmt::format("/hosts/count: the scenario has {} hosts, and there are {} ranks; start it with mpirun -n {}, "
                                 "or leave hosts out",
                                 hosts->count, ranks, hosts->count));
  if (static_cast<std::size_t>(ranks) > agents)
    throw InputError(fmt::format("{} ranks for {} agents: a rank without agents would have nothing to do; any number from 1 to "
                                 "{} fits",
                                 ranks, agents, agents));
  if (hosts) return {agents, hosts};
  return {agents, static_cast<std::uint64_t>(ranks), delay::Assignment::block};
}

Readiness agree(mpi::Transport& transport, const std::string& identity, const Readiness& own, int wrong_input) {
  mpi::BlobWriter out;
  out.text(transport.machine());
  out.text(identity);
  out.value(own.code);
  out.text(own.complaint);
  const auto all = transport.gather(out.bytes());
  Readiness worst;
  for (std::size_t r = 0; r < all.size(); ++r) {
    mpi::BlobReader in(all[r]);
    const std::string machine = in.text(), its_identity = in.text();
    int code = in.value<int>();
    std::string complaint = in.text();
    if (code == 0 && own.code == 0 && its_identity != identity) {
      code = wrong_input;
      complaint = "its scenario, data or program differs from that of rank 0; every rank must read the same files with the same "
                  "version";
    }
    worst.code = std::max(worst.code, code);
    if (complaint.empty() || (r > 0 && complaint == own.complaint)) continue;
    if (!worst.complaint.empty()) worst.complaint += "\n";
    worst.complaint += r == 0 ? complaint : fmt::format("rank {} ({}): {}", r, machine, complaint);
  }
  worst.code = static_cast<int>(transport.sum({transport.rank() == 0 ? worst.code : 0})[0]);
  return worst;
}

trace::Trace replay(Experiment& experiment, mpi::Transport& transport, const ReplayOptions& options,
                    const ReplayControl& control) {
  return Player(experiment, transport, options, control).play();
}

}  // namespace taubar::experiment
