#include "core/base/error.hpp"
#include "core/topology/components.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/topology/support.hpp"

using namespace taubar;
using namespace taubar::topology;

namespace {

/// Two components: a directed 3-ring 1 → 3 → 5 → 1 that sends to 0, and a pair 2 ↔ 4; draws are counted.
struct Fixture final : TopologySpec {
  bool is_random = false;
  std::uint64_t connected_from = ~std::uint64_t{0};
  void fields(config::Fields&) override {}
  Digraph draw(std::uint64_t, std::uint64_t attempt) const override {
    std::vector<Link> links{{1, 3}, {3, 5}, {5, 1}, {1, 0}, {2, 4}, {4, 2}};
    if (attempt >= connected_from) links.insert(links.end(), {{0, 2}, {2, 1}});
    return Digraph::from_links(6, links, true);
  }
  bool random() const override { return is_random; }
  double expected_links() const override { return 8; }
};

std::string complaint(const TopologySpec& spec) {
  try {
    build(spec, 1);
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("a graph with 3 strong and 2 weak components is refused with both numbers") {
  Fixture spec;
  CHECK(complaint(spec).find("6 agents in 3 strong components (2 weakly connected)") != std::string::npos);
}

TEST_CASE(
    "component largest keeps the 4 weakly connected agents, largest_strong the 3 on the ring, in order") {
  Fixture spec;
  spec.component = Component::largest;
  CHECK(links_of(build(spec, 1).graph) == std::vector<Link>{{1, 0}, {1, 2}, {2, 3}, {3, 1}});
  CHECK(build(spec, 1).dropped_agents == 2);
  spec.component = Component::largest_strong;
  CHECK(links_of(build(spec, 1).graph) == std::vector<Link>{{0, 1}, {1, 2}, {2, 0}});
}

TEST_CASE("a random family is drawn until connected, here the 41st time, and at most 100 times") {
  Fixture spec;
  spec.is_random = true;
  spec.connected_from = 40;
  CHECK(build(spec, 1).draws == 41);
  spec.connected_from = 100;
  CHECK(complaint(spec).find("drawn 100 times") != std::string::npos);
}

TEST_CASE("a hopeless Erdős–Rényi graph of 1,000,000 agents is given up after one draw, with the threshold") {
  const auto choice = read_topology(kind("erdos_renyi", 1000000, "\"mean_degree\": 2"));
  const auto text = complaint(*choice);
  CHECK(text.find("drawn 1 time") != std::string::npos);
  CHECK(text.find("ln n / n = 1.382e-05") != std::string::npos);
}

TEST_CASE("of two equally large components the one with the smallest agent is kept") {
  const auto graph = Digraph::from_links(5, {{1, 4}, {0, 3}}, false);
  CHECK(largest(weak_components(graph)) == std::vector<AgentId>{0, 3});
}

TEST_CASE("components of a directed path of 300,000 agents are found without recursion") {
  std::vector<Link> links;
  for (AgentId i = 1; i < 300000; ++i) links.emplace_back(i - 1, i);
  const auto graph = Digraph::from_links(300000, links, true);
  CHECK_FALSE(strongly_connected(graph));
  CHECK(strong_components(graph).count == 300000);
  CHECK(weak_components(graph).count == 1);
}

TEST_CASE("strong components of 200 random digraphs of 12 agents are those of mutual reachability") {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const auto choice = read_topology(kind("erdos_renyi", 12, "\"mean_degree\": 1.2, \"directed\": true"));
    const auto graph = choice->draw(seed, 0);
    bool reach[12][12] = {};
    for (AgentId i = 0; i < 12; ++i) reach[i][i] = true;
    for (const auto& [i, j] : links_of(graph)) reach[i][j] = true;
    for (int via = 0; via < 12; ++via)
      for (int i = 0; i < 12; ++i)
        for (int j = 0; j < 12; ++j) reach[i][j] = reach[i][j] || (reach[i][via] && reach[via][j]);
    const auto components = strong_components(graph);
    bool all = true;
    for (std::size_t i = 0; i < 12; ++i)
      for (std::size_t j = 0; j < 12; ++j) {
        const bool mutual = reach[i][j] && reach[j][i];
        all = all && mutual;
        CHECK((components.of[i] == components.of[j]) == mutual);
      }
    CHECK(strongly_connected(graph) == all);
  }
}
