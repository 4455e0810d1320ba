// The axis "algorithm": one file per algorithm, each a state machine behind the AgentProgram port.
#pragma once
#include <memory>
#include <optional>
#include <vector>

#include "core/agent/program.hpp"
#include "core/config/catalogue.hpp"
#include "core/problem/objective.hpp"
#include "core/topology/digraph.hpp"
#include "core/topology/mixing.hpp"

namespace taubar::algorithm {

/// What an algorithm is built from. References outlive the programs.
struct Inputs {
  const problem::Problem& problem;
  const problem::GradientRule& gradient;
  const topology::Digraph& graph;
  topology::MixingKind mixing;
  double laplacian_scale;
  const Matrix& initial;  ///< n×d
  std::uint64_t seed;     ///< of the run, for gradient streams
  /// Local steps per second that each agent is expected to complete, n values; empty where the world cannot
  /// say.
  std::vector<double> expected_rates = {};
  /// Agents use the links of the graph by turns, one a round (topology/rotation.hpp).
  bool rotating = false;
};

using Programs = std::vector<std::unique_ptr<agent::AgentProgram>>;

/// What the memory of a program depends on.
struct Scale {
  double agents, degree, dimension;  ///< degree: in-neighbours of an agent
  bool directed;
};

/// Who may talk to whom besides the topology's links.
enum class Overlay { none, server, ring, everyone };

/// Workers with iterates x_i of their own, tied to a server's centre x̃: an exchange moves both by α (x_i − x̃).
struct Elasticity {
  double alpha = 0;
  std::int64_t period = 1;  ///< local steps from one exchange to the next
};

struct TokenRule;     // builders.hpp
struct LangevinRule;  // builders.hpp

struct AlgorithmSpec : config::Described {
  /// One program per agent 0 … n−1, then the server's if there is one. InputError where the parts do not fit
  /// (a directed graph for a method that needs a symmetric mixing matrix).
  virtual Programs build(const Inputs& inputs) const = 0;
  virtual Overlay overlay() const { return Overlay::none; }
  /// Push methods: column-stochastic mixing, push-sum mass is balanced.
  virtual bool push() const { return false; }
  /// What a push method adds to an agent's mass is −α(k) w_i ∇f_i(z_i), and nothing else.
  virtual bool gradient_steps() const { return push() && !averages(); }
  /// Methods with a server: gradients that one of its updates uses, with so many workers; 0 where workers apply them.
  virtual std::int64_t gradients_an_update(std::int64_t /*workers*/) const { return 1; }
  /// The same: the longest delay of a gradient that is used; nothing where none is dropped.
  virtual std::optional<std::int64_t> longest_delay(std::int64_t /*workers*/) const { return std::nullopt; }
  /// The same: how workers are tied to the server's iterate; nothing where they have none of their own.
  virtual std::optional<Elasticity> elasticity() const { return std::nullopt; }
  /// A push method's step moves the mass before it sends shares of it.
  virtual bool moves_then_sends() const { return push(); }
  /// Rounds that may still be incomplete when an agent's next step begins.
  virtual std::int64_t rounds_overlapping() const { return 0; }
  /// Can use a topology whose links are used by turns.
  virtual bool rotates() const { return false; }
  /// Averages the initial iterates instead of minimising F.
  virtual bool averages() const { return false; }
  /// Iterates travel from agent to agent; how many do.
  virtual std::size_t tokens() const { return 0; }
  /// The same: how they move. InputError where the inputs do not allow it.
  virtual agent::TravelLaw travel_law(const Inputs&) const { return {}; }
  /// The same, in full; null for methods without tokens.
  virtual std::shared_ptr<const TokenRule> token_rule(const Inputs&) const { return nullptr; }
  /// Particles move by Langevin steps: how; null for other methods.
  virtual std::shared_ptr<const LangevinRule> langevin_rule() const { return nullptr; }
  /// Local gradients that one local step evaluates.
  virtual std::int64_t gradients_per_step() const { return 1; }
  /// Agents step at their own pace, so unequal update rates bias the limit (theory 1.5e).
  virtual bool asynchronous() const { return false; }
  /// Each agent's step is scaled by mean rate / own rate, so that unequal expected rates leave no bias.
  virtual bool corrects_expected_rates() const { return false; }
  /// An agent's step makes up for the time since its last one, so that unequal rates leave no bias.
  virtual bool steps_by_time() const { return false; }
  /// The step size of an agent's (a server's) own iteration k = 0, 1, …; nothing for methods without one, or whose
  /// steps depend on the time.
  virtual std::optional<double> step(std::int64_t) const { return std::nullopt; }
  /// w_i by which agent i's step is multiplied, n values. InputError where the inputs do not tell.
  virtual std::vector<double> step_scale(const Inputs& inputs) const {
    return std::vector<double>(inputs.graph.agents(), 1.0);
  }
  /// Messages carry running sums: a later one repairs an earlier loss, so no mass is ever lost.
  virtual bool running_sums() const { return false; }
  /// What a message brings is added when its round is complete, not when it is read.
  virtual bool by_round() const { return false; }
  /// Bytes of one agent's program, an upper estimate.
  virtual double expected_bytes_per_agent(const Scale& scale) const = 0;
  /// Agents wait for slower ones: whatever their compute times, all step equally often in the long run.
  virtual bool equalises_rates() const { return false; }
  /// An agent begins its next local step as soon as the last one has ended, whatever it has heard.
  virtual bool never_idles() const { return false; }
  /// An agent that lost its state may start again among others that went on: nobody counts its rounds, jobs or totals.
  virtual bool can_start_anew() const { return false; }
  /// Messages an agent has on their way per step, for the memory estimate.
  virtual double expected_messages_per_step(double degree) const { return degree; }
};

const config::Catalogue<AlgorithmSpec>& algorithms();

}  // namespace taubar::algorithm
