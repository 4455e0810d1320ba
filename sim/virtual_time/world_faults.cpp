// The world's faults: what happens to an agent that crashes, and when it comes back.
#include <algorithm>

#include "sim/virtual_time/world.hpp"

namespace taubar::virtual_time {

using kernel::EventClass;

void World::suffer(const fault::Plan& plan) {
  if (plan.empty()) return;
  lives_ = std::make_unique<Lives>(plan, programs_);
  std::uint64_t sequence = 0;
  for (const auto& crash : plan.crashes)
    for (const Time at : {crash.at, crash.recovery})
      if (at < never) loop_.schedule(at, kernel::make_rank(EventClass::fault, crash.agent, sequence++), crash.agent);
}

void World::crash(AgentId agent) {
  Slot& slot = slots_[agent];
  const bool in_step = slot.waiting.busy();
  if (in_step) compute_pool_.finish(agent, *slot.program);  // another thread may be at it; the result is not used
  lives_->crash(agent, now(), in_step);
  slot.waiting.set_busy(false);
  slot.busy -= std::max<Duration>(0, slot.busy_until - now());
  slot.busy_until = std::min(slot.busy_until, now());
  slot.waiting.take_all(overflow_, [&](Waiting item) {
    if (!item.is_timer()) lose(agent, item.block());
  });
  if (timeline_) timeline_->crash(agent, now());
}

void World::recover(AgentId agent) {
  Slot& slot = slots_[agent];
  const fault::Crash& crash = lives_->recover(agent);
  if (!crash.keep_state) {
    if (witness_) witness_->state_lost(agent);
    lives_->start_anew(agent, *slot.program);
  }
  if (timeline_) timeline_->recovery(agent, now());
  agent::Recovery recovery;
  recovery.state_kept = crash.keep_state;
  if (crash.keep_state && (*lives_)[agent].lost_step) recovery.lost_step = slot.samples;
  witnessed(agent, false, [&] { slot.program->on_recovery(*this, recovery); });
  release_read();
}

/// One copy, because the agent is down.
void World::lose(AgentId by, agent::PayloadBlock* block) {
  ++counts_.lost;
  ++lives_->figures.lost_messages;
  if (witness_) witness_->lost(by, *block);
  pool_.drop(block);
}

}  // namespace taubar::virtual_time
