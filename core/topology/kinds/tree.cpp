// tree: agent 0 is the root; agent i > 0 is linked with its parent (i−1)/branching, so levels fill from the
// left.
#include "core/topology/kinds/support.hpp"

namespace taubar::topology {
namespace {

struct Tree final : TopologySpec {
  std::int64_t branching = 2;

  void fields(config::Fields& f) override {
    agents_field(f);
    common_fields(f);
    f.integer("branching", branching, config::between(1, 1e9), "children of an agent");
  }
  Digraph draw(std::uint64_t, std::uint64_t) const override {
    const std::size_t n = possible_agents();
    std::vector<Link> edges;
    for (std::size_t i = 1; i < n; ++i)
      edges.emplace_back(agent((i - 1) / static_cast<std::size_t>(branching)), agent(i));
    return Digraph::from_links(n, std::move(edges), false);
  }
  double expected_links() const override { return 2 * (static_cast<double>(agents) - 1); }
};

}  // namespace

extern const config::Entry<TopologySpec> tree;
const config::Entry<TopologySpec> tree{"tree", "a balanced tree with agent 0 at its root", "",
                                       R"({"kind": "tree", "agents": 7, "branching": 2})", make<Tree>};

}  // namespace taubar::topology
