// A host of the population: it moves its particles, step after step, and exchanges with others between steps.
#pragma once
#include "core/algorithm/particle_exchange.hpp"

namespace taubar::algorithm {

class LangevinProgram final : public agent::AgentProgram {
 public:
  /// `draws`: of a host at the temperature of the target.
  LangevinProgram(std::shared_ptr<const GroupRule> rule, const Inputs& inputs, AgentId i, double heat, bool draws);

  void on_start(agent::Runtime& runtime) override { begin_step(runtime); }
  void compute() override { group_.compute(updates_); }
  void on_compute_done(agent::Runtime& runtime) override;
  void on_message(agent::Runtime& runtime, const agent::Message& message) override;
  void on_recovery(agent::Runtime& runtime, const agent::Recovery& recovery) override;

  std::span<const double> iterate() const override { return group_.mean(); }
  std::span<const double> particles() const override { return group_.particles(); }
  const trace::Draws* draws() const override { return draws_ ? &*draws_ : nullptr; }
  std::optional<trace::ParticleFigures> particle_figures() const override { return figures_; }
  void state(agent::StateVisitor& visitor) override;

  static double expected_bytes(const GroupRule& rule, const Scale& scale);

 private:
  void begin_step(agent::Runtime& runtime);
  void keep_apart();
  Host host(agent::Runtime& runtime) { return {runtime, group_, updates_, choices_, figures_, rule_->seed}; }

  std::shared_ptr<const GroupRule> rule_;
  ParticleGroup group_;
  std::unique_ptr<ParticleExchange> exchange_;  ///< null: none
  std::int64_t updates_ = 0;                    ///< k: own updates so far
  std::int64_t choices_ = 0;                    ///< numbers drawn for exchanges so far
  std::optional<trace::Draws> draws_;
  trace::ParticleFigures figures_;
};

}  // namespace taubar::algorithm
