// All eigenvectors of a reversible chain along the links of an undirected graph, by a dense decomposition.
#pragma once
#include <vector>

#include "core/base/linear_algebra.hpp"
#include "core/topology/digraph.hpp"

namespace taubar::topology {

/// P with μ_i P_ij = μ_j P_ji. The graph outlives it.
struct ReversibleChain {
  const Digraph* graph = nullptr;
  std::vector<double> link;    ///< P_ij of each link i → j, in the graph's order
  std::vector<double> own;     ///< P_ii
  std::vector<double> target;  ///< μ, n values with sum 1
};

/// P v_i = λ_i v_i and Pᵀ u_i = λ_i u_i with u_i = D_μ v_i and v_iᵀ D_μ v_j = δ_ij, all but the pair of 1.
struct ChainModes {
  Vector eigenvalues;  ///< λ_i in decreasing order, n−1 values
  Matrix right;        ///< n×(n−1), columns v_i
  Matrix left;         ///< n×(n−1), columns u_i
};

/// Above it the decomposition takes minutes.
inline constexpr std::size_t most_agents_decomposed = 2000;

/// Of D^½ P D^−½, which is symmetric; 9 n³ operations. Where the chain is not connected, λ_1 = 1 to rounding.
ChainModes modes(const ReversibleChain& chain);

}  // namespace taubar::topology
