// complete: every agent talks to every other; n−1 neighbours each.
#include "core/topology/kinds/support.hpp"

namespace taubar::topology {
namespace {

struct Complete final : PlainSpec {
  Digraph draw(std::uint64_t, std::uint64_t) const override {
    const std::size_t n = possible_agents();
    std::vector<Link> edges;
    edges.reserve(n * (n - 1) / 2);
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = i + 1; j < n; ++j) edges.emplace_back(agent(i), agent(j));
    return Digraph::from_links(n, std::move(edges), false);
  }
  double expected_links() const override {
    return static_cast<double>(agents) * (static_cast<double>(agents) - 1);
  }
};

}  // namespace

extern const config::Entry<TopologySpec> complete;
const config::Entry<TopologySpec> complete{"complete", "every agent is linked with every other", "",
                                           R"({"kind": "complete", "agents": 6})", make<Complete>};

}  // namespace taubar::topology
