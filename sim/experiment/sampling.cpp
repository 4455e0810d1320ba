#include "sim/experiment/sampling.hpp"

#include "core/algorithm/builders.hpp"

namespace taubar::experiment {

std::optional<trace::SamplingFigures> sampling_figures(const Experiment& e, std::span<const trace::Draws* const> draws,
                                                       const trace::ParticleFigures& particles) {
  const auto rule = e.scenario.algorithm->langevin_rule();
  if (!rule) return std::nullopt;
  trace::SamplingFigures figures{rule->dynamics, rule->exchange, rule->keeps_target, rule->about_law, 0, 0, particles};
  if (rule->keeps_target && !rule->delayed && e.agents() > 1 && !e.problem->shared()) {
    figures.keeps_target = false;
    figures.about_law = "agents have functions of their own: host i samples exp(−f_i/T)";
  }
  for (const auto* host : draws) {
    ++figures.hosts;
    figures.draws += host->count() * host->particles();
  }
  return figures;
}

std::optional<trace::SamplingFigures> sampling_figures(const Experiment& e) {
  std::vector<const trace::Draws*> draws;
  trace::ParticleFigures sum;
  for (AgentId i = 0; i < e.world->programs(); ++i) {
    const auto& program = e.world->program(i);
    if (program.draws()) draws.push_back(program.draws());
    if (const auto own = program.particle_figures()) sum += *own;
  }
  return sampling_figures(e, draws, sum);
}

}  // namespace taubar::experiment
