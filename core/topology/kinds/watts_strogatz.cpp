// watts_strogatz: a ring on which each agent is linked with its `degree` nearest; then each edge (i, i+h),
// lap by lap (h = 1, 2, …), keeps its end i and, with probability `rewire`, moves the other to an agent not
// yet linked with i.
#include <fmt/format.h>

#include <algorithm>

#include "core/base/random.hpp"
#include "core/topology/kinds/support.hpp"

namespace taubar::topology {
namespace {

using Rows = std::vector<std::vector<AgentId>>;

void replace(std::vector<AgentId>& row, AgentId old_end, AgentId new_end) {
  *std::find(row.begin(), row.end(), old_end) = new_end;
}

void erase(std::vector<AgentId>& row, AgentId end) { row.erase(std::find(row.begin(), row.end(), end)); }

bool contains(const std::vector<AgentId>& row, AgentId end) {
  return std::find(row.begin(), row.end(), end) != row.end();
}

struct WattsStrogatz final : TopologySpec {
  std::int64_t degree = 0;
  double rewire = 0;

  void fields(config::Fields& f) override {
    agents_field(f);
    common_fields(f);
    f.integer("degree", degree, config::between(2, 1e9), "neighbours on the ring, even, below agents",
              config::required);
    f.real("rewire", rewire, config::probability, "probability that an edge is moved", config::required);
    demand_possible(f);
  }
  std::string fault() const override {
    if (degree % 2 == 0 && degree < agents) return "";
    return fmt::format("degree {} must be even and below the number of agents, {}", degree, agents);
  }
  bool random() const override { return true; }
  std::string connectivity_hint() const override { return "take a larger degree or a smaller rewire"; }
  double expected_links() const override { return static_cast<double>(agents) * static_cast<double>(degree); }

  Digraph draw(std::uint64_t seed, std::uint64_t attempt) const override {
    const std::size_t n = possible_agents(), half = static_cast<std::size_t>(degree) / 2;
    Stream stream(seed, Purpose::topology, attempt);
    Rows rows(n);
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t hop = 1; hop <= half; ++hop) {
        rows[i].push_back(agent((i + hop) % n));
        rows[(i + hop) % n].push_back(agent(i));
      }
    for (std::size_t hop = 1; hop <= half; ++hop)
      for (std::size_t i = 0; i < n; ++i)
        if (stream.uniform() < rewire) move(rows, agent(i), agent((i + hop) % n), stream);

    std::vector<Link> edges;
    for (std::size_t i = 0; i < n; ++i)
      for (const AgentId j : rows[i])
        if (i < j) edges.emplace_back(agent(i), j);
    return Digraph::from_links(n, std::move(edges), false);
  }

 private:
  /// The edge (i, j) becomes (i, somebody new), unless i is linked with everybody.
  static void move(Rows& rows, AgentId i, AgentId j, Stream& stream) {
    if (rows[i].size() + 1 >= rows.size()) return;
    AgentId end;
    do end = agent(stream.below(rows.size()));
    while (end == i || contains(rows[i], end));
    replace(rows[i], j, end);
    erase(rows[j], i);
    rows[end].push_back(i);
  }
};

}  // namespace

extern const config::Entry<TopologySpec> watts_strogatz;
const config::Entry<TopologySpec> watts_strogatz{
    "watts_strogatz",
    "a ring of near neighbours some of whose edges are moved to random agents (small world)",
    "Watts and Strogatz, Collective dynamics of small-world networks, Nature 393, 1998",
    R"({"kind": "watts_strogatz", "agents": 20, "degree": 4, "rewire": 0.1})", make<WattsStrogatz>};

}  // namespace taubar::topology
