#include "sim/experiment/testimony.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/algorithm/builders.hpp"
#include "core/base/error.hpp"
#include "sim/mpi/blob.hpp"

namespace taubar::experiment {
namespace {

/// Push-sum mass: Σ weights, Σ x, Σ perturbation (theory: INV-1, INV-2 of perturbed push-sum).
struct Mass {
  double weight = 0, least = std::numeric_limits<double>::infinity();
  Vector x, perturbation;
};

Mass own_mass(const mpi::World& world, Eigen::Index d) {
  Mass mass{0, std::numeric_limits<double>::infinity(), Vector::Zero(d), Vector::Zero(d)};
  const auto view = [](std::span<const double> v) {
    return ConstVectorView(v.data(), static_cast<Eigen::Index>(v.size()));
  };
  for (const AgentId i : world.own_agents()) {
    const auto held = world.program(i).push_mass();
    if (!held) continue;
    mass.x += view(held->x);
    if (!held->perturbation.empty()) mass.perturbation += view(held->perturbation);
    mass.weight += held->weight;
    if (!held->outstanding_x.empty()) mass.x += view(held->outstanding_x);
    mass.weight += held->outstanding_weight;
    mass.least = std::min(mass.least, held->weight);
  }
  world.for_each_in_flight([&](const agent::PayloadBlock& block, std::uint32_t copies) {
    if (block.kind != agent::push_share || block.size <= static_cast<std::uint32_t>(d)) return;
    mass.x += static_cast<double>(copies) * ConstVectorView(block.values(), d);
    mass.weight += static_cast<double>(copies) * block.values()[d];
  });
  return mass;
}

double busy_ns(const mpi::World& world, std::size_t agents_with_data, Time end) {
  double busy = 0;
  for (const auto& step : world.measured_steps())
    if (step.agent < agents_with_data) busy += static_cast<double>(std::min(step.duration, std::max<Time>(0, end - step.begin)));
  for (const AgentId i : world.own_agents())
    if (i < agents_with_data && world.busy_since(i) < end) busy += static_cast<double>(end - world.busy_since(i));
  return busy;
}

void write_figures(mpi::BlobWriter& out, const trace::RankFigures& f) {
  out.text(f.machine);
  for (const auto v : {f.agents, f.messages, f.bytes, f.most_unread_bytes, f.steps_left_out, f.messages_left_out}) out.value(v);
  for (const double v : {f.offset, f.offset_uncertainty, f.drift, f.send_seconds, f.compute_seconds, f.held_back_seconds})
    out.value(v);
}

trace::RankFigures read_figures(mpi::BlobReader& in) {
  trace::RankFigures f;
  f.machine = in.text();
  for (auto* v : {&f.agents, &f.messages, &f.bytes, &f.most_unread_bytes, &f.steps_left_out, &f.messages_left_out})
    *v = in.value<std::int64_t>();
  for (auto* v : {&f.offset, &f.offset_uncertainty, &f.drift, &f.send_seconds, &f.compute_seconds, &f.held_back_seconds})
    *v = in.value<double>();
  return f;
}

void write_tokens(mpi::BlobWriter& out, const Experiment& e, const mpi::World& world) {
  for (const auto& token : own_tokens(world, e.scenario.algorithm->tokens(), e.problem->dimension())) {
    out.value(token.generation);
    out.value(token.steps);
    out.values(std::span<const double>(token.iterate.data(), static_cast<std::size_t>(token.iterate.size())));
  }
  std::optional<trace::TokenFigures> figures;
  for (const AgentId i : world.own_agents())
    if (const auto own = world.program(i).token_figures()) (figures ? *figures : figures.emplace()) += *own;
  out.value(figures.has_value());
  if (figures) out.value(*figures);
}

void read_tokens(mpi::BlobReader& in, const Experiment& e, Testimony& all) {
  std::vector<TravellingState> tokens(e.scenario.algorithm->tokens());
  for (auto& token : tokens) {
    token.generation = in.value<std::int64_t>();
    token.steps = in.value<std::int64_t>();
    const auto iterate = in.values<double>();
    token.iterate = ConstVectorView(iterate.data(), static_cast<Eigen::Index>(iterate.size()));
  }
  merge_tokens(all.tokens, tokens);
  if (in.value<bool>()) (all.token_figures ? *all.token_figures : all.token_figures.emplace()) += in.value<trace::TokenFigures>();
}

/// Particles of agents in increasing order, and what those that sample have been.
void write_particles(mpi::BlobWriter& out, const Experiment& e, const mpi::World& world) {
  if (!e.scenario.algorithm->langevin_rule()) return;
  trace::ParticleFigures figures;
  for (const AgentId i : world.own_agents()) {
    const auto& program = world.program(i);
    if (const auto own = program.particle_figures()) figures += *own;
    out.values(program.particles());
    const trace::Draws* draws = program.draws();
    out.value(draws != nullptr);
    if (!draws) continue;
    out.value(draws->particles());
    out.value(draws->stride());
    std::vector<double> kept;
    for (std::int64_t k = 0; k < draws->count(); ++k) kept.insert(kept.end(), draws->draw(k).begin(), draws->draw(k).end());
    out.values(std::span<const double>(kept));
  }
  out.value(figures);
}

std::vector<std::size_t> agents_of(const std::vector<int>& host_of, std::size_t rank) {
  std::vector<std::size_t> agents;
  for (std::size_t i = 0; i < host_of.size(); ++i)
    if (host_of[i] == static_cast<int>(rank)) agents.push_back(i);
  return agents;
}

/// `agents`: those of the rank that wrote.
void read_particles(mpi::BlobReader& in, const Experiment& e, const std::vector<std::size_t>& agents, Testimony& all) {
  const auto rule = e.scenario.algorithm->langevin_rule();
  if (!rule) return;
  for (const std::size_t i : agents) {
    all.particles[i] = in.values<double>();
    if (!in.value<bool>()) continue;
    const auto particles = in.value<std::int64_t>(), stride = in.value<std::int64_t>();
    all.draws[i] = std::make_unique<trace::Draws>(rule->draws, particles, e.problem->dimension());
    all.draws[i]->restore(stride, in.values<double>());
  }
  all.particle_figures += in.value<trace::ParticleFigures>();
}

/// Of the one rank that holds the server.
void write_server(mpi::BlobWriter& out, const mpi::World& world) {
  const auto own = world.own_agents();
  const agent::AgentProgram* last = own.empty() ? nullptr : &world.program(own.back());
  const bool there = last && last->server_figures() && last->delays();
  out.value(there);
  if (!there) return;
  out.value(*last->server_figures());
  out.value(*last->delays());
}

void read_server(mpi::BlobReader& in, Testimony& all) {
  if (!in.value<bool>()) return;
  all.server = in.value<trace::ServerFigures>();
  all.delays = in.value<trace::Staleness>();
}

std::span<const double> span_of(const Vector& v) { return {v.data(), static_cast<std::size_t>(v.size())}; }

metric::MassBalance balance(const Experiment& e, const Mass& mass) {
  const double n = static_cast<double>(e.agents());
  Vector start = Vector::Zero(mass.x.size());
  for (Eigen::Index i = 0; i < e.initial.rows(); ++i) start += e.initial.row(i).transpose();
  const double scale = 1 + start.norm() + mass.perturbation.norm();
  return {std::max(std::abs(mass.weight - n) / n, (mass.x - start - mass.perturbation).norm() / scale), mass.least};
}

mpi::Bytes own_testimony(const Experiment& e, const mpi::World& world, const mpi::Transport& transport,
                         const mpi::ClockOffset& offset, double drift_ns, Time end) {
  mpi::BlobWriter out;
  out.value(world.counts());
  out.value(world.events());
  out.value(static_cast<std::int64_t>(world.diverged_agent() ? static_cast<std::int64_t>(*world.diverged_agent()) : -1));
  out.value(busy_ns(world, e.agents(), end));
  for (const AgentId i : world.own_agents()) {
    out.value(world.steps(i));
    out.values(world.program(i).iterate());
  }
  write_tokens(out, e, world);
  write_particles(out, e, world);
  write_server(out, world);
  const Mass mass = own_mass(world, e.problem->dimension());
  out.value(mass.weight);
  out.value(mass.least);
  out.values(span_of(mass.x));
  out.values(span_of(mass.perturbation));
  out.values(std::span<const trace::MeasuredStep>(world.measured_steps()));
  const auto messages = world.measured_messages();
  out.values(std::span<const trace::MeasuredMessage>(messages));
  trace::RankFigures figures = world.figures();
  figures.machine = transport.machine();
  figures.offset = offset.offset_ns / nanoseconds_per_second;
  figures.offset_uncertainty = offset.uncertainty_ns / nanoseconds_per_second;
  figures.drift = drift_ns / nanoseconds_per_second;
  write_figures(out, figures);
  return out.bytes();
}

template <class T>
void append(std::vector<T>& all, std::vector<T> more) {
  all.insert(all.end(), more.begin(), more.end());
}

}  // namespace

std::optional<Testimony> gather_testimony(const Experiment& e, const mpi::World& world, mpi::Transport& transport,
                                          const std::vector<int>& host_of, const mpi::ClockOffset& offset, double drift_ns,
                                          Time end) {
  const auto blobs = transport.gather(own_testimony(e, world, transport, offset, drift_ns, end));
  if (transport.rank() != 0) return std::nullopt;
  const auto d = e.problem->dimension();
  Testimony all;
  all.replay.host_of = host_of;
  all.steps.resize(host_of.size());
  all.iterates.resize(static_cast<Eigen::Index>(host_of.size()), d);
  all.particles.resize(host_of.size());
  all.draws.resize(host_of.size());
  Mass mass{0, std::numeric_limits<double>::infinity(), Vector::Zero(d), Vector::Zero(d)};
  for (std::size_t r = 0; r < blobs.size(); ++r) {
    mpi::BlobReader in(blobs[r]);
    all.counts += in.value<trace::Counts>();
    all.events += in.value<std::uint64_t>();
    if (const auto diverged = in.value<std::int64_t>(); diverged >= 0 && !all.diverged_agent)
      all.diverged_agent = static_cast<AgentId>(diverged);
    all.busy += in.value<double>();
    for (std::size_t i = 0; i < host_of.size(); ++i) {
      if (host_of[i] != static_cast<int>(r)) continue;
      all.steps[i] = in.value<std::int64_t>();
      const auto iterate = in.values<double>();
      all.iterates.row(static_cast<Eigen::Index>(i)) = ConstVectorView(iterate.data(), d).transpose();
    }
    read_tokens(in, e, all);
    read_particles(in, e, agents_of(host_of, r), all);
    read_server(in, all);
    mass.weight += in.value<double>();
    mass.least = std::min(mass.least, in.value<double>());
    mass.x += ConstVectorView(in.values<double>().data(), d);
    mass.perturbation += ConstVectorView(in.values<double>().data(), d);
    append(all.replay.steps, in.values<trace::MeasuredStep>());
    append(all.replay.messages, in.values<trace::MeasuredMessage>());
    all.replay.ranks.push_back(read_figures(in));
  }
  std::stable_sort(all.replay.steps.begin(), all.replay.steps.end(),
                   [](const auto& a, const auto& b) { return a.begin < b.begin; });
  std::stable_sort(all.replay.messages.begin(), all.replay.messages.end(),
                   [](const auto& a, const auto& b) { return a.sent < b.sent; });
  if (e.scenario.algorithm->push()) all.mass = balance(e, mass);
  return all;
}

}  // namespace taubar::experiment
