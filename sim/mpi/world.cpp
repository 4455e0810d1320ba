#include "sim/mpi/world.hpp"

#include <algorithm>

#include "core/base/error.hpp"
#include "core/base/finite.hpp"

namespace taubar::mpi {

using kernel::Event;
using kernel::EventClass;

namespace {

/// Sleeps between two looks at the network, real time.
constexpr Duration shortest_nap = 20'000, longest_nap = 60'000;

/// What native pace leaves of the scenario's network: what is lost and what comes twice.
delay::NetworkSpec imposed(const delay::NetworkSpec& network, Pace pace) {
  if (pace == Pace::scenario) return network;
  delay::NetworkSpec native;
  native.loss = network.loss;
  native.duplicate = network.duplicate;
  for (const auto& link : network.links) {
    native.links.push_back(link);
    native.links.back().latency = {};
    native.links.back().bandwidth.reset();
  }
  return native;
}

}  // namespace

World::World(const topology::Digraph& graph, std::vector<topology::Link> overlay, Programs programs,
             delay::Placement placement, compute::ComputeModel compute, const delay::NetworkSpec& network,
             Transport& transport, RunClock clock, const WorldOptions& options)
    : graph_(graph),
      links_(graph, std::move(overlay)),
      programs_(std::move(programs)),
      placement_(std::move(placement)),
      place_of_(programs_.size(), 0),
      compute_(std::move(compute)),
      network_(imposed(network, options.pace), programs_.size(), links_.links(), options.seed, placement_),
      transport_(transport),
      clock_(clock),
      options_(options),
      exchange_(transport, pool_, options.exchange) {
  for (AgentId i = 0; i < programs_.size(); ++i) {
    if (!is_own(i)) {
      programs_[i].reset();
      continue;
    }
    place_of_[i] = static_cast<std::uint32_t>(own_.size());
    own_.push_back(i);
  }
  places_.resize(own_.size());
  figures_.agents = static_cast<std::int64_t>(own_.size());
}

void World::start() {
  now_ = clock_.now();
  for (const AgentId i : own_) {
    self_ = i;
    programs_[i]->on_start(*this);
    release_read();
  }
  exchange_.flush();
}

bool World::turn() {
  bool something = poll();
  note_congestion();
  something = begin_ready() || something;
  something = collect_computed() || something;
  something = handle_due() || something;
  exchange_.flush();
  return something;
}

bool World::poll() {
  polled_at_ = clock_.now();
  return exchange_.poll(*this);
}

void World::rest(Time latest) {
  if (const Event* next = queue_.peek()) latest = std::min(latest, next->time);
  const Time until = clock_.real(latest);
  const Time begun = steady_now();
  Duration nap = shortest_nap;
  for (Time now = begun; now < until; now = steady_now()) {
    if (poll()) return;
    if (now - begun < options_.spin && compute_thread_.under_way() == 0) continue;
    if (compute_thread_.wait_until(std::min(until, now + nap))) return;
    nap = std::min(2 * nap, longest_nap);
  }
}

void World::drain() {
  exchange_.open_windows();
  for (;;) {
    exchange_.flush();
    poll();
    const auto all = transport_.sum({exchange_.posted(), exchange_.received(), exchange_.all_left() ? 0 : 1});
    if (all[0] == all[1] && all[2] == 0) return;
  }
}

bool World::idle() const {
  if (!ready_.empty() || !queue_.empty() || compute_thread_.under_way() > 0) return false;
  return std::none_of(places_.begin(), places_.end(), [](const Place& place) { return place.busy; });
}

// ---- steps ----

void World::begin_compute(std::int64_t samples) {
  Place& own = place(self_);
  check(!own.busy, "an agent begins a step only when the last one has ended");
  own.busy = true;
  own.begin = now_;
  own.samples = samples;
  own.computed = own.overdue = false;
  ready_.push_back(self_);
}

/// Books the time for which full windows keep steps from beginning.
void World::note_congestion() {
  const bool held_back = exchange_.congested() && !ready_.empty();
  if (held_back == (held_back_since_ != never)) return;
  const Time now = steady_now();
  if (!held_back) figures_.held_back_seconds += to_seconds(now - held_back_since_);
  held_back_since_ = held_back ? now : never;
}

bool World::begin_ready() {
  if (ready_.empty() || halted_ || exchange_.congested()) return false;
  for (; !ready_.empty(); ready_.pop_front()) begin_step(ready_.front());
  return true;
}

void World::begin_step(AgentId agent) {
  Place& its = place(agent);
  if (options_.pace == Pace::scenario) {
    const Time start = std::max(its.begin, network_.sender_free(agent));
    its.due = start + compute_.duration(agent, static_cast<std::uint64_t>(its.steps), start, its.samples);
    schedule(its.due, EventClass::compute_done, agent, agent);
  }
  compute_thread_.begin(agent, *programs_[agent]);
}

bool World::collect_computed() {
  done_.clear();
  compute_thread_.take_done(done_);
  for (const auto& done : done_) {
    if (done.failure) std::rethrow_exception(done.failure);
    computed(done);
  }
  return !done_.empty();
}

void World::computed(const ComputeThread::Done& done) {
  Place& its = place(done.agent);
  its.work = done.ended - done.begun;
  its.computed = true;
  figures_.compute_seconds += to_seconds(its.work);
  if (options_.pace == Pace::native) {
    const Time begun = clock_.at(done.begun);
    const auto imposed = compute_.imposed(done.agent, static_cast<std::uint64_t>(its.steps), begun);
    const double own = static_cast<double>(clock_.at(done.ended) - begun);
    its.due = begun + static_cast<Duration>(own * imposed.factor) + from_seconds(imposed.added_seconds);
    schedule(its.due, EventClass::compute_done, done.agent, done.agent);
  } else if (its.overdue) {
    schedule(clock_.now(), EventClass::compute_done, done.agent, done.agent);
  }
}

void World::complete(AgentId agent) {
  Place& its = place(agent);
  if (!its.computed) {  // the law says it has ended; the processor does not
    its.overdue = true;
    return;
  }
  agent::AgentProgram& program = *programs_[agent];
  its.busy = false;
  ++its.steps;
  ++counts_.updates;
  counts_.gradients += its.samples > 0;
  if (measured_steps_.size() < options_.kept_steps)
    measured_steps_.push_back({agent, its.begin, now_ - its.begin, its.work,
                               options_.pace == Pace::scenario ? now_ - its.due : 0});
  else
    ++figures_.steps_left_out;
  program.on_compute_done(*this);
  release_read();
  hand_over_waiting(agent);
  if (all_finite(program.iterate())) [[likely]] return;
  diverged_agent_ = agent;
  halted_ = true;
}

// ---- events ----

void World::schedule(Time time, EventClass event_class, AgentId origin, AgentId target, std::uint32_t tag,
                     std::uint64_t data) {
  queue_.push({time, kernel::make_rank(event_class, origin, sequence_++), data, target, tag});
}

/// All that is due now; what they cause to fall due at once comes with the next turn.
bool World::handle_due() {
  const Time until = std::min(clock_.now(), options_.until);
  bool something = false;
  while (!halted_) {
    const Event* next = queue_.peek();
    if (!next || next->time > until) break;
    handle(queue_.pop());
    something = true;
  }
  return something;
}

void World::handle(const Event& event) {
  ++events_;
  self_ = event.target;
  now_ = std::max(clock_.now(), event.time);
  switch (kernel::class_of(event.rank)) {
    case EventClass::delivery: deliver(event.data); break;
    case EventClass::compute_done: complete(event.target); break;
    default: {
      Place& its = place(self_);
      Arrival timer;
      timer.tag = event.tag;
      timer.to = self_;
      its.waiting.push_back(timer);
      hand_over_waiting(self_);
    }
  }
}

void World::set_timer(Duration delay, std::uint32_t tag) {
  schedule(now_ + std::max<Duration>(0, delay), EventClass::timer, self_, self_, tag);
}

// ---- what was measured ----

trace::MeasuredMessage World::measured(const Arrival& arrival, Duration waited) const {
  const Duration excess = options_.pace == Pace::scenario ? arrival.arrived - arrival.due : 0;
  return {arrival.block->from, arrival.to, agent::message_bytes(arrival.block->size), arrival.sent,
          arrival.arrived - arrival.sent, waited, excess};
}

std::vector<trace::MeasuredMessage> World::measured_messages() const {
  auto all = measured_messages_;
  for (const auto& place : places_)
    for (const auto& arrival : place.waiting)
      if (arrival.block) all.push_back(measured(arrival, -1));
  return all;
}

trace::RankFigures World::figures() const {
  trace::RankFigures figures = figures_;
  figures.messages = counts_.messages;
  figures.bytes = counts_.bytes;
  figures.most_unread_bytes = exchange_.most_unread_bytes();
  return figures;
}

}  // namespace taubar::mpi
