// The partially asynchronous model, enforced: at each k = 1, 2, … a non-empty set of agents completes a local step, every
// agent at least once in any tau_proc consecutive k; a message that is sent at k is taken in (k, k + tau_msg]. Instant k
// is k seconds of virtual time, so that k is what the world counts as k.
//
// The sets of the next max(tau_proc, tau_msg) k are known at any time: a bit an agent and k, in a ring of blocks of 64 k.
#pragma once
#include <cstdint>
#include <memory>
#include <vector>

#include "core/base/time.hpp"
#include "sim/asynchrony/turns.hpp"

namespace taubar::asynchrony {

/// Source of the model: Bertsekas, Tsitsiklis, "Parallel and distributed computation", 1989, section 7.1; here in the terms
/// of Assran, Rabbat, "Asynchronous gradient push", IEEE TAC 66(1), 2021.
class BoundedSchedule {
 public:
  /// InputError as make_turns.
  BoundedSchedule(const AsynchronySpec& spec, std::size_t agents, std::uint64_t seed);

  /// The instant at which the agent completes the step that it begins at `now`. The instants asked about do not decrease
  /// from call to call, here and below.
  Time end_of_step(AgentId agent, Time now);
  /// The instant at which `to` completes a step and takes what `from` sends at `now`: when the message arrives.
  Time taken(AgentId from, AgentId to, Time now);

  /// Completions of each agent per k in the long run, but for a common factor.
  std::vector<double> rates() const { return turns_->rates(); }
  std::size_t bytes() const { return ahead_.capacity() * sizeof(std::uint64_t) + who_.capacity() * sizeof(AgentId); }
  /// The same with what `turns` hold, before there is one.
  static double expected_bytes(const AsynchronySpec& spec, double agents);

 private:
  void know_ahead_of(std::int64_t k);
  std::uint64_t turns_in(AgentId agent, std::int64_t number, std::int64_t after, std::int64_t until) const;
  std::int64_t count(AgentId agent, std::int64_t after, std::int64_t until) const;
  std::int64_t turn(AgentId agent, std::int64_t after, std::int64_t number) const;
  std::uint64_t* block(std::int64_t number) { return ahead_.data() + static_cast<std::size_t>(number % blocks_) * agents_; }
  const std::uint64_t* block(std::int64_t number) const {
    return ahead_.data() + static_cast<std::size_t>(number % blocks_) * agents_;
  }

  std::unique_ptr<Turns> turns_;
  std::size_t agents_;
  std::int64_t tau_msg_, reach_, blocks_;
  std::int64_t known_ = 0;             ///< the sets are known up to this k
  std::vector<std::uint64_t> ahead_;   ///< blocks × agents; bit b of block c: completes at k = 64 c + b
  std::vector<AgentId> who_;
};

}  // namespace taubar::asynchrony
