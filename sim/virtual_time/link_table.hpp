// Numbers of the links a run may use: those of the topology in its order, then those of the algorithm's overlay.
#pragma once
#include <vector>

#include "core/topology/digraph.hpp"

namespace taubar::virtual_time {

class LinkTable {
 public:
  /// `overlay` may repeat links of the graph (they keep the graph's number) but not itself.
  LinkTable(const topology::Digraph& graph, std::vector<topology::Link> overlay);

  /// Number of the link from → to; InternalError if there is none.
  std::size_t find(AgentId from, AgentId to) const;
  /// All links by number.
  std::vector<topology::Link> links() const;

 private:
  const topology::Digraph& graph_;
  std::vector<topology::Link> extra_;  ///< sorted; those not in the graph
};

}  // namespace taubar::virtual_time
