#include "sim/experiment/observe.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/algorithm/builders.hpp"
#include "core/base/math.hpp"

namespace taubar::experiment {
namespace {

/// Σ over agents and messages in flight, against what it must be (INV-1, INV-2 of perturbed push-sum).
std::optional<metric::MassBalance> balance(const Experiment& e) {
  const auto& world = *e.world;
  const auto d = e.problem->dimension();
  const double n = static_cast<double>(e.agents());
  if (!world.program(0).push_mass()) return std::nullopt;
  Vector x = Vector::Zero(d), perturbation = Vector::Zero(d);
  double weight = 0;
  metric::MassBalance mass{0, world.program(0).push_mass()->weight};
  const auto view = [](std::span<const double> v) {
    return ConstVectorView(v.data(), static_cast<Eigen::Index>(v.size()));
  };
  for (AgentId i = 0; i < e.agents(); ++i) {
    const auto held = world.program(i).push_mass();
    x += view(held->x);
    if (!held->perturbation.empty()) perturbation += view(held->perturbation);
    weight += held->weight;
    if (!held->outstanding_x.empty()) x += view(held->outstanding_x);
    weight += held->outstanding_weight;
    mass.minimum_weight = std::min(mass.minimum_weight, held->weight);
    const double own = view(held->x).norm() + view(held->perturbation).norm() + view(held->outstanding_x).norm();
    mass.largest_sum = std::max(mass.largest_sum, own);
  }
  world.for_each_in_flight([&](const agent::PayloadBlock& block, std::uint32_t copies) {
    if (block.kind != agent::push_share) return;
    x += static_cast<double>(copies) * ConstVectorView(block.values(), d);
    weight += static_cast<double>(copies) * block.values()[d];
  });
  Vector start = Vector::Zero(d);
  for (Eigen::Index i = 0; i < e.initial.rows(); ++i) start += e.initial.row(i).transpose();
  const double scale = 1 + start.norm() + perturbation.norm();
  mass.largest_sum /= scale;
  mass.error = std::max(std::abs(weight - n) / n, (x - start - perturbation).norm() / scale);
  return mass;
}

/// Each token as the agent knows it that has seen its newest state; the first where several have.
std::vector<agent::TokenView> last_seen(const Experiment& e) {
  std::vector<agent::TokenView> tokens(e.scenario.algorithm->tokens());
  for (std::size_t t = 0; t < tokens.size(); ++t)
    for (AgentId i = 0; i < e.agents(); ++i)
      if (const auto seen = e.world->program(i).token(t); i == 0 || seen->newer_than(tokens[t])) tokens[t] = *seen;
  return tokens;
}

/// w / Σ w and 1, from log w_i of all agents; empty where they do not keep them.
std::vector<double> kept_history(const Experiment& e, std::size_t token) {
  std::vector<double> history;
  for (AgentId i = 0; i < e.agents(); ++i) {
    const auto weight = e.world->program(i).visit_log_weight(token);
    if (!weight) return {};
    history.push_back(*weight);
  }
  const double largest = *std::max_element(history.begin(), history.end());
  for (double& w : history) w = math::exp(w - largest);
  const double sum = std::accumulate(history.begin(), history.end(), 0.0);
  for (double& w : history) w /= sum;
  history.push_back(1);
  return history;
}

/// Particles, and what those that sample the target have been; of the server too.
void add_particles(metric::Snapshot& snapshot, const Experiment& e) {
  const auto rule = e.scenario.algorithm->langevin_rule();
  if (!rule) return;
  snapshot.temperature = rule->temperature->at(0);
  for (AgentId i = 0; i < e.world->programs(); ++i) {
    const auto& program = e.world->program(i);
    if (!program.particles().empty()) snapshot.particles.push_back(program.particles());
    if (program.draws()) snapshot.draws.push_back(program.draws());
  }
}

void add_kept_histories(metric::Snapshot& snapshot, const Experiment& e) {
  for (auto& token : snapshot.tokens) {
    if (!token.history.empty()) continue;
    snapshot.histories.push_back(std::make_shared<const std::vector<double>>(kept_history(e, token.index)));
    token.history = *snapshot.histories.back();
  }
}

}  // namespace

Vector mean_iterate(const std::vector<agent::TokenView>& tokens) {
  std::vector<std::span<const double>> iterates;
  for (const auto& token : tokens) iterates.push_back(token.iterate);
  return metric::mean_iterate(iterates);
}

metric::Snapshot observe(const Experiment& e) {
  metric::Snapshot snapshot;
  snapshot.goal = e.goal;
  snapshot.iterates.reserve(e.agents());
  for (AgentId i = 0; i < e.agents(); ++i) snapshot.iterates.push_back(e.world->program(i).iterate());
  const bool has_server = e.world->programs() > e.agents();
  if (has_server) {
    const auto server = e.world->program(static_cast<AgentId>(e.agents())).iterate();
    snapshot.estimate = ConstVectorView(server.data(), static_cast<Eigen::Index>(server.size()));
  } else if (e.travel) {
    snapshot.tokens = last_seen(e);
    snapshot.travel = e.travel;
    add_kept_histories(snapshot, e);
    snapshot.estimate = mean_iterate(snapshot.tokens);
  } else {
    snapshot.estimate = metric::mean_iterate(snapshot.iterates);
  }
  add_particles(snapshot, e);
  snapshot.mass = balance(e);
  return snapshot;
}

}  // namespace taubar::experiment
