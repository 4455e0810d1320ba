// The one door to Boost.Graph: copies of a Digraph in its containers, for its algorithms. Its depth-first
// search keeps its own stack (unless BOOST_RECURSIVE_DFS is defined), so deep graphs are safe.
#pragma once
#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/compressed_sparse_row_graph.hpp>
#include <cstdint>

#include "core/topology/digraph.hpp"

namespace taubar::topology {

using BoostDigraph =
    boost::compressed_sparse_row_graph<boost::directedS, boost::no_property, boost::no_property,
                                       boost::no_property, std::uint32_t, std::uint64_t>;
using BoostEdgeNumber = boost::property<boost::edge_index_t, std::size_t>;
using BoostUndirected =
    boost::adjacency_list<boost::vecS, boost::vecS, boost::undirectedS, boost::no_property, BoostEdgeNumber>;

inline BoostDigraph boost_digraph(const Digraph& graph) {
  std::vector<Link> links;
  links.reserve(graph.links());
  for (std::size_t i = 0; i < graph.agents(); ++i)
    for (const AgentId j : graph.out_neighbours(static_cast<AgentId>(i)))
      links.emplace_back(static_cast<AgentId>(i), j);
  return BoostDigraph(boost::edges_are_sorted, links.begin(), links.end(), graph.agents());
}

/// Each edge once, numbered by (smaller end, larger end).
inline BoostUndirected boost_undirected(const Digraph& graph) {
  BoostUndirected result(graph.agents());
  std::size_t number = 0;
  for (std::size_t i = 0; i < graph.agents(); ++i)
    for (const AgentId j : graph.out_neighbours(static_cast<AgentId>(i)))
      if (i < j) boost::add_edge(i, j, BoostEdgeNumber(number++), result);
  return result;
}

}  // namespace taubar::topology
