// Effective resistances of the edges of an undirected graph, every edge a resistor of 1 ohm.
#pragma once
#include <optional>

#include "core/topology/digraph.hpp"

namespace taubar::topology {

/// The largest over all edges; the graph is connected and has an edge. Exactly 1 where there is a bridge.
/// Nothing where the factorisation is too large.
std::optional<double> largest_resistance(const Digraph& graph);

}  // namespace taubar::topology
