// path: agent i is linked with i+1.
#include "core/topology/kinds/support.hpp"

namespace taubar::topology {
namespace {

struct Path final : PlainSpec {
  Digraph draw(std::uint64_t, std::uint64_t) const override {
    const std::size_t n = possible_agents();
    std::vector<Link> edges;
    for (std::size_t i = 1; i < n; ++i) edges.emplace_back(agent(i - 1), agent(i));
    return Digraph::from_links(n, std::move(edges), false);
  }
  double expected_links() const override { return 2 * (static_cast<double>(agents) - 1); }
};

}  // namespace

extern const config::Entry<TopologySpec> path;
const config::Entry<TopologySpec> path{"path", "agents in a line, each linked with the next", "",
                                       R"({"kind": "path", "agents": 5})", make<Path>};

}  // namespace taubar::topology
