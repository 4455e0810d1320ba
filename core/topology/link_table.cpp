#include "core/topology/link_table.hpp"

#include <algorithm>

#include "core/base/error.hpp"

namespace taubar::topology {

LinkTable::LinkTable(const Digraph& graph, std::vector<Link> overlay)
    : graph_(graph), extra_(std::move(overlay)) {
  std::erase_if(extra_, [&](const Link& link) {
    return link.first < graph.agents() && link.second < graph.agents() && graph.has_link(link.first, link.second);
  });
  std::sort(extra_.begin(), extra_.end());
}

std::size_t LinkTable::find(AgentId from, AgentId to) const {
  if (from < graph_.agents()) {
    const auto out = graph_.out_neighbours(from);
    const auto at = std::lower_bound(out.begin(), out.end(), to);
    if (at != out.end() && *at == to) return graph_.first_link(from) + static_cast<std::size_t>(at - out.begin());
  }
  const auto at = std::lower_bound(extra_.begin(), extra_.end(), Link{from, to});
  check(at != extra_.end() && *at == Link{from, to}, "messages go along links of the topology or the overlay");
  return graph_.links() + static_cast<std::size_t>(at - extra_.begin());
}

std::vector<Link> LinkTable::links() const {
  std::vector<Link> all;
  all.reserve(graph_.links() + extra_.size());
  for (AgentId i = 0; i < graph_.agents(); ++i)
    for (AgentId j : graph_.out_neighbours(i)) all.emplace_back(i, j);
  all.insert(all.end(), extra_.begin(), extra_.end());
  return all;
}

}  // namespace taubar::topology
