// The algorithms from built parts, without a scenario: what the catalogue's specs call, and what a program
// (or a test) calls that brings its own mixing matrix.
#pragma once
#include <memory>
#include <optional>

#include "core/algorithm/algorithm.hpp"
#include "core/algorithm/schedule.hpp"
#include "core/algorithm/walk.hpp"
#include "core/trace/draws.hpp"

namespace taubar::algorithm {

using StepSize = std::shared_ptr<const ScheduleSpec>;

struct AsynchronousGradientPushOptions {
  double weight_floor = 1e-5;            ///< an agent whose weight y is smaller does not send
  std::optional<std::int64_t> max_lead;  ///< activations an agent may be ahead of an in-neighbour, exclusive
  std::optional<std::int64_t> max_silence;  ///< activations without a message, inclusive
  bool known_rates = false;  ///< steps scaled by mean rate / own rate of Inputs::expected_rates
};

struct AsynchronousSgdOptions {
  enum class Rule { constant, delay_adaptive, dropping };
  Rule rule = Rule::constant;
  std::optional<std::int64_t> threshold;  ///< dropping: the longest delay that is applied; default n
};

struct ElasticAveragingOptions {
  double elasticity = 0;     ///< α
  std::int64_t period = 1;   ///< τ: local steps from one exchange with the centre to the next
  bool synchronous = false;  ///< exchanges in rounds, all with the same centre
};

struct RobustAsynchronousGradientPushOptions {
  double weight_floor = 1e-5;    ///< an agent whose weight y is smaller splits nothing off
  std::optional<Duration> tick;  ///< ns; steps are sums of α over the ticks since the last activation
};

struct TokenSgdOptions {
  enum class Optimizer { sgd, heavy_ball, adam };
  enum class History { own, shared };
  enum class VisitCounts { carried, kept };
  WalkOptions walk = {};
  Optimizer optimizer = Optimizer::sgd;
  double momentum = 0.9;         ///< m
  double second_moment = 0.999;  ///< r
  double epsilon = 1e-8;
  std::int64_t start = 0;        ///< X_0 of token 0
  std::int64_t tokens = 1;       ///< m
  History history = History::own;
  VisitCounts visit_counts = VisitCounts::carried;
  std::optional<Duration> regenerate_after;  ///< ns; none: a lost token stays lost
};

/// How tokens walk and what a step does, as far as laws of their variance ask.
struct TokenRule {
  WalkLaw walk;  ///< refers to the graph
  StepSize step_size;
  bool plain_sgd = false;  ///< θ moves by −α(n) g and keeps no moments
};

/// θ ← θ − η_k g + √(2 η_k T_k) ξ, as far as laws of its draws ask.
struct LangevinRule {
  enum class Kernel {
    overdamped,          ///< as above: SGLD, or ULA with full gradients
    metropolis_adjusted, ///< MALA: the same as a proposal
    preconditioned,      ///< pSGLD: η and T of each coordinate by a running mean of g²
    underdamped          ///< SGHMC: with momentum
  };
  Kernel kernel = Kernel::overdamped;
  StepSize step_size, temperature;  ///< by own update k = 0, 1, …
  double friction = 0;              ///< underdamped
  bool delayed = false;             ///< one chain at a server, moved by gradients of its workers
  std::int64_t particles = 1;       ///< of an agent (of the server)
  double initial_spread = 0;        ///< they start at N(x_i(0), initial_spread² I)
  trace::DrawRule draws = {};
  /// Why draws do not have the law that the kernel gives one particle by itself; empty if they have it.
  std::string law_lost = {};
  std::string dynamics = {}, exchange = "none";  ///< their names
  /// Whether what is done besides the kernel leaves exp(−F/T) as it is.
  bool keeps_target = true;
  std::string about_law = {};  ///< what the draws' law is, in a sentence
};

struct LangevinPopulationOptions {
  using Dynamics = LangevinRule::Kernel;
  enum class Exchange { none, best, resample, replica_exchange };
  struct Diversity {
    double below = 0, sigma = 0;
  };
  /// Factors of the best and the worst particle of a group, by value; those between by rank.
  struct Adaptation {
    double step_best = 1, step_worst = 1, noise_best = 1, noise_worst = 1;
  };
  std::int64_t particles = 10;  ///< m
  Dynamics dynamics = Dynamics::overdamped;
  double friction = 0.1;        ///< a, underdamped
  double decay = 0.99, epsilon = 1e-5;  ///< β and ε, preconditioned
  double initial_spread = 1;
  Exchange exchange = Exchange::none;
  std::int64_t every = 10;      ///< own updates from one exchange to the next
  bool on_improvement = false;  ///< best: whenever the best value has fallen, instead
  double hottest = 0;           ///< replica exchange: T of host n − 1
  std::optional<Diversity> diversity;
  std::optional<Adaptation> adaptation;
  trace::DrawRule draws = {};
  /// Replica exchange: the probability of a swap, of the logarithm of the ratio of densities. Tests put a wrong one here.
  double (*swap_probability)(double log_ratio) = nullptr;
};

/// Each takes `inputs` but for its mixing (and the problem, where nothing is minimised). Programs refer to
/// the graph and the problem of `inputs`; they own the rest.
Programs build_push_sum(const Inputs& inputs, topology::ColumnStochastic weights);
Programs build_gradient_push(const Inputs& inputs, topology::ColumnStochastic weights, StepSize step_size);
Programs build_asynchronous_gradient_push(const Inputs& inputs, topology::ColumnStochastic weights,
                                          StepSize step_size, const AsynchronousGradientPushOptions& options);
Programs build_robust_asynchronous_gradient_push(const Inputs& inputs, topology::ColumnStochastic weights,
                                                 StepSize step_size,
                                                 const RobustAsynchronousGradientPushOptions& options);
Programs build_stochastic_gradient_push(const Inputs& inputs, topology::ColumnStochastic weights, StepSize step_size,
                                        std::int64_t overlap);
Programs build_push_diging(const Inputs& inputs, topology::ColumnStochastic weights, StepSize step_size);
Programs build_extra_push(const Inputs& inputs, topology::ColumnStochastic weights, StepSize step_size);
Programs build_decentralized_gradient_descent(const Inputs& inputs, topology::DoublyStochastic weights,
                                              StepSize step_size);
Programs build_master_worker_gradient_descent(const Inputs& inputs, StepSize step_size);
Programs build_all_reduce_gradient_descent(const Inputs& inputs, StepSize step_size);
/// Methods with a server; `batch` is per worker in minibatch_sgd, of all together in rennala_sgd.
Programs build_minibatch_sgd(const Inputs& inputs, StepSize step_size, std::int64_t batch);
Programs build_asynchronous_sgd(const Inputs& inputs, StepSize step_size, const AsynchronousSgdOptions& options);
Programs build_delayed_langevin(const Inputs& inputs, StepSize step_size, StepSize temperature, const trace::DrawRule& draws);
Programs build_elastic_averaging_sgd(const Inputs& inputs, StepSize step_size, const ElasticAveragingOptions& options);
Programs build_rennala_sgd(const Inputs& inputs, StepSize step_size, std::int64_t batch);
Programs build_ringmaster_asgd(const Inputs& inputs, StepSize step_size, std::int64_t threshold);

Programs build_langevin_population(const Inputs& inputs, StepSize step_size, StepSize temperature,
                                   const LangevinPopulationOptions& options);
Programs build_token_sgd(const Inputs& inputs, StepSize step_size, const TokenSgdOptions& options);

/// The programs that `make(i)` gives for agents 0 … n−1, with room for one more: a server's.
template <class Make>
Programs one_program_an_agent(const Inputs& inputs, const Make& make) {
  Programs programs;
  programs.reserve(inputs.graph.agents() + 1);
  for (AgentId i = 0; i < inputs.graph.agents(); ++i) programs.push_back(make(i));
  return programs;
}

/// What rounding to cache lines, or the heap, adds to a block on average, for memory estimates.
inline constexpr double allocation_overhead = 24;

/// x^0 of methods that hold one common iterate: the mean of the rows of `initial` (n×d), exact where they are
/// equal.
Vector common_start(const Matrix& initial);

}  // namespace taubar::algorithm
