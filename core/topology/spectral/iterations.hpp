// Two ways to the u of a pencil's smallest ratio on large graphs, both Lanczos iterations (Spectra).
#pragma once
#include <optional>

#include "core/topology/spectral/pencil.hpp"

namespace taubar::topology {

/// On the inverse, by a sparse factorisation: a few steps whatever the gap; the cost is the factor's fill.
class FactoredPencil {
 public:
  /// Orders, and counts the work up to `limit`; factorises nothing yet.
  FactoredPencil(const Pencil& pencil, double limit);
  double work() const { return ordering_.work; }
  std::optional<Vector> minimiser() const;

 private:
  /// For clustered smallest ratios, which Lanczos cannot tell apart: inverse iteration with shifts s that
  /// approach the smallest ratio from below, certified by Sylvester's law (all pivots of Q − s M are positive
  /// exactly then), until s and the ratio reached agree to 1e-11.
  std::optional<Vector> bracketed_minimiser() const;

  const Pencil& pencil_;
  int grounded_ = -1;  ///< the agent whose value is fixed at 0, since constants have q = 0; −1: none
  Sparse matrix_;      ///< of q, without the grounded agent
  Ordering ordering_;
};

/// On the matrix itself: cheap steps, many of them when the gap is small. Accepted only with a residual that
/// puts an eigenvalue within 1e-9 of the ratio, relatively; else nothing. Of two starts the smaller ratio is
/// taken, since one alone might have converged to a neighbour in a cluster.
std::optional<Vector> plain_minimiser(const Pencil& pencil);

}  // namespace taubar::topology
