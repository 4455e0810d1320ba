// Conformance: what must hold for every entry of the catalogue.
#include <algorithm>
#include <numeric>

#include "core/base/error.hpp"
#include "core/topology/components.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/topology/support.hpp"

using namespace taubar;
using namespace taubar::topology;

namespace {

void check_column_sums(const Digraph& graph, const MixingWeights& mixing) {
  for (std::size_t i = 0; i < graph.agents(); ++i) {
    const auto first =
        mixing.link.begin() + static_cast<std::ptrdiff_t>(graph.first_link(static_cast<AgentId>(i)));
    const auto degree = static_cast<std::ptrdiff_t>(graph.out_neighbours(static_cast<AgentId>(i)).size());
    CHECK(std::accumulate(first, first + degree, mixing.own[i]) == Approx(1).epsilon(1e-14));
  }
}

}  // namespace

TEST_CASE("the catalogue lists 18 kinds of topology in alphabetical order, each with an example of itself") {
  const auto& entries = topologies().any().entries;
  CHECK(entries.size() == 18);
  CHECK(std::is_sorted(entries.begin(), entries.end(), [](auto& a, auto& b) { return a.name < b.name; }));
  for (const auto& entry : entries) CHECK(read_topology(std::string(entry.example)).kind == entry.name);
}

TEST_CASE("every topology's example is strongly connected, within its expected links, and the same twice") {
  for (const auto& entry : topologies().any().entries) {
    CAPTURE(entry.name);
    const auto choice = read_topology(std::string(entry.example));
    const auto built = build(*choice, 7);
    CHECK(strongly_connected(built.graph));
    CHECK(static_cast<double>(built.graph.links()) <= choice->expected_links());
    CHECK(links_of(built.graph) == links_of(build(*choice, 7).graph));
    if (choice->agents > 0) CHECK(built.graph.agents() == static_cast<std::size_t>(choice->agents));
    if (choice->random()) CHECK(links_of(built.graph) != links_of(build(*choice, 8).graph));
  }
}

TEST_CASE(
    "every topology's example has a uniform_out matrix with column sums 1, and a symmetric one if "
    "undirected") {
  for (const auto& entry : topologies().any().entries) {
    CAPTURE(entry.name);
    const auto graph = graph_of(std::string(entry.example));
    check_column_sums(graph, column_stochastic(graph, MixingKind::uniform_out, 0));
    if (graph.directed()) {
      CHECK_THROWS_AS(doubly_stochastic(graph, MixingKind::metropolis, 0), InputError);
    } else {
      CHECK_NOTHROW(doubly_stochastic(graph, MixingKind::metropolis, 0));
      for (const auto& [i, j] : links_of(graph)) CHECK(graph.has_link(j, i));
    }
  }
}

TEST_CASE("every topology's parameters survive an echo and a second reading") {
  for (const auto& entry : topologies().any().entries) {
    CAPTURE(entry.name);
    auto choice = read_topology(std::string(entry.example));
    const auto echo = [](config::Choice<TopologySpec>& c) {
      return config::echo([&](config::Fields& f) { f.choice("topology", c, topologies(), ""); });
    };
    const auto first = echo(choice);
    auto again = read_topology(first["topology"].dump());
    CHECK(echo(again) == first);
    CHECK(links_of(build(*again, 3).graph) == links_of(build(*choice, 3).graph));
  }
}

TEST_CASE("topologies of 1 and 2 agents are connected where the kind has them") {
  for (const auto* name :
       {"complete", "star", "path", "ring", "directed_ring", "grid", "hypercube", "tree", "exponential"}) {
    CAPTURE(name);
    CHECK(graph_of(kind(name, 1)).links() == 0);
    CHECK(graph_of(kind(name, 2)).links() == 2);
  }
}

TEST_CASE("degrees and edges of the fixed kinds are those of their definitions") {
  using Degrees = std::vector<std::size_t>;
  CHECK(out_degrees(graph_of(kind("complete", 5))) == Degrees(5, 4));
  CHECK(out_degrees(graph_of(kind("star", 5))) == Degrees{4, 1, 1, 1, 1});
  CHECK(out_degrees(graph_of(kind("path", 5))) == Degrees{1, 2, 2, 2, 1});
  CHECK(out_degrees(graph_of(kind("ring", 5))) == Degrees(5, 2));
  CHECK(links_of(graph_of(kind("directed_ring", 3))) == std::vector<Link>{{0, 1}, {1, 2}, {2, 0}});
  CHECK(out_degrees(graph_of(kind("hypercube", 16))) == Degrees(16, 4));
  CHECK(out_degrees(graph_of(kind("tree", 7))) == Degrees{2, 3, 3, 1, 1, 1, 1});
  CHECK(out_degrees(graph_of(kind("tree", 13, "\"branching\": 3"))) ==
        Degrees{3, 4, 4, 4, 1, 1, 1, 1, 1, 1, 1, 1, 1});
  CHECK(out_degrees(graph_of(kind("torus", 12))) == Degrees(12, 4));
  CHECK(out_degrees(graph_of(kind("grid", 9))) == Degrees{2, 3, 2, 3, 4, 3, 2, 3, 2});
  const auto exponential = graph_of(kind("exponential", 12));
  const auto hops = exponential.out_neighbours(3);
  CHECK(std::vector<AgentId>(hops.begin(), hops.end()) == std::vector<AgentId>{4, 5, 7, 11});
}

TEST_CASE("a grid of 12 agents is 3 x 4 unless rows or columns say otherwise") {
  CHECK(graph_of(kind("grid", 12)).edges() == 2 * 4 + 3 * 3);
  CHECK(graph_of(kind("grid", 12, "\"rows\": 2")).edges() == 1 * 6 + 2 * 5);
  CHECK(graph_of(kind("grid", 12, "\"columns\": 1")).edges() == 11);
  CHECK(graph_of(kind("grid", 7)).edges() == 6);
  CHECK(graph_of(kind("torus", 15, "\"rows\": 5, \"columns\": 3")).edges() == 30);
}

TEST_CASE("parameters that cannot be are complaints when read, with the reason") {
  for (const auto& json :
       {kind("hypercube", 12), kind("torus", 14), kind("torus", 12, "\"rows\": 2"),
        kind("grid", 12, "\"rows\": 5"), kind("grid", 12, "\"rows\": 3, \"columns\": 5"),
        kind("random_regular", 5, "\"degree\": 3"), kind("random_regular", 5, "\"degree\": 5"),
        kind("random_out_regular", 4, "\"out_degree\": 4"),
        kind("watts_strogatz", 10, "\"degree\": 3, \"rewire\": 0"),
        kind("watts_strogatz", 4, "\"degree\": 4, \"rewire\": 0"),
        kind("barabasi_albert", 3, "\"attach\": 3"), kind("erdos_renyi", 3),
        kind("erdos_renyi", 3, "\"probability\": 0.5, \"mean_degree\": 1"), kind("ring", 0),
        kind("ring", 4, "\"laplacian_scale\": 0.2"), kind("two_peer_exponential", 4)}) {
    CAPTURE(json);
    CHECK_THROWS_AS(read_topology(json), InputError);
  }
}

TEST_CASE("10^9 and 10^18 agents can be read and estimated, though not drawn") {
  for (const auto* name : {"ring", "grid", "torus", "exponential"})
    for (const std::size_t agents : {std::size_t{1000000000}, std::size_t{1000000000000000000}}) {
      CAPTURE(name, agents);
      const auto choice = read_topology(kind(name, agents));
      CHECK(choice->expected_links() >= static_cast<double>(agents));
      CHECK_THROWS_AS(choice->draw(1, 0), InternalError);
    }
}
