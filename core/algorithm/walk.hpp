// Random walks over the agents, for methods in which a token travels. The base chain P goes along the links of an
// undirected graph and is reversible with respect to a target μ (n values, Σ μ_i = 1); d_i is the degree of agent i:
//   simple_random_walk    P_ij = 1/d_i                                  μ_i = d_i / Σ_j d_j
//   metropolis_hastings   P_ij = (1/d_i) min(1, μ_j d_i / (μ_i d_j))    any μ > 0; P_ii is what remains
//   lazy, either          (P + I)/2
// The self-repellent walk of strength α >= 0 avoids where it has been more often than the target says:
//   K_ij[x] = P_ij (x_j/μ_j)^−α / Σ_k P_ik (x_k/μ_k)^−α                 X_{n+1} ~ K_{X_n,·}[x_n]
//   x_n = x_{n−1} + γ_n (e_{X_n} − x_{n−1}),  γ_n = (n+1)^−a            x_0 > 0, Σ_i x_0i = 1: visits before the first
// or, by history-driven target, the Metropolis–Hastings chain itself with π[x] in the place of μ:
//   π_j[x] ∝ μ_j (x_j/μ_j)^−α                                          its cost is O(1) a step, its variance V(0)/(2α + 1)
// With a = 1, x_n is the share of the visits, x_0 counted as one. x_n → μ for every α; the larger α, the less it varies.
// Baselines that go from anywhere to anywhere, whatever the graph: iid, X_n ~ μ; reshuffling, a fresh permutation every n steps.
//
// Source: Doshi, Hu, Eun, "Self-repellent random walks on general graphs — achieving minimal sampling variance via
// nonlinear Markov chains", ICML 2023 (arXiv 2305.05097); history-driven target: arXiv 2505.18300; weights γ_n as in Hu, Doshi, Eun, "Accelerating distributed
// stochastic optimization via self-repellent random walks", ICLR 2024 (arXiv 2401.09665).
#pragma once
#include <array>
#include <span>
#include <vector>

#include "core/base/random.hpp"
#include "core/topology/digraph.hpp"

namespace taubar::algorithm {

struct WalkOptions {
  enum class Kind { simple_random_walk, metropolis_hastings, iid, reshuffling };
  enum class Repellence { kernel, history_driven_target };
  Kind kind = Kind::metropolis_hastings;
  bool lazy = false;
  double alpha = 0;                   ///< α of the self-repellence; 0: the base chain itself
  double history_power = 1;           ///< a
  std::vector<double> target = {};    ///< μ up to a factor; empty: uniform. For metropolis_hastings and iid
  std::vector<double> start_weights = {};  ///< x_0 up to a factor; empty: μ
  Repellence repellence = Repellence::kernel;  ///< where α > 0
};

/// Whether the walk of this kind goes along the links of a graph.
constexpr bool along_links(WalkOptions::Kind kind) {
  return kind == WalkOptions::Kind::simple_random_walk || kind == WalkOptions::Kind::metropolis_hastings;
}

/// Base chain, target and start: what all who see a walk share. Refers to the graph.
class WalkLaw {
 public:
  /// InputError where the walk cannot be on this graph.
  WalkLaw(const topology::Digraph& graph, WalkOptions options);

  std::size_t agents() const { return target_.size(); }
  std::span<const double> target() const { return target_; }
  const WalkOptions& options() const { return options_; }
  std::span<const AgentId> neighbours(AgentId i) const { return graph_.out_neighbours(i); }
  /// P_ij of the neighbours j, in increasing order.
  std::span<const double> along_links(AgentId i) const {
    return {link_.data() + graph_.first_link(i), neighbours(i).size()};
  }
  /// P_ii
  double staying(AgentId i) const { return own_[i]; }
  double log_target(AgentId i) const { return log_target_[i]; }
  /// The agent at u ∈ (0, 1) of the target's distribution function.
  AgentId by_target(double u) const;
  bool self_repellent() const { return options_.alpha > 0; }
  bool history_driven_target() const {
    return self_repellent() && options_.repellence == WalkOptions::Repellence::history_driven_target;
  }

  /// What the law holds, beside the graph: an upper estimate an agent.
  static double expected_bytes_per_agent(double degree) { return 8 * (degree + 5); }

 private:
  void follow_links();

  const topology::Digraph& graph_;
  WalkOptions options_;
  std::vector<double> target_, log_target_, cumulative_;  ///< cumulative_: iid only
  std::vector<double> link_, own_;                        ///< P along the links, and P_ii
};

/// One walk: its history x_n, and the draws of its steps, which depend on the seed and the number of the step alone.
/// O(degree) a step, without allocation; reshuffling O(n) once in n steps.
class Walk {
 public:
  Walk(const WalkLaw& law, std::uint64_t seed, std::uint64_t token = 0);
  /// Of a token that was regenerated: the draws from now on are of another stream.
  void set_generation(std::int64_t generation);
  /// u ∈ (0, 1) of step n
  double draw(std::int64_t n) { return to_unit(word(n)); }

  /// X_{n+1} where X_n = i, n >= 0.
  AgentId next(AgentId i, std::int64_t n);
  /// X_n = i: x_{n−1} becomes x_n, n >= 1.
  void visit(AgentId i, std::int64_t n);
  /// K_ij[x_n] up to a common factor: of the neighbours j in increasing order, then of i itself. Valid until the next call.
  std::span<const double> row(AgentId i);

  /// x_nj
  double share(AgentId j) const { return history_.back() * history_[j]; }
  /// n + 1 values w, q with x_n = q w.
  std::span<const double> history() const { return history_; }
  /// What of it must go from agent to agent: nothing where the walk does not look back.
  std::span<const double> carried() const { return law_.self_repellent() ? history() : std::span<const double>{}; }
  std::span<double> carried_to_change();
  /// n of the last visit, or of the history taken since.
  std::int64_t visits() const { return visits_; }
  /// Goes on with a history that came with the token: after n visits, w > 0 and q.
  void take(std::span<const double> history, std::int64_t n);

 private:
  std::uint64_t word(std::int64_t n);
  double gamma(std::int64_t n);
  double exponent(AgentId j) const;
  void find_powers();
  std::span<const double> row_from_logarithms(AgentId i);
  AgentId along_row(AgentId i, double u);
  double accepted(AgentId i, AgentId j) const;
  AgentId by_proposal(AgentId i, double u) const;
  AgentId in_permutation(std::int64_t n);

  static constexpr std::int64_t gammas_at_once = 32;

  const WalkLaw& law_;
  std::uint64_t seed_;
  std::uint64_t stream_;  ///< of its steps; the next one is of its permutations, by epoch
  /// w_1 … w_n, q: a visit multiplies q by 1 − γ and adds to one w. K does not depend on q.
  std::vector<double> history_;
  std::int64_t visits_ = 0;
  /// (w_j/μ_j)^−α times a common factor that made the greatest of them 1, when they were last found; empty where α = 0.
  /// They only fall. A row that fell too far, or whose powers are not those of the history, is formed from logarithms.
  std::vector<double> powers_;
  struct Found {
    double weight, power;
  };
  std::vector<Found> found_;  ///< w_j and its power when they were last found
  bool powers_known_ = false;
  std::int64_t visits_until_powers_ = 0;  ///< they cost O(n): once in n visits at most
  std::vector<double> row_, sums_;  ///< the last row, and its sums from the first on
  double row_sum_ = 0;
  PhiloxBlock words_ = {};  ///< of steps 4 b … 4 b + 3
  std::int64_t words_block_ = -1;
  std::array<double, gammas_at_once> gammas_ = {};  ///< the same; γ is dear, and many side by side are less so
  std::int64_t gammas_block_ = -1;
  std::vector<AgentId> order_;  ///< reshuffling: the permutation of its epoch
  std::int64_t epoch_ = -1;
};

}  // namespace taubar::algorithm
