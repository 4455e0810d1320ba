#include "sim/virtual_time/world.hpp"

#include <algorithm>

#include "core/base/error.hpp"
#include "core/base/finite.hpp"
#include "core/base/prefetch.hpp"
#include "sim/virtual_time/state_hash.hpp"

namespace taubar::virtual_time {

using kernel::Event;
using kernel::EventClass;

namespace {

/// Under receiver contention a message first reaches the interface, then is received whole.
constexpr std::uint32_t at_interface = 1;

constexpr std::uint64_t poll_interval = 256;

/// So many agents, at half a kilobyte each, stay in a core's own cache: to ask for them in advance only costs.
constexpr std::size_t most_cached_agents = 2048;

std::uint64_t as_data(agent::PayloadBlock* block) { return reinterpret_cast<std::uintptr_t>(block); }
agent::PayloadBlock* as_block(std::uint64_t data) { return reinterpret_cast<agent::PayloadBlock*>(data); }

/// The two lines of a small payload.
void prefetch_message(Waiting item) {
  if (item.is_timer()) return;
  const char* block = reinterpret_cast<const char*>(item.block());
  prefetch(block);
  prefetch(block + 64);
}

}  // namespace

World::World(const topology::Digraph& graph, std::vector<topology::Link> overlay, Programs programs,
             std::size_t agents_with_data, compute::ComputeModel compute, const delay::NetworkSpec& network,
             std::uint64_t seed, int threads, const delay::Placement& placement)
    : graph_(graph),
      links_(graph, std::move(overlay)),
      programs_(std::move(programs)),
      agents_with_data_(agents_with_data),
      compute_(std::move(compute)),
      network_(network, programs_.size(), links_.links(), seed, placement),
      compute_pool_(programs_.size(), threads),
      slots_(programs_.size()) {
  check(programs_.size() <= max_agents, "agents fit the kernel's ranks");
  check(links_.links().size() <= ~std::uint32_t{0}, "links fit 32 bits");
  for (AgentId i = 0; i < programs_.size(); ++i) {
    slots_[i].program = programs_[i].get();
    if (i >= graph.agents()) continue;
    slots_[i].first_link = static_cast<std::uint32_t>(graph.first_link(i));
    slots_[i].out_degree = static_cast<std::uint32_t>(graph.out_neighbours(i).size());
  }
}

void World::start() {
  for (AgentId i = 0; i < programs_.size(); ++i) {
    self_ = i;
    witnessed(i, false, [&] { programs_[i]->on_start(*this); });
    release_read();
  }
}

Ended World::run(const Limits& limits, const std::function<bool()>& poll) {
  std::uint64_t until_poll = poll_interval;
  ended_ = Ended::time;
  if (!within(limits)) return ended_;
  const bool outgrows_caches = programs_.size() > most_cached_agents;
  const bool ran = loop_.run(limits.until, [&](const Event& event) {
    if (outgrows_caches) prefetch();
    if (!handle(event) || !within(limits)) return false;
    if (--until_poll == 0) {
      until_poll = poll_interval;
      if (poll && poll()) {
        ended_ = Ended::asked;
        return false;
      }
    }
    return true;
  });
  if (ran && loop_.queue().empty()) ended_ = Ended::quiet;
  return ended_;
}

/// Whether no count has reached its limit; says which otherwise.
bool World::within(const Limits& limits) {
  const auto reached = [this](std::int64_t count, std::int64_t limit, Ended why) {
    if (limit <= 0 || count < limit) [[likely]] return false;
    ended_ = why;
    return true;
  };
  return !(reached(counts_.updates, limits.updates, Ended::updates) ||
           reached(counts_.gradients, limits.gradients, Ended::gradients) ||
           reached(counts_.messages, limits.messages, Ended::messages) ||
           reached(static_cast<std::int64_t>(loop_.events()), static_cast<std::int64_t>(limits.events), Ended::events));
}

/// A million agents do not fit the caches, but the queue knows who is next. Two runs ahead, the agents' own lines are
/// asked for; one run ahead, when those have come, what they point to; and at last what that points to.
void World::prefetch() const {
  const kernel::LadderQueue& queue = loop_.queue();
  if (!queue.run_is_fresh()) return;
  const auto ends_step = [](const Event& event) { return kernel::class_of(event.rank) == EventClass::compute_done; };
  for (std::size_t k = 0; const Event* event = queue.ahead(k); ++k)
    if (ends_step(*event)) slots_[event->target].waiting.look_beyond(overflow_, prefetch_message);
  queue.look_ahead(
      [&](const Event& next) {
        if (ends_step(next)) prefetch_step(slots_[next.target]);
      },
      [&](const Event& second) {
        const char* slot = reinterpret_cast<const char*>(&slots_[second.target]);
        taubar::prefetch(slot + second_line);
        if (ends_step(second)) taubar::prefetch(slot);
      });
}

/// What the end of a local step touches besides the agent's own lines.
void World::prefetch_step(const Slot& slot) const {
  const char* program = reinterpret_cast<const char*>(slot.program);
  taubar::prefetch(program);
  taubar::prefetch(program + 64);
  graph_.prefetch_links(slot.first_link);
  network_.prefetch(slot.first_link);
  slot.waiting.look_beside(overflow_, prefetch_message);
}

bool World::handle(const Event& event) {
  self_ = event.target;
  if (lives_ && !finds_its_agent(event)) [[unlikely]] return true;
  switch (kernel::class_of(event.rank)) {
    case EventClass::delivery: deliver(event); break;
    case EventClass::compute_done: complete(event.target); break;
    default: {  // a timer
      Slot& slot = slots_[self_];
      if (slot.waiting.busy() || !slot.waiting.empty()) {
        slot.waiting.push(Waiting::timer(event.tag), overflow_);
      } else {
        witnessed(self_, false, [&] { slot.program->on_timer(*this, event.tag); });
        release_read();
      }
    }
  }
  return !diverged_;
}

/// Faults happen here; whether any other event still finds the agent, or the life of it, that it was meant for.
bool World::finds_its_agent(const Event& event) {
  const Life& agent = (*lives_)[event.target];
  switch (kernel::class_of(event.rank)) {
    case EventClass::fault:
      if (agent.down)
        recover(event.target);
      else
        crash(event.target);
      return false;
    case EventClass::delivery:
      if (agent.down) lose(event.target, as_block(event.data));
      return !agent.down;
    case EventClass::compute_done: return event.tag == agent.life;
    default: return event.data == agent.life;
  }
}

void World::deliver(const Event& event) {
  agent::PayloadBlock* block = as_block(event.data);
  Slot& slot = slots_[event.target];
  if (event.tag == at_interface) {
    const std::size_t link = links_.find(block->from, event.target);
    const Time whole = network_.receive(event.target, link, agent::message_bytes(block->size), now());
    if (whole > now()) {
      loop_.schedule(whole, kernel::make_rank(EventClass::delivery, block->from, slots_[block->from].sequence++),
                     event.target, 0, event.data);
      return;
    }
  }
  if (slot.waiting.busy() || !slot.waiting.empty()) {
    slot.waiting.push(Waiting::message(block), overflow_);
    return;
  }
  witnessed(event.target, false, [&] { slot.program->on_message(*this, read(*block)); });
  to_release_.push_back(block);
  release_read();
}

void World::complete(AgentId agent) {
  Slot& slot = slots_[agent];
  agent::AgentProgram& program = *slot.program;
  compute_pool_.finish(agent, program);
  if (now() != last_instant_) {
    last_instant_ = now();
    ++k_;
  }
  tau_proc_ = std::max(tau_proc_, k_ - slot.last_k);
  slot.last_k = k_;
  slot.waiting.set_busy(false);
  ++slot.steps;
  ++counts_.updates;
  counts_.gradients += slot.samples > 0;
  witnessed(agent, true, [&] { program.on_compute_done(*this); });
  release_read();
  hand_over_waiting(agent);
  if (!all_finite(program.iterate())) [[unlikely]] {
    diverged_ = true;
    diverged_agent_ = agent;
    ended_ = Ended::diverged;
  }
}

/// What on_compute_done left waiting, as long as the agent stays idle.
void World::hand_over_waiting(AgentId agent) {
  Slot& slot = slots_[agent];
  while (!slot.waiting.busy() && !slot.waiting.empty()) {
    const Waiting item = slot.waiting.pop(overflow_);
    if (item.is_timer()) {
      witnessed(agent, false, [&] { slot.program->on_timer(*this, item.tag()); });
    } else {
      witnessed(agent, false, [&] { slot.program->on_message(*this, read(*item.block())); });
      to_release_.push_back(item.block());
    }
    release_read();
  }
}

/// A message as its receiver sees it, counted as taken now.
agent::Message World::read(const agent::PayloadBlock& block) {
  const std::int64_t staleness = k_ - block.sent_at_k;
  staleness_.add(staleness);
  tau_msg_ = std::max(tau_msg_, staleness);
  ++counts_.taken;
  if (witness_) [[unlikely]] witness_->taken(self_, block);
  return {block.from, block.kind, block.stamp, {block.values(), block.size}};
}

void World::release_read() {
  for (agent::PayloadBlock* block : to_release_) pool_.drop(block);
  to_release_.clear();
}

std::span<const AgentId> World::in_neighbours() const {
  return self_ < graph_.agents() ? graph_.in_neighbours(self_) : std::span<const AgentId>{};
}

std::span<const AgentId> World::out_neighbours() const {
  return graph_.neighbours_along(slots_[self_].first_link, slots_[self_].out_degree);
}

agent::Payload World::payload(agent::MessageKind kind, std::int64_t stamp, std::size_t size) {
  agent::Payload payload = pool_.make(kind, stamp, size);
  payload.block().from = self_;
  payload.block().sent_at_k = k_;
  return payload;
}

void World::send(AgentId to, agent::Payload payload) {
  agent::PayloadBlock* block = payload.release();
  pass(links_.find(self_, to), to, block);
  pool_.drop(block);
}

void World::send_to_out_neighbours(agent::Payload payload) {
  agent::PayloadBlock* block = payload.release();
  const auto neighbours = out_neighbours();
  const std::size_t first = slots_[self_].first_link;
  if (network_.only_latency() && !schedule_ && !lives_ && !timeline_ && !witness_) {
    pass_all(first, neighbours, block);
  } else {
    for (std::size_t n = 0; n < neighbours.size(); ++n) pass(first + n, neighbours[n], block);
  }
  pool_.drop(block);
}

/// As pass() for each of them where nothing can happen to a message and nobody looks: the draws go side by side.
void World::pass_all(std::size_t first, std::span<const AgentId> to, agent::PayloadBlock* block) {
  constexpr std::size_t at_once = 16;
  Duration latencies[at_once];
  const auto copies = static_cast<std::uint32_t>(to.size());
  counts_.messages += copies;
  counts_.bytes += copies * agent::message_bytes(block->size);
  pool_.add_copies(*block, copies);
  for (std::size_t done = 0; done < to.size(); done += at_once) {
    const auto part = to.subspan(done, std::min(at_once, to.size() - done));
    network_.latencies(first + done, self_, part, {latencies, part.size()});
    for (std::size_t n = 0; n < part.size(); ++n)
      loop_.schedule(after(now(), latencies[n]), next_rank(EventClass::delivery), part[n], 0, as_data(block));
  }
}

/// Hands one copy to the network.
void World::pass(std::size_t link, AgentId to, agent::PayloadBlock* block) {
  const std::int64_t bytes = agent::message_bytes(block->size);
  const Time free_before = network_.sender_free(self_);
  delay::Passage passage = schedule_ ? delay::Passage{.arrival = schedule_->taken(self_, to, now())}
                                           : network_.send(link, self_, to, bytes, now());
  if (lives_ && lives_->cut(self_, to, now())) {
    passage.duplicate_arrival = never;
    lives_->figures.lost_messages += !passage.lost;
    passage.lost = true;
  }
  const Time free_after = network_.sender_free(self_);
  Slot& slot = slots_[self_];
  if (free_after > free_before) {
    slot.busy += free_after - std::max(free_before, now());
    slot.busy_until = std::max(slot.busy_until, free_after);
  }
  ++counts_.messages;
  counts_.bytes += bytes;
  if (timeline_) timeline_->message(self_, to, now(), passage.lost ? never : passage.arrival);
  if (witness_) [[unlikely]] witness_->sent(self_, to, *block, passage.lost ? 0 : passage.duplicate_arrival != never ? 2 : 1);
  const std::uint32_t stage = network_.queues_at_receiver() ? at_interface : 0;
  if (passage.lost) {
    ++counts_.lost;
  } else {
    pool_.add_copies(*block, 1);
    loop_.schedule(passage.arrival, next_rank(EventClass::delivery), to, stage, as_data(block));
  }
  if (passage.duplicate_arrival != never) {
    ++counts_.duplicated;
    pool_.add_copies(*block, 1);
    loop_.schedule(passage.duplicate_arrival, next_rank(EventClass::delivery), to, stage, as_data(block));
  }
}

bool World::sends_have_left() const { return network_.left_at(self_) <= now(); }

void World::begin_compute(std::int64_t samples) {
  Slot& slot = slots_[self_];
  check(!slot.waiting.busy(), "an agent begins a step only when the last one has ended");
  const Time start = std::max(now(), network_.sender_free(self_));
  // A step begun again is another step: it draws its own time.
  const std::uint64_t number = static_cast<std::uint64_t>(slot.steps) + (lives_ ? (*lives_)[self_].lost_steps : 0);
  const Duration duration = schedule_
                                ? schedule_->end_of_step(self_, start) - start
                                : compute_.duration(self_, number, start, samples);
  slot.waiting.set_busy(true);
  slot.samples = static_cast<std::int32_t>(samples);
  slot.busy += duration;
  slot.busy_until = start + duration;
  if (timeline_) timeline_->step(self_, start, start + duration);
  loop_.schedule(start + duration, next_rank(EventClass::compute_done), self_, life());
  if (witness_) [[unlikely]] witness_->step_begins(self_);
  compute_pool_.begin(self_, *slot.program);
}

std::span<const agent::Message> World::take_inbox() {
  WaitingList& waiting = slots_[self_].waiting;
  inbox_.clear();
  waiting.take_all(overflow_, [&](Waiting item) {
    if (item.is_timer()) {
      timers_.push_back(item);
    } else {
      inbox_.push_back(read(*item.block()));
      to_release_.push_back(item.block());
    }
  });
  for (Waiting timer : timers_) waiting.push(timer, overflow_);  // they go on waiting
  timers_.clear();
  return inbox_;
}

void World::set_timer(Duration delay, std::uint32_t tag) {
  loop_.schedule(now() + std::max<Duration>(0, delay), next_rank(EventClass::timer), self_, tag, life());
}

Asynchrony World::asynchrony() const {
  Asynchrony measured{k_, tau_proc_, tau_msg_};
  for (std::size_t i = 0; i < agents_with_data_; ++i)
    measured.tau_proc = std::max(measured.tau_proc, k_ - slots_[i].last_k);
  pool_.for_each([&](const agent::PayloadBlock& block) {
    measured.tau_msg = std::max(measured.tau_msg, k_ - block.sent_at_k);
  });
  return measured;
}

double World::idle_share(Time end) const {
  if (end <= 0 || agents_with_data_ == 0) return 0;
  double busy = 0;
  for (std::size_t i = 0; i < agents_with_data_; ++i)
    busy += static_cast<double>(slots_[i].busy - std::max<Duration>(0, slots_[i].busy_until - end));
  return 1 - busy / (static_cast<double>(end) * static_cast<double>(agents_with_data_));
}

std::uint64_t World::fingerprint() {
  StateHash hash(loop_.digest());
  for (auto& program : programs_) program->state(hash);
  return hash.value();
}

std::size_t World::bytes() const {
  return slots_.capacity() * sizeof(Slot) + overflow_.bytes() + pool_.bytes() + loop_.queue().bytes() +
         (schedule_ ? schedule_->bytes() : 0) + (lives_ ? lives_->bytes() : 0);
}

}  // namespace taubar::virtual_time
