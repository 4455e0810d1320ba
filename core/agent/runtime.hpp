// What an agent may ask of the world it lives in. Two worlds answer: virtual time and MPI ranks.
#pragma once
#include <span>

#include "core/agent/payload.hpp"
#include "core/base/ids.hpp"
#include "core/base/time.hpp"

namespace taubar::agent {

/// Valid inside a handler of the agent it speaks to, never in AgentProgram::compute.
class Runtime {
 public:
  virtual ~Runtime() = default;

  virtual AgentId self() const = 0;
  virtual Time now() const = 0;
  /// Neighbours in the topology, increasing; never the agent itself. In-neighbours send to it.
  virtual std::span<const AgentId> in_neighbours() const = 0;
  virtual std::span<const AgentId> out_neighbours() const = 0;

  /// A payload to write into: `size` values, uninitialised.
  virtual Payload payload(MessageKind kind, std::int64_t stamp, std::size_t size) = 0;
  /// To one agent: an out-neighbour, or a peer of the algorithm's overlay.
  virtual void send(AgentId to, Payload payload) = 0;
  /// The same payload to every out-neighbour; one block, many deliveries.
  virtual void send_to_out_neighbours(Payload payload) = 0;
  /// Whether all earlier sends have left: sender overhead and queueing at the interface are over.
  virtual bool sends_have_left() const = 0;

  /// Starts a local step of `samples` sample gradients (0: none). Freezes the agent until on_compute_done: messages
  /// and timers that fall due meanwhile wait. Sender overhead still to come delays the start of the work.
  virtual void begin_compute(std::int64_t samples) = 0;
  /// All waiting messages in order of arrival; they are then read. Valid until the handler returns or the next call.
  virtual std::span<const Message> take_inbox() = 0;
  /// on_timer(tag) after `delay` ns.
  virtual void set_timer(Duration delay, std::uint32_t tag) = 0;
};

}  // namespace taubar::agent
