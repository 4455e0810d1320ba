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

/// Under receiver contention a message first reaches the interface, then is received whole.
constexpr std::uint32_t at_interface = 1;

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

// ---- messages ----

std::span<const AgentId> World::in_neighbours() const {
  return self_ < graph_.agents() ? graph_.in_neighbours(self_) : std::span<const AgentId>{};
}

std::span<const AgentId> World::out_neighbours() const {
  return self_ < graph_.agents() ? graph_.out_neighbours(self_) : std::span<const AgentId>{};
}

agent::Payload World::payload(agent::MessageKind kind, std::int64_t stamp, std::size_t size) {
  agent::Payload payload = pool_.make(kind, stamp, size);
  payload.block().from = self_;
  return payload;
}

void World::send(AgentId to, agent::Payload payload) {
  const Time begun = steady_now();
  agent::PayloadBlock* block = payload.release();
  block->sent_at_k = clock_.at(begun);
  pass(links_.find(self_, to), to, block);
  pool_.drop(block);
  note_sending(begun);
}

/// The clock costs about as much as sending a small message: every sixteenth time stands for all.
void World::note_sending(Time begun) {
  if (++sendings_ % 16 == 0) figures_.send_seconds += 16 * to_seconds(steady_now() - begun);
}

void World::send_to_out_neighbours(agent::Payload payload) {
  const Time begun = steady_now();
  agent::PayloadBlock* block = payload.release();
  block->sent_at_k = clock_.at(begun);
  const auto neighbours = out_neighbours();
  const std::size_t first = neighbours.empty() ? 0 : graph_.first_link(self_);
  for (std::size_t n = 0; n < neighbours.size(); ++n) pass(first + n, neighbours[n], block);
  pool_.drop(block);
  note_sending(begun);
}

/// One copy to the network, twice or not at all where the scenario says so.
void World::pass(std::size_t link, AgentId to, agent::PayloadBlock* block) {
  const std::int64_t bytes = agent::message_bytes(block->size);
  const delay::Passage passage = network_.send(link, self_, to, bytes, now_);
  ++counts_.messages;
  counts_.bytes += bytes;
  if (passage.lost)
    ++counts_.lost;
  else
    dispatch(to, block, passage.arrival);
  if (passage.duplicate_arrival == never) return;
  ++counts_.duplicated;
  dispatch(to, block, passage.duplicate_arrival);
}

void World::dispatch(AgentId to, agent::PayloadBlock* block, Time due) {
  pool_.add_copies(*block, 1);
  if (is_own(to)) {
    Arrival arrival;
    arrival.block = block;
    arrival.sent = block->sent_at_k;
    arrival.due = due;
    arrival.to = to;
    hold(arrival);
    return;
  }
  Frame frame;
  frame.kind = block->kind;
  frame.from = self_;
  frame.to = to;
  frame.stamp = block->stamp;
  frame.sent = block->sent_at_k;
  frame.due = due;
  ++went_out_;
  exchange_.post(rank_of(to), frame, block);
}

void World::on_frame(int from_rank, const Frame& frame, agent::PayloadBlock* block) {
  if (frame.type == FrameType::control) {
    control_.push_back({from_rank, frame.kind, {block->values(), block->values() + block->size}});
    pool_.drop(block);
    return;
  }
  ++came_in_;
  block->sent_at_k = frame.sent;
  Arrival arrival;
  arrival.block = block;
  arrival.sent = frame.sent;
  arrival.due = options_.pace == Pace::scenario ? frame.due : polled_at_;
  arrival.cost_bytes = frame.cost_bytes();
  arrival.to = frame.to;
  if (options_.pace == Pace::scenario) {
    hold(arrival);
    return;
  }
  ++events_;
  now_ = polled_at_;
  arrive(arrival);
}

/// Until it is due; one that comes too late is due at once.
void World::hold(const Arrival& arrival) {
  if (free_arrivals_.empty()) {
    free_arrivals_.push_back(arrivals_.size());
    arrivals_.emplace_back();
  }
  const std::uint64_t number = free_arrivals_.back();
  free_arrivals_.pop_back();
  arrivals_[number] = arrival;
  const std::uint32_t stage = network_.queues_at_receiver() ? at_interface : 0;
  schedule(arrival.due, EventClass::delivery, arrival.block->from, arrival.to, stage, number);
}

void World::deliver(std::uint64_t number) {
  Arrival arrival = arrivals_[number];
  if (network_.queues_at_receiver() && arrival.arrived == 0) {
    const std::size_t link = links_.find(arrival.block->from, arrival.to);
    const Time whole = network_.receive(arrival.to, link, agent::message_bytes(arrival.block->size), now_);
    arrivals_[number].arrived = whole;  // marks that the interface has been passed
    if (whole > now_) {
      arrivals_[number].due = whole;
      schedule(whole, EventClass::delivery, arrival.block->from, arrival.to, 0, number);
      return;
    }
  }
  free_arrivals_.push_back(number);
  arrive(arrival);
}

/// At its agent, now.
void World::arrive(Arrival& arrival) {
  arrival.arrived = now_;
  self_ = arrival.to;
  Place& its = place(arrival.to);
  if (its.busy || halted_ || !its.waiting.empty()) {
    its.waiting.push_back(arrival);
    return;
  }
  give(arrival.to, arrival);
  release_read();
}

/// What waits, in order, as long as the agent is idle.
void World::hand_over_waiting(AgentId agent) {
  Place& its = place(agent);
  while (!its.busy && !halted_ && !its.waiting.empty()) {
    const Arrival item = its.waiting.front();
    its.waiting.pop_front();
    give(agent, item);
    release_read();
  }
}

void World::give(AgentId agent, const Arrival& item) {
  if (!item.block)
    programs_[agent]->on_timer(*this, item.tag);
  else
    programs_[agent]->on_message(*this, read(item));
}

agent::Message World::read(const Arrival& arrival) {
  const agent::PayloadBlock& block = *arrival.block;
  ++counts_.taken;
  exchange_.taken(arrival.cost_bytes);
  if (measured_messages_.size() < options_.kept_messages)
    measured_messages_.push_back(measured(arrival, now_ - arrival.arrived));
  else
    ++figures_.messages_left_out;
  to_release_.push_back(arrival.block);
  return {block.from, block.kind, block.stamp, {block.values(), block.size}};
}

void World::release_read() {
  for (agent::PayloadBlock* block : to_release_) pool_.drop(block);
  to_release_.clear();
}

std::span<const agent::Message> World::take_inbox() {
  auto& waiting = place(self_).waiting;
  inbox_.clear();
  for (std::size_t left = waiting.size(); left > 0; --left) {
    const Arrival item = waiting.front();
    waiting.pop_front();
    if (item.block)
      inbox_.push_back(read(item));
    else  // a timer goes on waiting
      waiting.push_back(item);
  }
  return inbox_;
}

bool World::sends_have_left() const { return exchange_.has_left(self_) && network_.left_at(self_) <= now_; }

std::vector<ControlMessage> World::take_control() { return std::exchange(control_, {}); }

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
