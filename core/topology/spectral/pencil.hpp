// The two quadratic forms behind every real eigenvalue here, and the smallest ratio of the two.
#pragma once
#include <cstddef>
#include <optional>
#include <vector>

#include "core/base/ids.hpp"
#include "core/base/linear_algebra.hpp"
#include "core/topology/spectral/factor.hpp"

namespace taubar::topology {

struct WeightedEdge {
  AgentId a = 0, b = 0;
  double weight = 0;
};

/// q(u) = Σ_edges c_ab (u_a ∓ u_b)² + Σ_i g_i u_i² against m(u) = Σ_i m_i u_i², u with a value per agent, on
/// a connected graph with c, m > 0. With differences and no ground, constants have q = 0: u then runs over
/// vectors with Σ m_i u_i = 0 only.
///
/// The ratio q/m of a given u is a sum of non-negative terms, so it has nearly full relative accuracy however
/// small it is; and the error of a smallest ratio is quadratic in that of its u. That is how a gap of 1e-9
/// gets 9 digits.
struct Pencil {
  std::vector<WeightedEdge> edges;
  std::vector<double> mass;
  std::vector<double> ground;  ///< g_i >= 0; empty: none
  bool differences = true;     ///< (u_a − u_b)²; false: (u_a + u_b)²

  std::size_t agents() const { return mass.size(); }
  bool deflated() const { return differences && ground.empty(); }
};

/// q(u)/m(u); in the deflated case after u's mean Σ m_i u_i / Σ m_i is taken off.
double ratio(const Pencil& pencil, const Vector& u);

/// The matrix of q.
Sparse matrix(const Pencil& pencil);

/// The smallest ratio: 1 − λ_2, 1 + λ_min, or an algebraic connectivity. At least 2 agents. Nothing where no
/// method converges: large graphs that are neither sparse nor well connected.
std::optional<double> smallest_ratio(const Pencil& pencil);

}  // namespace taubar::topology
