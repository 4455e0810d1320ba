// What the world may ask of an agent: the port that every algorithm is written against, once.
#pragma once
#include <optional>
#include <span>

#include "core/agent/runtime.hpp"
#include "core/agent/token.hpp"
#include "core/base/population_memory.hpp"
#include "core/trace/draws.hpp"
#include "core/trace/particle_figures.hpp"
#include "core/trace/server_figures.hpp"
#include "core/trace/staleness.hpp"
#include "core/trace/token_figures.hpp"

namespace taubar::agent {

/// Walks over an agent's state, to hash, save or restore it.
class StateVisitor {
 public:
  virtual ~StateVisitor() = default;
  virtual void reals(std::span<double> values) = 0;
  virtual void integer(std::int64_t& value) = 0;
  void real(double& value) { reals({&value, 1}); }
};

/// Push-sum mass held by an agent: Σ over agents and messages in flight of `weight` is n, of `x` is
/// Σ x(0) + Σ perturbation (theory: INV-1, INV-2 of perturbed push-sum). Methods whose messages are running sums have
/// no mass in flight: there `outstanding` is what the agent has sent less what it has accepted, and Σ over agents of it
/// is the mass on its way, that of lost messages included (theory.md 2.2, INV-R).
struct PushMass {
  std::span<const double> x;
  double weight = 0;
  std::span<const double> perturbation;        ///< sum of all that was added to x; empty if nothing ever is
  std::span<const double> outstanding_x = {};  ///< empty where messages carry the mass themselves
  double outstanding_weight = 0;
};

using trace::ServerFigures;

/// What an agent that was down comes back with. Its inbox is empty, its timers are gone.
struct Recovery {
  bool state_kept = true;                 ///< else its state is as before on_start
  std::optional<std::int64_t> lost_step;  ///< samples of the local step that the crash ended; state kept only
};

/// A state machine: no clock, no threads, no I/O. Handlers of one agent never overlap.
class AgentProgram {
 public:
  virtual ~AgentProgram() = default;
  static void* operator new(std::size_t bytes) { return population_memory::allocate(bytes); }
  static void operator delete(void* memory, std::size_t bytes) { population_memory::release(memory, bytes); }

  virtual void on_start(Runtime& runtime) = 0;
  /// The numerical work of a local step, on the state as begin_compute left it. Touches only the agent's own state,
  /// its own objective and its own random stream; may run on another thread.
  virtual void compute() = 0;
  /// The step begun by begin_compute has ended. What is left in the inbox is handed to on_message, in order,
  /// if the agent stays idle.
  virtual void on_compute_done(Runtime& runtime) = 0;
  /// A message to an idle agent.
  virtual void on_message(Runtime& runtime, const Message& message) = 0;
  virtual void on_timer(Runtime& runtime, std::uint32_t tag);
  /// The agent was down and is back. By default it starts, if it lost its state; else it begins the lost step again,
  /// which is the same step as nothing of its state has changed since.
  virtual void on_recovery(Runtime& runtime, const Recovery& recovery);

  /// The agent's current estimate, d values (push methods: x/y).
  virtual std::span<const double> iterate() const = 0;
  /// Everything that its future depends on, in a fixed order.
  virtual void state(StateVisitor& visitor) = 0;
  /// The mass it holds, for push methods.
  virtual std::optional<PushMass> push_mass() const { return std::nullopt; }
  /// Where iterates travel from agent to agent: token `index` as this agent knows it. The run's is the newest; of others
  /// the iterate may be empty.
  virtual std::optional<TokenView> token(std::size_t /*index*/) const { return std::nullopt; }
  /// The same, where agents keep the visits themselves: log w_i of the history of token `index`, which is w / Σ_j w_j.
  virtual std::optional<double> visit_log_weight(std::size_t /*index*/) const { return std::nullopt; }
  /// What it has counted of tokens, where that is more than their steps; no state: nothing depends on it.
  virtual std::optional<trace::TokenFigures> token_figures() const { return std::nullopt; }
  /// Of agents that hold particles: those, m×d by rows; empty for all others.
  virtual std::span<const double> particles() const { return {}; }
  /// What particles that sample the target have been; null for all others. No state: nothing depends on it.
  virtual const trace::Draws* draws() const { return nullptr; }
  /// What it has counted of particles; no state: nothing depends on it.
  virtual std::optional<trace::ParticleFigures> particle_figures() const { return std::nullopt; }
  /// What it has applied, for servers; no state: nothing depends on it.
  virtual std::optional<ServerFigures> server_figures() const { return std::nullopt; }
  /// The delays of the gradients that a server has used, in its updates; null for all others.
  virtual const trace::Staleness* delays() const { return nullptr; }
};

inline void AgentProgram::on_timer(Runtime&, std::uint32_t) {}

inline void AgentProgram::on_recovery(Runtime& runtime, const Recovery& recovery) {
  if (!recovery.state_kept)
    on_start(runtime);
  else if (recovery.lost_step)
    runtime.begin_compute(*recovery.lost_step);
}

}  // namespace taubar::agent
