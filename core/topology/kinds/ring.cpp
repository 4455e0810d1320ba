// ring and directed_ring: agent i is linked with, or sends to, i+1 mod n.
#include "core/topology/kinds/support.hpp"

namespace taubar::topology {
namespace {

/// i → i+1 mod n; two agents share one edge when links run both ways, and one agent has none.
Digraph cycle(std::size_t n, bool directed) {
  std::vector<Link> links;
  for (std::size_t i = 1; i < n; ++i) links.emplace_back(agent(i - 1), agent(i));
  if (n > 2 || (n == 2 && directed)) links.emplace_back(agent(n - 1), agent(0));
  return Digraph::from_links(n, std::move(links), directed);
}

struct Ring final : PlainSpec {
  Digraph draw(std::uint64_t, std::uint64_t) const override { return cycle(possible_agents(), false); }
  double expected_links() const override { return 2 * static_cast<double>(agents); }
};

struct DirectedRing final : PlainSpec {
  Digraph draw(std::uint64_t, std::uint64_t) const override { return cycle(possible_agents(), true); }
  double expected_links() const override { return static_cast<double>(agents); }
};

}  // namespace

extern const config::Entry<TopologySpec> ring, directed_ring;
const config::Entry<TopologySpec> ring{"ring", "agents in a circle, each linked with both neighbours", "",
                                       R"({"kind": "ring", "agents": 6})", make<Ring>};
const config::Entry<TopologySpec> directed_ring{"directed_ring", "agents in a circle, each sends to the next",
                                                "", R"({"kind": "directed_ring", "agents": 5})",
                                                make<DirectedRing>};

}  // namespace taubar::topology
