#include "sim/experiment/experiment.hpp"

#include <cmath>

#include "core/base/error.hpp"
#include "core/problem/averaging.hpp"
#include "sim/experiment/memory.hpp"

namespace taubar::experiment {
namespace {

/// Sample gradients that one local step of agent i uses.
std::int64_t samples_used(const problem::Problem& problem, const problem::GradientRule& rule, AgentId i) {
  using Kind = problem::GradientRule::Kind;
  const std::int64_t own = problem.local_samples(i);
  switch (rule.kind) {
    case Kind::minibatch: return std::min(rule.batch, own);
    case Kind::single_sample: return 1;
    default: return own;
  }
}

/// 1 / mean duration of a local step, per agent; empty where one is infinite.
std::vector<double> rates(const compute::ComputeModel& compute, const std::vector<std::int64_t>& samples) {
  std::vector<double> rate(samples.size());
  for (AgentId i = 0; i < samples.size(); ++i) {
    rate[i] = 1 / compute.mean_seconds(i, samples[i]);
    if (!(rate[i] > 0) || !std::isfinite(rate[i])) return {};
  }
  return rate;
}

/// What stands for the laws of time where a schedule decides: nobody asks it.
compute::ComputeSpec unused_laws() {
  compute::ComputeSpec spec;
  config::read(config::Document::parse(R"({"time": 1})", ""), [&](config::Fields& f) { spec.fields(f); });
  return spec;
}

/// The links that the algorithm uses besides the topology's.
std::vector<topology::Link> overlay_links(algorithm::Overlay overlay, std::size_t n) {
  std::vector<topology::Link> links;
  const auto server = static_cast<AgentId>(n);
  for (AgentId i = 0; i < n; ++i) {
    if (overlay == algorithm::Overlay::server) {
      links.emplace_back(i, server);
      links.emplace_back(server, i);
    }
    if (overlay == algorithm::Overlay::ring && n > 1) links.emplace_back(i, static_cast<AgentId>((i + 1) % n));
    if (overlay == algorithm::Overlay::everyone)
      for (AgentId j = 0; j < n; ++j)
        if (j != i) links.emplace_back(i, j);
  }
  return links;
}

/// A topology whose links are used by turns suits only methods that know the turns.
void refuse_rotation(const Scenario& scenario) {
  const auto& algorithm = *scenario.algorithm;
  if (!scenario.topology->rotating() || algorithm.rotates() || algorithm.overlay() != algorithm::Overlay::none) return;
  std::string accepted;
  for (const auto& entry : algorithm::algorithms().any().entries)
    if (algorithm::algorithms().make(entry.name)->rotates())
      accepted += (accepted.empty() ? "" : ", ") + std::string(entry.name);
  throw InputError("/topology: " + scenario.topology.kind + " has one receiver a round, and " + scenario.algorithm.kind +
                   " sends to all; accepted with it: " + accepted + "; or topology exponential");
}

Matrix initial_points(const Scenario& scenario, const problem::Problem& problem) {
  problem::InitialSpec initial = scenario.problem->initial;
  if (initial.kind == problem::InitialSpec::Kind::default_for_method && scenario.algorithm->averages()) {
    initial.kind = problem::InitialSpec::Kind::normal;
    initial.per_agent = true;
  }
  return initial.draw(problem, scenario.structure());
}

void set_goal(Structure& s, const Scenario& scenario, const BuildOptions& options) {
  if (options.solve) {
    if (options.announce) options.announce("solving for the minimiser");
    s.reference = problem::reference(*s.problem, options.cache_directory);
  }
  s.goal.problem = s.problem.get();
  s.goal.factor = problem::reported_factor(*scenario.problem, static_cast<std::int64_t>(s.topology.graph.agents()));
  if (!s.reference) return;
  s.goal.minimiser = &s.reference->minimiser;
  s.goal.objective_at_minimiser = s.reference->objective;
}

}  // namespace

topology::BuiltTopology build_topology(const Scenario& scenario, int threads) {
  const auto& spec = *scenario.topology;
  // The least it can be: whether the graph is directed, and d, show later.
  refuse_if_too_large(scenario, {static_cast<double>(spec.agents), spec.expected_links(), 1, false}, threads);
  return topology::build(spec, scenario.structure());
}

Experiment::Experiment(const Scenario& of, std::shared_ptr<const Structure> under)
    : scenario(of),
      structure(std::move(under)),
      topology(structure->topology),
      problem(structure->problem),
      reference(structure->reference),
      goal(structure->goal),
      initial(structure->initial),
      samples(structure->samples) {}

std::shared_ptr<const Structure> build_structure(const Scenario& scenario, const BuildOptions& options) {
  auto structure = std::make_shared<Structure>();
  Structure& s = *structure;
  refuse_rotation(scenario);
  s.topology = build_topology(scenario, options.threads);
  const auto& graph = s.topology.graph;
  const auto n = static_cast<std::int64_t>(graph.agents());

  if (options.announce) options.announce("reading data and building the problem");
  s.problem = scenario.problem->build(n, scenario.structure());
  refuse_if_too_large(scenario, {static_cast<double>(n), static_cast<double>(graph.links()),
                                 static_cast<double>(s.problem->dimension()), graph.directed()},
                      options.threads);
  s.initial = initial_points(scenario, *s.problem);
  if (scenario.algorithm->averages()) s.problem = problem::averaging(s.initial);
  set_goal(s, scenario, options);

  s.samples.resize(graph.agents());
  for (AgentId i = 0; i < graph.agents(); ++i) s.samples[i] = scenario.algorithm->gradients_per_step() * samples_used(*s.problem, scenario.problem->gradient, i);
  return structure;
}

std::unique_ptr<Experiment> prepare(const Scenario& scenario, const BuildOptions& options) {
  return std::make_unique<Experiment>(scenario, build_structure(scenario, options));
}

algorithm::Inputs inputs_of(const Experiment& e) {
  const auto& scenario = e.scenario;
  return {*e.problem, scenario.problem->gradient, e.topology.graph, scenario.topology->mixing, scenario.topology->laplacian_scale,
          e.initial, static_cast<std::uint64_t>(scenario.seed), e.expected_rates, e.topology.rotating};
}

Population populate(Experiment& e, const delay::Placement& placement) {
  const auto& scenario = e.scenario;
  const auto& graph = e.topology.graph;
  const auto seed = static_cast<std::uint64_t>(scenario.seed);
  const bool bounded = scenario.asynchrony.bounded();
  std::unique_ptr<asynchrony::BoundedSchedule> schedule;
  if (bounded) schedule = std::make_unique<asynchrony::BoundedSchedule>(scenario.asynchrony, graph.agents(), seed);
  compute::ComputeModel compute(bounded ? unused_laws() : scenario.compute, graph.agents(), seed, placement.host_of_each());
  e.expected_rates = schedule ? schedule->rates() : rates(compute, e.samples);
  auto programs = scenario.algorithm->build(inputs_of(e));
  if (scenario.algorithm->tokens() > 0)
    e.travel = std::make_shared<const agent::TravelLaw>(scenario.algorithm->travel_law(inputs_of(e)));
  return {std::move(programs), overlay_links(scenario.algorithm->overlay(), graph.agents()),
          std::move(compute), std::move(schedule)};
}

std::unique_ptr<Experiment> build(const Scenario& scenario, const BuildOptions& options) {
  auto structure = build_structure(scenario, options);
  if (options.announce) options.announce("building the agents");
  return build(scenario, std::move(structure), options.threads);
}

std::unique_ptr<Experiment> build(const Scenario& scenario, std::shared_ptr<const Structure> structure, int threads) {
  auto experiment = std::make_unique<Experiment>(scenario, std::move(structure));
  const delay::Placement placement(experiment->agents(), scenario.hosts);
  Population population = populate(*experiment, placement);
  experiment->world = std::make_unique<virtual_time::World>(
      experiment->topology.graph, std::move(population.overlay), std::move(population.programs), experiment->agents(),
      std::move(population.compute), scenario.network, static_cast<std::uint64_t>(scenario.seed), threads, placement);
  if (population.schedule) experiment->world->follow(std::move(population.schedule));
  const auto is_link = [&world = *experiment->world](AgentId from, AgentId to) { return world.is_link(from, to); };
  experiment->world->suffer(fault::plan(scenario.faults, {experiment->agents(), static_cast<std::uint64_t>(scenario.seed),
                                                          placement.host_of_each(), is_link}));
  return experiment;
}

}  // namespace taubar::experiment
