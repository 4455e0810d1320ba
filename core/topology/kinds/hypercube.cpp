// hypercube: agents whose numbers differ in one binary digit are linked; n = 2^k, k neighbours each.
#include <fmt/format.h>

#include <bit>

#include "core/topology/kinds/support.hpp"

namespace taubar::topology {
namespace {

struct Hypercube final : PlainSpec {
  std::string fault() const override {
    if (agents < 1 || std::has_single_bit(static_cast<std::uint64_t>(agents))) return "";
    return fmt::format("a hypercube has a power of two of agents, not {}", agents);
  }
  Digraph draw(std::uint64_t, std::uint64_t) const override {
    const std::size_t n = possible_agents();
    std::vector<Link> edges;
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t digit = 1; digit < n; digit *= 2)
        if (!(i & digit)) edges.emplace_back(agent(i), agent(i | digit));
    return Digraph::from_links(n, std::move(edges), false);
  }
  double expected_links() const override {
    return static_cast<double>(agents) * std::bit_width(static_cast<std::uint64_t>(agents));
  }
};

}  // namespace

extern const config::Entry<TopologySpec> hypercube;
const config::Entry<TopologySpec> hypercube{"hypercube",
                                            "2^k agents, linked when their numbers differ in one bit", "",
                                            R"({"kind": "hypercube", "agents": 8})", make<Hypercube>};

}  // namespace taubar::topology
