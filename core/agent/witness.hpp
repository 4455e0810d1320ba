// Who watches a run event by event, from outside: bounds that are evaluated on the run itself. A world without a witness
// pays one branch a hook.
#pragma once
#include <cstdint>

#include "core/agent/payload.hpp"
#include "core/base/time.hpp"

namespace taubar::agent {

/// Called by the world in the order in which things happen. A handler is everything that an agent does at one event:
/// on_start, on_compute_done, on_message, on_timer, on_recovery.
class Witness {
 public:
  virtual ~Witness() = default;
  /// Before a handler of the agent; `k`: distinct instants of completed steps so far, this one included. `ends_step`: it
  /// is on_compute_done.
  virtual void handler_begins(AgentId agent, std::int64_t k, Time time, bool ends_step) = 0;
  /// Inside a handler: the agent begins a local step with the state it has now.
  virtual void step_begins(AgentId agent) = 0;
  /// Inside a handler: the agent sends; `arriving` copies will arrive (0: lost, 2: duplicated).
  virtual void sent(AgentId from, AgentId to, const PayloadBlock& block, int arriving) = 0;
  /// Inside a handler: one copy is read. The block is valid until the handler ends.
  virtual void taken(AgentId by, const PayloadBlock& block) = 0;
  virtual void handler_ended(AgentId agent) = 0;
  /// Between handlers: a copy that was under way to the agent, or waited there, is gone: the agent is down.
  virtual void lost(AgentId /*by*/, const PayloadBlock& /*block*/) {}
  /// Between handlers: the agent is about to forget its state, and will be as before on_start.
  virtual void state_lost(AgentId /*agent*/) {}
};

}  // namespace taubar::agent
