// exponential: agent i sends to i + 1, i + 2, i + 4, … (mod n), all hops below n.
#include <bit>

#include "core/topology/kinds/support.hpp"

namespace taubar::topology {
namespace {

struct Exponential final : PlainSpec {
  Digraph draw(std::uint64_t, std::uint64_t) const override {
    const std::size_t n = possible_agents();
    std::vector<Link> links;
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t hop = 1; hop < n; hop *= 2) links.emplace_back(agent(i), agent((i + hop) % n));
    return Digraph::from_links(n, std::move(links), true);
  }
  double expected_links() const override {
    return static_cast<double>(agents) * std::bit_width(static_cast<std::uint64_t>(agents));
  }
};

}  // namespace

extern const config::Entry<TopologySpec> exponential;
const config::Entry<TopologySpec> exponential{
    "exponential",
    "each agent sends to those 1, 2, 4, … places further round the circle (directed, balanced)",
    "Assran, Loizou, Ballas, Rabbat, Stochastic gradient push for distributed deep learning, ICML 2019",
    R"({"kind": "exponential", "agents": 8})", make<Exponential>};

}  // namespace taubar::topology
