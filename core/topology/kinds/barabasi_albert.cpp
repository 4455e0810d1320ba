// barabasi_albert: begins with a complete graph of attach+1 agents; each further agent is linked with
// `attach` different earlier ones, each chosen with probability proportional to its degree.
#include <fmt/format.h>

#include "core/base/random.hpp"
#include "core/topology/kinds/support.hpp"

namespace taubar::topology {
namespace {

struct BarabasiAlbert final : TopologySpec {
  std::int64_t attach = 0;

  void fields(config::Fields& f) override {
    agents_field(f);
    common_fields(f);
    f.integer("attach", attach, config::between(1, 1e9), "edges of each new agent, below agents",
              config::required);
    demand_possible(f);
  }
  std::string fault() const override {
    if (attach < agents) return "";
    return fmt::format("attach {} must be below the number of agents, {}", attach, agents);
  }
  bool random() const override { return true; }
  double expected_links() const override {
    return 2 * static_cast<double>(agents) * static_cast<double>(attach);
  }

  Digraph draw(std::uint64_t seed, std::uint64_t attempt) const override {
    const std::size_t n = possible_agents(), m = static_cast<std::size_t>(attach);
    Stream stream(seed, Purpose::topology, attempt);
    std::vector<Link> edges;
    for (std::size_t i = 0; i <= m; ++i)
      for (std::size_t j = i + 1; j <= m; ++j) edges.emplace_back(agent(i), agent(j));
    std::vector<AgentId> linked_by(n, agent(n));  // the last newcomer that chose this agent; n: none
    for (std::size_t i = m + 1; i < n; ++i) {
      const std::size_t ends = 2 * edges.size();  // an end of an edge is an agent by its degree
      for (std::size_t linked = 0; linked < m;) {
        const std::uint64_t end = stream.below(ends);
        const AgentId j = end % 2 ? edges[end / 2].second : edges[end / 2].first;
        if (linked_by[j] == i) continue;
        linked_by[j] = agent(i);
        edges.emplace_back(j, agent(i));
        ++linked;
      }
    }
    return Digraph::from_links(n, std::move(edges), false);
  }
};

}  // namespace

extern const config::Entry<TopologySpec> barabasi_albert;
const config::Entry<TopologySpec> barabasi_albert{
    "barabasi_albert", "agents join one by one and prefer those with many links, which gives hubs",
    "Barabási and Albert, Emergence of scaling in random networks, Science 286, 1999",
    R"({"kind": "barabasi_albert", "agents": 20, "attach": 2})", make<BarabasiAlbert>};

}  // namespace taubar::topology
