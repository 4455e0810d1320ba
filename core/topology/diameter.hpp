// The longest shortest path of a graph, from few breadth-first searches where the graph allows it.
#pragma once
#include <cstdint>

#include "core/topology/digraph.hpp"

namespace taubar::topology {

struct Diameter {
  std::int64_t low = 0, high = 0;  ///< the diameter is not outside of these
  bool exact() const { return low == high; }
};

/// Agents and links that the searches for a diameter may look at: a few seconds.
inline constexpr std::uint64_t diameter_budget = 1'000'000'000;

/// The diameter of a strongly connected graph: exact unless the searches have used up the budget; at least
/// one agent's eccentricities are always found. The same for the same graph and budget on every machine.
Diameter diameter(const Digraph& graph, std::uint64_t budget = diameter_budget);

}  // namespace taubar::topology
