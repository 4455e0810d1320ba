#include "core/topology/components.hpp"

#include <algorithm>
#include <boost/graph/strong_components.hpp>
#include <boost/pending/disjoint_sets.hpp>

#include "core/topology/boost_graph.hpp"

namespace taubar::topology {
namespace {

constexpr std::uint32_t unnumbered = ~std::uint32_t{0};

/// How many agents a message from agent 0 reaches along `neighbours`.
template <class Neighbours>
std::size_t reached(std::size_t agents, const Neighbours& neighbours) {
  std::vector<bool> seen(agents);
  std::vector<AgentId> queue;
  queue.reserve(agents);
  queue.push_back(0);
  seen[0] = true;
  for (std::size_t head = 0; head < queue.size(); ++head)
    for (const AgentId j : neighbours(queue[head]))
      if (!seen[j]) {
        seen[j] = true;
        queue.push_back(j);
      }
  return queue.size();
}

}  // namespace

Components weak_components(const Digraph& graph) {
  const std::size_t n = graph.agents();
  std::vector<std::uint8_t> rank(n);
  std::vector<std::uint32_t> parent(n);
  const boost::identity_property_map number_of;
  const auto rank_map = boost::make_iterator_property_map(rank.begin(), number_of);
  const auto parent_map = boost::make_iterator_property_map(parent.begin(), number_of);
  boost::disjoint_sets sets(rank_map, parent_map);
  for (std::uint32_t i = 0; i < n; ++i) sets.make_set(i);
  for (std::uint32_t i = 0; i < n; ++i)
    for (const AgentId j : graph.out_neighbours(i)) sets.union_set(i, j);

  Components result;
  std::vector<std::uint32_t> number(n, unnumbered);
  result.of.resize(n);
  for (std::uint32_t i = 0; i < n; ++i) {
    auto& root_number = number[sets.find_set(i)];
    if (root_number == unnumbered) root_number = static_cast<std::uint32_t>(result.count++);
    result.of[i] = root_number;
  }
  return result;
}

Components strong_components(const Digraph& graph) {
  Components result;
  result.of.resize(graph.agents());
  const BoostDigraph copy = boost_digraph(graph);
  const auto map = boost::make_iterator_property_map(result.of.begin(), get(boost::vertex_index, copy));
  result.count = boost::strong_components(copy, map);
  return result;
}

bool strongly_connected(const Digraph& graph) {
  const std::size_t n = graph.agents();
  if (n == 0) return false;
  if (reached(n, [&](AgentId i) { return graph.out_neighbours(i); }) < n) return false;
  return !graph.directed() || reached(n, [&](AgentId i) { return graph.in_neighbours(i); }) == n;
}

std::vector<AgentId> largest(const Components& components) {
  std::vector<std::size_t> size(components.count);
  for (const auto c : components.of) ++size[c];
  std::uint32_t best = unnumbered;
  for (const auto c : components.of)
    if (best == unnumbered || size[c] > size[best]) best = c;
  std::vector<AgentId> agents;
  for (std::size_t i = 0; i < components.of.size(); ++i)
    if (components.of[i] == best) agents.push_back(static_cast<AgentId>(i));
  return agents;
}

Digraph induced(const Digraph& graph, const std::vector<AgentId>& agents) {
  std::vector<AgentId> number(graph.agents(), unnumbered);
  for (std::size_t i = 0; i < agents.size(); ++i) number[agents[i]] = static_cast<AgentId>(i);
  std::vector<Link> links;
  for (const AgentId i : agents)
    for (const AgentId j : graph.out_neighbours(i))
      if (number[j] != unnumbered && (graph.directed() || i < j)) links.emplace_back(number[i], number[j]);
  return Digraph::from_links(agents.size(), std::move(links), graph.directed());
}

}  // namespace taubar::topology
