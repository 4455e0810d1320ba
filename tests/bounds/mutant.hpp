// Agents that break a rule, once: a program like any other, around one that keeps it. What is broken is what bounds must see.
#pragma once
#include <memory>
#include <optional>
#include <vector>

#include "core/agent/program.hpp"

namespace taubar::test {

enum class Mutation {
  none,
  drops_message,     ///< a message that it has read is not used
  repeats_gradient,  ///< what a step added to x is added again, in no book
  books_it_twice,    ///< the same, and added to the perturbation too
  leaves_unread,     ///< for `patience` local steps it does not look into its inbox
  keeps_message,     ///< a message is read and used `patience` local steps later; its mass is claimed meanwhile
};

struct Plan {
  Mutation mutation = Mutation::none;
  std::int64_t when = 0;      ///< the number of the message it reads, or of its local step
  std::int64_t patience = 0;  ///< own steps
};

class Mutant final : public agent::AgentProgram {
 public:
  Mutant(std::unique_ptr<agent::AgentProgram> sound, const Plan& plan) : sound_(std::move(sound)), plan_(plan) {}

  void on_start(agent::Runtime& runtime) override { sound_->on_start(runtime); }
  void compute() override { sound_->compute(); }
  void on_compute_done(agent::Runtime& runtime) override;
  /// Never called by a schedule under which no agent idles.
  void on_message(agent::Runtime& runtime, const agent::Message& message) override { sound_->on_message(runtime, message); }
  std::span<const double> iterate() const override { return sound_->iterate(); }
  void state(agent::StateVisitor& visitor) override { sound_->state(visitor); }
  std::optional<agent::PushMass> push_mass() const override;

  /// Whether it has come to its deed.
  bool done() const { return done_; }

 private:
  class Ears;
  struct Kept {
    agent::Message message;
    std::vector<double> values;
    std::int64_t until;  ///< own step
  };

  std::span<const agent::Message> hear(std::span<const agent::Message> inbox);
  void add_again(std::span<const double> perturbation_before);

  std::unique_ptr<agent::AgentProgram> sound_;
  Plan plan_;
  std::int64_t read_ = 0, steps_ = 0;
  bool done_ = false;
  std::optional<Kept> kept_;
  std::vector<agent::Message> heard_;
  mutable std::vector<double> claimed_;  ///< x and what is kept
};

}  // namespace taubar::test
