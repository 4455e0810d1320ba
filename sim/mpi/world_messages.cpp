// Messages of the world of real processes: sent, held until they are due, handed to agents that are idle.
#include <utility>

#include "sim/mpi/world.hpp"

namespace taubar::mpi {

using kernel::EventClass;

namespace {

/// Under receiver contention a message first reaches the interface, then is received whole.
constexpr std::uint32_t at_interface = 1;

}  // namespace

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

}  // namespace taubar::mpi
