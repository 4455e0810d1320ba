// The second eigenvalue of a column-stochastic matrix that no symmetric one is similar to.
#pragma once
#include "core/topology/digraph.hpp"
#include "core/topology/mixing.hpp"

namespace taubar::topology {

struct DirectedGap {
  double gap = 0;    ///< 1 − slem
  double error = 0;  ///< estimated relative error of the gap
};

/// The graph has one closed class (the eigenvalue 1 is simple) and at least 2 agents.
///
/// Up to 400 agents: all eigenvalues, then the largest of them refined by two-sided Rayleigh quotients of I −
/// W, so that small gaps keep their digits. Beyond: Arnoldi on the vectors of sum 0, which W maps to such, to
/// a residual of 1e-12; where it is too slow (slowly mixing graphs, whose leading eigenvalues lie near 1)
/// Arnoldi on the inverse of I − W, whose result is certified against all other eigenvalues. InputError where
/// neither converges.
DirectedGap directed_gap(const Digraph& graph, const MixingWeights& mixing, AgentId in_closed_class);

}  // namespace taubar::topology
