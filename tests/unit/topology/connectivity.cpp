#include <sstream>

#include "core/topology/dot.hpp"
#include "core/topology/spectrum.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/topology/support.hpp"

using namespace taubar;
using namespace taubar::topology;

namespace {

std::int64_t diameter(const std::string& json) { return connectivity(graph_of(json), true).diameter; }

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
  CHECK(diameter(kind("complete", 9)) == 1);
  CHECK(diameter(kind("star", 9)) == 2);
  CHECK(diameter(kind("path", 200)) == 199);
  CHECK(diameter(kind("ring", 201)) == 100);
  CHECK(diameter(kind("directed_ring", 130)) == 129);
  CHECK(diameter(kind("grid", 12)) == 5);
  CHECK(diameter(kind("torus", 20, "\"rows\": 4")) == 4);
  CHECK(diameter(kind("hypercube", 256)) == 8);
  CHECK(diameter(kind("tree", 15)) == 6);
  CHECK(diameter(kind("exponential", 64)) == 6);
  CHECK(diameter(kind("path", 1)) == 0);
}

TEST_CASE("diameters of 20 random digraphs of 90 agents equal those of all-pairs relaxation") {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const auto graph = graph_of(kind("random_out_regular", 90, "\"out_degree\": 2"), seed);
    CHECK(connectivity(graph, true).diameter == plain_diameter(graph));
  }
}

TEST_CASE("a digraph that is not strongly connected has diameter -1") {
  const auto found = connectivity(Digraph::from_links(4, {{0, 1}, {1, 0}, {1, 2}}, true), true);
  CHECK(found.components == 2);
  CHECK(found.strong_components == 3);
  CHECK(found.diameter == -1);
}

TEST_CASE("DOT of a 3-ring has 3 edges with --, of a directed 3-ring 3 links with ->") {
  std::ostringstream undirected, directed;
  write_dot(undirected, graph_of(kind("ring", 3)));
  write_dot(directed, graph_of(kind("directed_ring", 3)));
  CHECK(undirected.str() == "graph G {\n0;\n1;\n2;\n0--1 ;\n0--2 ;\n1--2 ;\n}\n");
  CHECK(directed.str() == "digraph G {\n0;\n1;\n2;\n0->1 ;\n1->2 ;\n2->0 ;\n}\n");
}
