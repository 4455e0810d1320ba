// Mixing matrices W (n×n): W_ij weighs what agent i receives from j; W_ii is its own share. The kind is in
// the type, so that a method that needs column sums 1 cannot be handed a matrix whose rows sum to 1.
#pragma once
#include <string_view>
#include <vector>

#include "core/topology/digraph.hpp"

namespace taubar::topology {

enum class MixingKind {
  default_for_method,  ///< uniform_out for push methods, metropolis for the others
  uniform_out,
  metropolis,
  metropolis_hastings,
  lazy_metropolis,
  max_degree,
  laplacian,
};

/// The off-diagonal weights lie along the links of a Digraph, in its link order (i → j at first_link(i) + …:
/// the weight W_ji that j gives to what i sends), the diagonal apart.
struct MixingWeights {
  std::vector<double> link;  ///< per link i → j: W_ji
  std::vector<double> own;   ///< W_ii
};

/// Columns sum to 1: Σ_j W_ji = 1. For push methods, on any digraph.
struct ColumnStochastic : MixingWeights {};
/// Symmetric, rows and columns sum to 1. For undirected graphs.
struct DoublyStochastic : MixingWeights {};

/// W_ji = 1/(outdeg_i + 1) for out-neighbours and itself (uniform_out); any symmetric kind also qualifies on
/// an undirected graph. InputError where the kind does not fit the graph.
ColumnStochastic column_stochastic(const Digraph& graph, MixingKind kind, double laplacian_scale);
/// metropolis 1/(1+max(d_i,d_j)) and its kin (scenario.md, "topology"). InputError on a directed graph.
/// uniform_out qualifies where the graph is regular.
DoublyStochastic doubly_stochastic(const Digraph& graph, MixingKind kind, double laplacian_scale);

std::string_view name(MixingKind kind);

}  // namespace taubar::topology
