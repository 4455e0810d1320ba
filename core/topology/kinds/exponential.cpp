// exponential: agent i sends to i + 1, i + 2, i + 4, … (mod n), all hops below n. one_peer_exponential: the same links,
// used by turns, one in each round (rotation.hpp).
#include <bit>

#include "core/topology/kinds/support.hpp"

namespace taubar::topology {
namespace {

struct Exponential : PlainSpec {
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

struct OnePeerExponential final : Exponential {
  bool rotating() const override { return true; }
};

}  // namespace

extern const config::Entry<TopologySpec> exponential, one_peer_exponential;
const config::Entry<TopologySpec> exponential{
    "exponential",
    "each agent sends to those 1, 2, 4, … places further round the circle (directed, balanced)",
    "Assran, Loizou, Ballas, Rabbat, Stochastic gradient push for distributed deep learning, ICML 2019",
    R"({"kind": "exponential", "agents": 8})", make<Exponential>};
const config::Entry<TopologySpec> one_peer_exponential{
    "one_peer_exponential",
    "time-varying: in its k-th round an agent sends to the one 2^(k mod log₂ n) places further round the circle; what is "
    "said of the graph is said of the union of its rounds",
    "Assran, Loizou, Ballas, Rabbat, Stochastic gradient push for distributed deep learning, ICML 2019",
    R"({"kind": "one_peer_exponential", "agents": 8})", make<OnePeerExponential>};

}  // namespace taubar::topology
