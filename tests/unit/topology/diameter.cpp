#include "core/topology/diameter.hpp"

#include <cstdlib>
#include <sstream>

#include "core/base/random.hpp"
#include "core/topology/dot.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/topology/support.hpp"

using namespace taubar;
using namespace taubar::topology;

namespace {

std::int64_t exact_diameter(const Digraph& graph) {
  const auto found = diameter(graph);
  CHECK(found.exact());
  return found.low;
}

std::int64_t diameter_of(const std::string& json) { return exact_diameter(graph_of(json)); }

/// The plainest way: relax all pairs through all agents.
std::int64_t plain_diameter(const Digraph& graph) {
  const std::size_t n = graph.agents();
  std::vector<std::vector<std::int64_t>> distance(n, std::vector<std::int64_t>(n, 1000000));
  for (std::size_t i = 0; i < n; ++i) distance[i][i] = 0;
  for (const auto& [i, j] : links_of(graph)) distance[i][j] = 1;
  for (std::size_t via = 0; via < n; ++via)
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = 0; j < n; ++j)
        distance[i][j] = std::min(distance[i][j], distance[i][via] + distance[via][j]);
  std::int64_t most = 0;
  for (const auto& row : distance)
    for (const auto d : row) most = std::max(most, d);
  return most;
}

}  // namespace

TEST_CASE("diameters of the fixed kinds are those of their definitions") {
  CHECK(diameter_of(kind("complete", 9)) == 1);
  CHECK(diameter_of(kind("star", 9)) == 2);
  CHECK(diameter_of(kind("path", 200)) == 199);
  CHECK(diameter_of(kind("ring", 201)) == 100);
  CHECK(diameter_of(kind("directed_ring", 130)) == 129);
  CHECK(diameter_of(kind("grid", 12)) == 5);
  CHECK(diameter_of(kind("torus", 20, "\"rows\": 4")) == 4);
  CHECK(diameter_of(kind("hypercube", 256)) == 8);
  CHECK(diameter_of(kind("tree", 15)) == 6);
  CHECK(diameter_of(kind("exponential", 64)) == 6);
  CHECK(diameter_of(kind("path", 1)) == 0);
}

TEST_CASE("diameters of 20 random digraphs of 90 agents equal those of all-pairs relaxation") {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const auto graph = graph_of(kind("random_out_regular", 90, "\"out_degree\": 2"), seed);
    CHECK(exact_diameter(graph) == plain_diameter(graph));
  }
}

TEST_CASE(
    "diameters of 300 directed cycles of 30 agents with 6 chords, long one way and short the other, are "
    "exact") {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    Stream random(seed, Purpose::test);
    std::vector<Link> links;
    for (AgentId i = 0; i < 30; ++i) links.emplace_back(i, (i + 1) % 30);
    for (int chord = 0; chord < 6; ++chord)
      links.emplace_back(static_cast<AgentId>(random.below(30)), static_cast<AgentId>(random.below(30)));
    const auto graph = Digraph::from_links(30, links, true);
    CHECK(exact_diameter(graph) == plain_diameter(graph));
  }
}

TEST_CASE("diameters of 60 sparse random graphs of 130 agents equal those of all-pairs relaxation") {
  for (std::uint64_t seed = 0; seed < 20; ++seed)
    for (const auto& json : {kind("barabasi_albert", 130, "\"attach\": 1"),
                             kind("watts_strogatz", 130, "\"degree\": 2, \"rewire\": 0.05"),
                             kind("random_regular", 130, "\"degree\": 3")}) {
      const auto graph = graph_of(json, seed);
      CHECK(exact_diameter(graph) == plain_diameter(graph));
    }
}

TEST_CASE(
    "whatever the budget, the bounds enclose the diameter, 150 of a 301-ring and 5 of a random digraph") {
  const auto ring = graph_of(kind("ring", 301));
  const auto random = graph_of(kind("random_out_regular", 300, "\"out_degree\": 4"), 3);
  const std::int64_t of_random = plain_diameter(random);
  int open = 0;
  for (std::uint64_t budget = 1; budget < 1'000'000; budget += budget / 2 + 1) {
    const auto a = diameter(ring, budget), b = diameter(random, budget);
    CHECK(a.low <= 150);
    CHECK(a.high >= 150);
    CHECK(b.low <= of_random);
    CHECK(b.high >= of_random);
    open += !a.exact() + !b.exact();
  }
  CHECK(open > 10);
  CHECK(diameter(ring, 1'000'000).exact());
  CHECK(diameter(random, 1'000'000).exact());
}

TEST_CASE("a ring of 100,000 agents is not settled within a budget of 1e8, yet bounded to 1.5 %") {
  const auto found = diameter(graph_of(kind("ring", 100000)), 100'000'000);
  CHECK(found.low == 50000);
  CHECK(found.high > 50000);
  CHECK(found.high <= 50750);
}

TEST_CASE("diameters of the real graphs equal those of all-pairs breadth-first searches") {
  if (!std::getenv("TAUBAR_DATA")) {
    WARN("SKIPPED: diameters of real graphs (TAUBAR_DATA not set)");
    return;
  }
  // From another program: a breadth-first search from each agent. SNAP publishes the same for its five.
  const std::pair<const char*, std::int64_t> references[] = {
      {"soc-wiki-Vote.mtx", 13}, {"wiki-Vote.txt", 7},      {"facebook_combined.txt", 8},
      {"email-Eu-core.txt", 7},  {"p2p-Gnutella08.txt", 9}, {"as20000102.txt", 9},
      {"as19971108.txt", 9},
  };
  for (const auto& [file, expected] : references) {
    CAPTURE(file);
    CHECK(diameter_of(std::string(R"({"kind": "file", "component": "largest", "file": ")") + file + "\"}") ==
          expected);
  }
}

TEST_CASE("DOT of a 3-ring has 3 edges with --, of a directed 3-ring 3 links with ->") {
  std::ostringstream undirected, directed;
  write_dot(undirected, graph_of(kind("ring", 3)));
  write_dot(directed, graph_of(kind("directed_ring", 3)));
  CHECK(undirected.str() == "graph G {\n0;\n1;\n2;\n0--1 ;\n0--2 ;\n1--2 ;\n}\n");
  CHECK(directed.str() == "digraph G {\n0;\n1;\n2;\n0->1 ;\n1->2 ;\n2->0 ;\n}\n");
}
