// Who completes at k = 1, 2, …, and at which of its turns a receiver takes a message: the schedules of the bounded model,
// one class each in turns.cpp.
#pragma once
#include <cstdint>
#include <memory>
#include <vector>

#include "core/base/ids.hpp"
#include "sim/asynchrony/asynchrony_spec.hpp"

namespace taubar::asynchrony {

class Turns {
 public:
  virtual ~Turns() = default;
  /// Replaces `who` by the agents that complete at the next k, each once. Never empty; no agent is left out tau_proc
  /// times in a row.
  virtual void next(std::vector<AgentId>& who) = 0;
  /// Of the receiver's turns 0 … turns − 1 in (k, k + tau_msg], turns >= 1: the one that takes what was sent at k.
  virtual std::int64_t taking(AgentId from, AgentId to, std::int64_t k, std::int64_t turns) const = 0;
  /// Completions of each agent per k in the long run, but for a common factor.
  virtual std::vector<double> rates() const = 0;
};

/// Of `spec`, which is bounded, for `agents` >= 1 agents. InputError, with pointers below /asynchrony, for bounds that no
/// such schedule can keep or, if adversarial, attain.
std::unique_ptr<Turns> make_turns(const AsynchronySpec& spec, std::size_t agents, std::uint64_t seed);

}  // namespace taubar::asynchrony
