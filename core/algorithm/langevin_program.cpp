#include "core/algorithm/langevin_program.hpp"

namespace taubar::algorithm {

using Clock = trace::DrawRule::Clock;

LangevinProgram::LangevinProgram(std::shared_ptr<const GroupRule> rule, const Inputs& inputs, AgentId i, double heat, bool draws)
    : rule_(std::move(rule)),
      group_(rule_, inputs, i, heat),
      exchange_(make_exchange(*rule_, inputs.graph, inputs.initial.cols(), i)) {
  if (draws) draws_.emplace(rule_->options.draws, group_.size(), group_.dimension());
}

void LangevinProgram::begin_step(agent::Runtime& runtime) {
  if (rule_->options.adaptation) group_.want_all_values();
  if (exchange_) exchange_->prepare(group_, updates_ + 1);
  runtime.begin_compute(group_.cost());
}

void LangevinProgram::on_compute_done(agent::Runtime& runtime) {
  const Clock clock = rule_->options.draws.clock;
  if (draws_ && clock == Clock::time) draws_->see(runtime.now(), group_.particles());
  // θ_p ← θ_p(k+1) of all particles
  group_.apply(figures_);
  ++updates_;
  if (draws_ && clock == Clock::updates) draws_->see(updates_, group_.particles());
  // what came meanwhile, then what is due
  if (exchange_) {
    Host own = host(runtime);
    for (const auto& message : runtime.take_inbox()) exchange_->read(own, message);
    exchange_->step_ended(own);
    group_.update_mean();
  }
  keep_apart();
  begin_step(runtime);
}

/// A spread below the threshold: θ_p ← θ_p + N(0, sigma² I) for all.
void LangevinProgram::keep_apart() {
  const auto& diversity = rule_->options.diversity;
  if (!diversity || !(group_.spread() < diversity->below)) return;
  group_.perturb(updates_, diversity->sigma);
  group_.update_mean();
  ++figures_.reperturbed;
}

/// Hosts are always at work; who is handed a message nevertheless does what it does between steps.
void LangevinProgram::on_message(agent::Runtime& runtime, const agent::Message& message) {
  if (!exchange_) return;
  Host own = host(runtime);
  exchange_->read(own, message);
  group_.update_mean();
}

void LangevinProgram::on_recovery(agent::Runtime& runtime, const agent::Recovery& recovery) {
  if (!recovery.state_kept) group_.begin_life();
  AgentProgram::on_recovery(runtime, recovery);
}

void LangevinProgram::state(agent::StateVisitor& visitor) {
  visitor.integer(updates_);
  visitor.integer(choices_);
  group_.state(visitor);
  if (exchange_) exchange_->state(visitor);
}

double LangevinProgram::expected_bytes(const GroupRule& rule, const Scale& scale) {
  return sizeof(LangevinProgram) + sizeof(void*) + ParticleGroup::expected_bytes(rule, scale.dimension) +
         expected_exchange_bytes(rule, scale) + allocation_overhead +
         8 * static_cast<double>(rule.options.draws.keep * rule.options.particles) * scale.dimension;
}

}  // namespace taubar::algorithm
