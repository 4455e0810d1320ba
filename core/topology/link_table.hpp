// Numbers of the links a run may use: those of the topology in its order, then those of the algorithm's overlay.
#pragma once
#include <algorithm>
#include <vector>

#include "core/topology/digraph.hpp"

namespace taubar::topology {

class LinkTable {
 public:
  /// `overlay` may repeat links of the graph (they keep the graph's number) but not itself.
  LinkTable(const Digraph& graph, std::vector<Link> overlay);

  /// Number of the link from → to; InternalError if there is none.
  std::size_t find(AgentId from, AgentId to) const;
  bool contains(AgentId from, AgentId to) const {
    return (from < graph_.agents() && to < graph_.agents() && graph_.has_link(from, to)) ||
           std::binary_search(extra_.begin(), extra_.end(), Link{from, to});
  }
  /// All links by number.
  std::vector<Link> links() const;

 private:
  const Digraph& graph_;
  std::vector<Link> extra_;  ///< sorted; those not in the graph
};

}  // namespace taubar::topology
