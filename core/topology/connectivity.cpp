#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "core/topology/components.hpp"
#include "core/topology/spectrum.hpp"

namespace taubar::topology {
namespace {

/// Breadth-first searches from up to 64 agents at once, a bit each (Then et al., "The more the merrier:
/// efficient multi-source graph traversal", VLDB 2014). Returns the largest distance; every agent is
/// reachable.
std::int64_t largest_distance(const Digraph& graph, AgentId first, AgentId last) {
  std::vector<std::uint64_t> seen(graph.agents()), now(graph.agents()), next(graph.agents());
  std::vector<AgentId> front, new_front;
  for (AgentId i = first; i < last; ++i) {
    seen[i] = now[i] = std::uint64_t{1} << (i - first);
    front.push_back(i);
  }
  for (std::int64_t distance = 0;; ++distance) {
    for (const AgentId i : front)
      for (const AgentId j : graph.out_neighbours(i)) {
        const std::uint64_t arriving = now[i] & ~seen[j];
        if (arriving == 0) continue;
        if (next[j] == 0) new_front.push_back(j);
        next[j] |= arriving;
      }
    if (new_front.empty()) return distance;
    for (const AgentId i : front) now[i] = 0;
    for (const AgentId j : new_front) {
      seen[j] |= next[j];
      now[j] = std::exchange(next[j], 0);
    }
    front.swap(new_front);
    new_front.clear();
  }
}

}  // namespace

Connectivity connectivity(const Digraph& graph, bool with_diameter) {
  Connectivity result;
  result.components = static_cast<std::int64_t>(weak_components(graph).count);
  result.strong_components =
      graph.directed() ? static_cast<std::int64_t>(strong_components(graph).count) : result.components;
  if (!with_diameter || result.strong_components != 1) return result;
  const auto n = static_cast<AgentId>(graph.agents());
  for (AgentId first = 0; first < n; first += 64)
    result.diameter = std::max(result.diameter, largest_distance(graph, first, std::min(n, first + 64)));
  return result;
}

}  // namespace taubar::topology
