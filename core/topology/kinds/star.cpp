// star: agent 0 is linked with all others, which know nobody else.
#include "core/topology/kinds/support.hpp"

namespace taubar::topology {
namespace {

struct Star final : PlainSpec {
  Digraph draw(std::uint64_t, std::uint64_t) const override {
    const std::size_t n = possible_agents();
    std::vector<Link> edges;
    for (std::size_t i = 1; i < n; ++i) edges.emplace_back(agent(0), agent(i));
    return Digraph::from_links(n, std::move(edges), false);
  }
  double expected_links() const override { return 2 * (static_cast<double>(agents) - 1); }
};

}  // namespace

extern const config::Entry<TopologySpec> star;
const config::Entry<TopologySpec> star{"star", "agent 0 is linked with all others", "",
                                       R"({"kind": "star", "agents": 6})", make<Star>};

}  // namespace taubar::topology
