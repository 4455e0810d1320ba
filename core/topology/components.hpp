// Which agents reach which: weak and strong components, and the induced subgraph of one.
#pragma once
#include <cstdint>
#include <vector>

#include "core/topology/digraph.hpp"

namespace taubar::topology {

/// A component's number per agent (0 … count−1, in no particular order).
struct Components {
  std::vector<std::uint32_t> of;
  std::size_t count = 0;
};
Components weak_components(const Digraph& graph);
Components strong_components(const Digraph& graph);

/// Two breadth-first searches; true for a single agent. What random families are checked with.
bool strongly_connected(const Digraph& graph);

/// The agents of the largest component, increasing; of equally large ones that with the smallest agent.
std::vector<AgentId> largest(const Components& components);

/// The graph on these agents (increasing), renumbered 0 … in the same order.
Digraph induced(const Digraph& graph, const std::vector<AgentId>& agents);

}  // namespace taubar::topology
