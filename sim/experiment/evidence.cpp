#include "sim/experiment/evidence.hpp"

#include <algorithm>

#include "core/algorithm/builders.hpp"
#include "core/algorithm/push_rounds.hpp"
#include "core/topology/diameter.hpp"

namespace taubar::experiment {
namespace {

/// Looks at the graph: enough for 10,000 agents, not for a million; a bound of it then stands for the diameter.
constexpr std::uint64_t diameter_looks = 20'000'000;

/// The chain of a walk along links, its self-repellence and the token's steps.
std::optional<bound::TokenWalk> token_walk_of(const Experiment& e) {
  const auto rule = e.scenario.algorithm->token_rule(inputs_of(e));
  if (!rule) return std::nullopt;
  const auto& options = rule->walk.options();
  bound::TokenWalk walk;
  walk.tokens = e.scenario.algorithm->tokens();
  walk.alpha = options.alpha;
  walk.history_driven_target = rule->walk.history_driven_target();
  walk.history_power = options.history_power;
  walk.plain_sgd = rule->plain_sgd;
  if (const auto power = rule->step_size->power_law()) walk.step = {power->initial, power->power, power->offset};
  if (!algorithm::along_links(options.kind)) return walk;
  const auto& graph = e.topology.graph;
  topology::ReversibleChain chain{&graph, {}, {}, {rule->walk.target().begin(), rule->walk.target().end()}};
  chain.link.reserve(graph.links());
  for (AgentId i = 0; i < graph.agents(); ++i) {
    chain.own.push_back(rule->walk.staying(i));
    for (const double p : rule->walk.along_links(i)) chain.link.push_back(p);
  }
  walk.chain = std::make_shared<const topology::ReversibleChain>(std::move(chain));
  return walk;
}

std::optional<bound::LangevinChain> langevin_chain_of(const Experiment& e) {
  const auto rule = e.scenario.algorithm->langevin_rule();
  if (!rule) return std::nullopt;
  const auto constant = [](const algorithm::StepSize& schedule) {
    const auto power = schedule->power_law();
    return power && power->power == 0;
  };
  bound::LangevinChain chain;
  chain.plain = rule->kernel == algorithm::LangevinRule::Kernel::overdamped;
  chain.delayed = rule->delayed;
  chain.constant_step = constant(rule->step_size);
  chain.constant_temperature = constant(rule->temperature);
  chain.step = [rule](std::int64_t k) { return rule->step_size->at(k); };
  chain.temperature = rule->temperature->at(0);
  chain.particles = rule->particles;
  chain.initial_spread = rule->initial_spread;
  chain.draws = rule->draws;
  chain.law_lost = rule->law_lost;
  if (chain.law_lost.empty() && !rule->delayed && e.agents() > 1 && !e.problem->shared())
    chain.law_lost = "agents have functions of their own: host i samples exp(−f_i/T)";
  return chain;
}

bound::Method method_of(const Experiment& e) {
  const auto& algorithm = *e.scenario.algorithm;
  bound::Method method;
  method.name = e.scenario.algorithm.kind;
  method.push = algorithm.push();
  method.averages = algorithm.averages();
  method.asynchronous = algorithm.asynchronous();
  method.never_idles = algorithm.never_idles();
  method.server = algorithm.overlay() == algorithm::Overlay::server;
  method.batch = algorithm.gradients_an_update(static_cast<std::int64_t>(e.agents()));
  method.longest_delay = algorithm.longest_delay(static_cast<std::int64_t>(e.agents()));
  if (const auto elasticity = algorithm.elasticity()) {
    method.elasticity = elasticity->alpha;
    method.exchange_period = elasticity->period;
  }
  method.by_round = algorithm.by_round();
  method.running_sums = algorithm.running_sums();
  method.gradient_steps = algorithm.gradient_steps() && !algorithm.steps_by_time();
  method.moves_then_sends = algorithm.moves_then_sends();
  method.overlap = algorithm.rounds_overlapping();
  if (e.topology.rotating) method.period = std::max<std::int64_t>(1, topology::Rotation(e.agents()).period());
  method.known_rates = algorithm.corrects_expected_rates();
  method.step = [spec = e.scenario.algorithm.spec](std::int64_t k) { return spec->step(k).value_or(0); };
  method.step_scale = algorithm.step_scale(inputs_of(e));
  method.walk = token_walk_of(e);
  method.langevin = langevin_chain_of(e);
  return method;
}

bound::Times times_of(const Experiment& e) {
  bound::Times times;
  const auto n = static_cast<AgentId>(e.agents());
  times.deterministic = true;
  for (AgentId i = 0; i < n; ++i) {
    times.fastest.push_back(e.world->compute().shortest_seconds(i, e.samples[i]));
    times.mean.push_back(e.world->compute().mean_seconds(i, e.samples[i]));
    times.slowest.push_back(e.world->compute().longest_seconds(i, e.samples[i]));
    times.deterministic = times.deterministic && times.fastest.back() == times.slowest.back();
  }
  return times;
}

/// Seconds from handing over to arrival of a message of d + 1 values, over all classes of links; with contention there is
/// no bound.
void add_message_times(bound::Times& times, const Experiment& e) {
  const auto& network = e.scenario.network;
  const delay::NetworkModel model(network, 0, {}, 0);
  const auto support = model.support_seconds(agent::message_bytes(static_cast<std::size_t>(e.problem->dimension()) + 1));
  times.message_fastest = network.intra_host || !network.links.empty() ? 0 : support.low;
  const bool queues = network.contention != delay::Contention::none || network.overhead > 0;
  const bool overridden = network.intra_host || !network.links.empty();
  times.message_slowest = queues || overridden ? HUGE_VAL : support.high;
}

/// Agents that stop for as long as they like: the laws of time still bound them from below.
void pause_at_will(bound::Setting& setting) {
  setting.method.never_idles = false;
  setting.times.deterministic = false;
  std::fill(setting.times.slowest.begin(), setting.times.slowest.end(), HUGE_VAL);
}

std::optional<double> target_of(const Scenario& scenario) {
  const auto level = [](const std::optional<MetricLevels>& levels) -> std::optional<double> {
    if (!levels) return std::nullopt;
    const auto at = levels->levels.find("suboptimality");
    return at == levels->levels.end() ? std::nullopt : std::optional(at->second);
  };
  if (const auto target = level(scenario.stop.target)) return target;
  for (const auto& expect : scenario.expect)
    if (const auto target = level(expect.time_to)) return target;
  return std::nullopt;
}

}  // namespace

bound::Setting setting_of(const Experiment& e) {
  bound::Setting setting;
  setting.problem = e.problem.get();
  setting.gradient = e.scenario.problem->gradient;
  setting.graph = &e.topology.graph;
  setting.method = method_of(e);
  if (setting.method.push)
    setting.weights = algorithm::push_weights(inputs_of(e), setting.method.name);
  setting.diameter = topology::diameter(e.topology.graph, diameter_looks).high;
  setting.initial = &e.initial;
  if (e.reference) {
    setting.minimiser = &e.reference->minimiser;
    setting.objective_at_minimiser = e.reference->objective;
  }
  const auto& asynchrony = e.scenario.asynchrony;
  if (asynchrony.bounded()) {  // which has no laws of time
    setting.enforced = bound::Enforced{*asynchrony.tau_proc, *asynchrony.tau_msg};
  } else if (e.world) {
    setting.times = times_of(e);
    add_message_times(setting.times, e);
  }
  setting.may_lose = e.scenario.network.loss > 0 || !e.scenario.faults.empty();
  setting.may_duplicate = e.scenario.network.duplicate > 0;
  for (const auto& link : e.scenario.network.links) {
    setting.may_lose = setting.may_lose || link.loss.value_or(0) > 0;
    setting.may_duplicate = setting.may_duplicate || link.duplicate.value_or(0) > 0;
  }
  for (const auto& fault : e.scenario.faults)
    if (fault->stops_agents()) pause_at_will(setting);
  setting.target_suboptimality = target_of(e.scenario);
  return setting;
}

std::unique_ptr<bound::PushWitness> push_witness_of(const Experiment& e, const bound::Setting& setting) {
  const auto& method = setting.method;
  if (!method.push || method.running_sums || !method.moves_then_sends || !e.world) return nullptr;
  std::vector<const agent::AgentProgram*> programs;
  for (AgentId i = 0; i < e.agents(); ++i) programs.push_back(&e.world->program(i));
  return std::make_unique<bound::PushWitness>(setting, std::move(programs));
}

std::unique_ptr<bound::ServerWitness> server_witness_of(const Experiment& e, const bound::Setting& setting) {
  if (!setting.method.server || !e.world) return nullptr;
  return std::make_unique<bound::ServerWitness>(setting, e.world->program(static_cast<AgentId>(e.agents())));
}

}  // namespace taubar::experiment
