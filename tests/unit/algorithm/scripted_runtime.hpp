// A Runtime without a world: the test starts the program, delivers messages, ends its local steps, and looks
// at what it sent. It keeps to the port's rules: a computing agent is frozen, its messages wait in the inbox
// in order of arrival, and what on_compute_done leaves there goes to on_message while the agent stays idle.
#pragma once
#include <deque>
#include <stdexcept>
#include <vector>

#include "core/agent/program.hpp"
#include "core/topology/digraph.hpp"
#include "tests/support/allocation_counter.hpp"

namespace taubar::test {

struct SentMessage {
  AgentId from = 0, to = 0;
  agent::MessageKind kind = 0;
  std::int64_t stamp = 0;
  std::vector<double> values;
  std::int64_t payload = 0;  ///< equal for the copies of one multicast
};

class ScriptedRuntime final : public agent::Runtime {
 public:
  /// `self` may be n, the server: it has no neighbours.
  ScriptedRuntime(AgentId self, const topology::Digraph& graph, agent::AgentProgram& program)
      : self_(self), program_(&program) {
    if (self < graph.agents()) {
      in_ = graph.in_neighbours(self);
      out_ = graph.out_neighbours(self);
    }
  }

  // ---- the test's side ----
  void start() {
    const Counting on(true);
    program_->on_start(*this);
  }
  /// Ends the local step.
  void finish_compute() {
    if (!computing_) throw std::logic_error("the agent is idle");
    const Counting on(true);
    if (!compute_at_begin) program_->compute();
    computing_ = false;
    program_->on_compute_done(*this);
    hand_over();
  }
  void deliver(SentMessage message) {
    inbox_.push_back(std::move(message));
    const Counting on(true);
    if (!computing_) hand_over();
  }
  void deliver(AgentId from, agent::MessageKind kind, std::int64_t stamp, std::vector<double> values) {
    deliver({from, self_, kind, stamp, std::move(values), 0});
  }
  /// What was sent since the last call.
  std::vector<SentMessage> take_sent() { return std::exchange(sent_, {}); }
  /// A timer set earlier that falls due by now goes off, if the agent is idle; whether there was one.
  bool let_timer_go_off() {
    if (computing_) return false;
    for (auto timer = timers_.begin(); timer != timers_.end(); ++timer) {
      if (timer->due > clock) continue;
      const std::uint32_t tag = timer->tag;
      timers_.erase(timer);
      const Counting on(true);
      program_->on_timer(*this, tag);
      return true;
    }
    return false;
  }
  /// Delivered, and not yet read.
  const std::deque<SentMessage>& waiting() const { return inbox_; }
  bool computing() const { return computing_; }
  std::int64_t steps_begun() const { return steps_begun_; }
  std::int64_t samples() const { return samples_; }
  /// The program goes on with another one's state.
  void replace(agent::AgentProgram& program) { program_ = &program; }

  bool have_left = true;  ///< the answer to sends_have_left
  bool compute_at_begin =
      false;  ///< run compute() in begin_compute: the earliest a world may, instead of the latest
  Time clock = 0;

  // ---- the program's side ----
  AgentId self() const override { return self_; }
  Time now() const override { return clock; }
  std::span<const AgentId> in_neighbours() const override { return in_; }
  std::span<const AgentId> out_neighbours() const override { return out_; }
  agent::Payload payload(agent::MessageKind kind, std::int64_t stamp, std::size_t size) override {
    const Counting off(false);
    ++payloads_;
    return pool_.make(kind, stamp, size);
  }
  void send(AgentId to, agent::Payload payload) override {
    const Counting off(false);
    record(to, payload);
    const agent::Payload dropped = std::move(payload);
  }
  void send_to_out_neighbours(agent::Payload payload) override {
    const Counting off(false);
    for (const AgentId to : out_) record(to, payload);
    const agent::Payload dropped = std::move(payload);
  }
  bool sends_have_left() const override { return have_left; }
  void begin_compute(std::int64_t samples) override {
    if (computing_) throw std::logic_error("begin_compute on a computing agent");
    computing_ = true;
    ++steps_begun_;
    samples_ = samples;
    if (compute_at_begin) program_->compute();
  }
  std::span<const agent::Message> take_inbox() override {
    const Counting off(false);
    read_.assign(std::make_move_iterator(inbox_.begin()), std::make_move_iterator(inbox_.end()));
    inbox_.clear();
    messages_.clear();
    for (const auto& m : read_) messages_.push_back({m.from, m.kind, m.stamp, m.values});
    return messages_;
  }
  void set_timer(Duration delay, std::uint32_t tag) override {
    const Counting off(false);
    timers_.push_back({clock + delay, tag});
  }

 private:
  void hand_over() {
    while (!computing_ && !inbox_.empty()) {
      SentMessage message;
      {
        const Counting off(false);
        message = std::move(inbox_.front());
        inbox_.pop_front();
      }
      program_->on_message(*this, {message.from, message.kind, message.stamp, message.values});
    }
  }
  void record(AgentId to, agent::Payload& payload) {
    const auto values = payload.values();
    sent_.push_back(
        {self_, to, payload.block().kind, payload.block().stamp, {values.begin(), values.end()}, payloads_});
  }

  struct Timer {
    Time due;
    std::uint32_t tag;
  };

  AgentId self_;
  agent::AgentProgram* program_;
  std::vector<Timer> timers_;
  std::span<const AgentId> in_, out_;
  agent::PayloadPool pool_;
  std::deque<SentMessage> inbox_;
  std::vector<SentMessage> read_, sent_;
  std::vector<agent::Message> messages_;
  bool computing_ = false;
  std::int64_t steps_begun_ = 0, samples_ = -1, payloads_ = 0;
};

}  // namespace taubar::test
