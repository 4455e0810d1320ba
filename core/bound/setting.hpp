// What is known before a run: the constants that bounds are made of. Whoever builds it (sim/experiment) knows every axis;
// bounds know only this.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/bound/langevin_chain.hpp"
#include "core/bound/token_walk.hpp"
#include "core/problem/objective.hpp"
#include "core/topology/digraph.hpp"
#include "core/topology/mixing.hpp"

namespace taubar::bound {

/// How information travels in a method, as far as bounds ask.
struct Method {
  std::string name;           ///< as in `algorithm.kind`
  bool push = false;          ///< column-stochastic mixing, push-sum mass is balanced
  bool averages = false;      ///< averages the initial iterates; no perturbation
  bool asynchronous = false;  ///< agents step at their own pace
  bool never_idles = false;   ///< an agent's next step begins as its last one ends: no waiting for anyone
  bool server = false;        ///< a server holds the iterate
  std::int64_t batch = 1;     ///< gradients that one update of the server uses; 0 where workers apply them
  /// Workers tied to the server's iterate by an elastic force: its α (0: no such force) and the local steps from one
  /// exchange to the next.
  double elasticity = 0;
  std::int64_t exchange_period = 1;
  std::optional<std::int64_t> longest_delay;  ///< of a gradient that the server uses; nothing where none is dropped
  /// What a message brings is added when its round is complete, not when it is read.
  bool by_round = false;
  /// Messages carry running sums: a later one repairs an earlier loss.
  bool running_sums = false;
  /// What moves the mass is −α(c) w_i ∇f_i(z_i), and nothing else does.
  bool gradient_steps = false;
  /// A step moves the mass before it sends: certificates take it so.
  bool moves_then_sends = true;
  std::int64_t overlap = 0;  ///< rounds that may still be incomplete when the next step begins
  std::int64_t period = 1;   ///< rounds in which every link is used once: 1 for a fixed graph
  /// Step size at an agent's (a server's) own iteration c = 0, 1, …; empty for methods without one.
  std::function<double(std::int64_t)> step;
  /// w_i by which agent i's step is multiplied, n values.
  std::vector<double> step_scale;
  bool known_rates = false;  ///< w_i makes up for unequal rates
  std::optional<TokenWalk> walk;  ///< of methods in which tokens travel
  std::optional<LangevinChain> langevin;  ///< of methods whose particles sample
};

/// Bounds on times that hold for every draw of the scenario's laws; infinite where there is none. Seconds.
struct Times {
  std::vector<double> fastest, mean, slowest;  ///< of one local step, by agent; stragglers included; n values each
  double message_fastest = 0, message_slowest = 0;  ///< from sending to arrival, for a message of d + 1 values
  bool deterministic = false;                       ///< fastest == slowest for every agent
};

/// The partially asynchronous model, enforced: `asynchrony.model: bounded`.
struct Enforced {
  std::int64_t tau_proc = 0, tau_msg = 0;
};

/// References outlive the setting.
struct Setting {
  const problem::Problem* problem = nullptr;
  problem::GradientRule gradient;
  const topology::Digraph* graph = nullptr;
  topology::ColumnStochastic weights;  ///< push methods only; else empty
  std::int64_t diameter = 0;           ///< an upper bound where the exact one is too dear
  const Matrix* initial = nullptr;     ///< n×d
  const Vector* minimiser = nullptr;   ///< x*, null where unknown
  double objective_at_minimiser = 0;   ///< F(x*)
  Method method;
  Times times;
  std::optional<Enforced> enforced;
  bool may_lose = false, may_duplicate = false;  ///< messages
  std::optional<double> target_suboptimality;    ///< the accuracy that `stop.target` or an expectation names

  std::size_t agents() const { return graph->agents(); }
  std::int64_t dimension() const { return problem->dimension(); }
  /// N: 1 / (smallest positive weight of the mixing matrix); max out-degree + 1 for uniform_out.
  double shares() const;
  /// x_i*, to a relative gradient of 1e-10; empty if some f_i has no unique minimiser. Solved once.
  const std::vector<Vector>& local_minimisers() const;
  /// L and mu of f_i; NaN where unknown.
  problem::Constants local(AgentId i) const { return problem->local_constants(i); }

 private:
  mutable std::shared_ptr<const std::vector<Vector>> local_minimisers_;
};

}  // namespace taubar::bound
