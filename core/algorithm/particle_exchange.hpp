// What the groups of different hosts do with each other; the rules stand in langevin_population.cpp.
#pragma once
#include <memory>

#include "core/algorithm/particle_group.hpp"

namespace taubar::algorithm {

/// A host, as an exchange sees it while one of its handlers runs.
struct Host {
  agent::Runtime& runtime;
  ParticleGroup& group;
  std::int64_t updates;  ///< own updates so far
  std::int64_t& choices;
  trace::ParticleFigures& figures;
  std::uint64_t seed;

  /// The next number in (0, 1) of this host's own stream of choices, which particles take no part in.
  double uniform() {
    constexpr std::uint64_t of_choices = std::uint64_t{1} << 32;  // particles have numbers below
    return to_unit(random_word(seed, Purpose::particle_choice, group.name(), of_choices, static_cast<std::uint64_t>(choices++)));
  }
  /// Each free particle alike; there must be one.
  std::int64_t any_free_particle() {
    const std::int64_t count = group.free_particles();
    return group.free_particle(std::min(count - 1, static_cast<std::int64_t>(uniform() * static_cast<double>(count))));
  }
};

class ParticleExchange {
 public:
  static void* operator new(std::size_t bytes) { return population_memory::allocate(bytes); }
  static void operator delete(void* memory, std::size_t bytes) { population_memory::release(memory, bytes); }
  virtual ~ParticleExchange() = default;
  /// Before the step that makes own updates `updates`: whose values must be known after it.
  virtual void prepare(ParticleGroup& group, std::int64_t updates) = 0;
  virtual void read(Host& host, const agent::Message& message) = 0;
  /// After an own step and what came meanwhile.
  virtual void step_ended(Host& host) = 0;
  virtual void state(agent::StateVisitor& visitor) = 0;
};

/// Of agent i; null for Exchange::none.
std::unique_ptr<ParticleExchange> make_exchange(const GroupRule& rule, const topology::Digraph& graph, Eigen::Index dimension,
                                                AgentId i);
/// Bytes of one agent's, an upper estimate.
double expected_exchange_bytes(const GroupRule& rule, const Scale& scale);

/// T of host i of n, in units of host 0's: a geometric ladder up to `hottest`, itself in those units.
double rung(AgentId i, std::size_t n, double hottest);

}  // namespace taubar::algorithm
