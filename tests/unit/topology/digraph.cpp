#include "core/topology/digraph.hpp"

#include <algorithm>
#include <set>

#include "core/base/error.hpp"
#include "core/base/random.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/topology/support.hpp"

using namespace taubar;
using namespace taubar::topology;

TEST_CASE("a digraph of 4 agents sorts its links and drops 1 self-loop and 2 repeats") {
  const auto graph = Digraph::from_links(4, {{2, 0}, {0, 3}, {0, 1}, {1, 1}, {0, 3}, {0, 3}, {3, 0}}, true);
  CHECK(links_of(graph) == std::vector<Link>{{0, 1}, {0, 3}, {2, 0}, {3, 0}});
  CHECK(graph.dropped_self_loops() == 1);
  CHECK(graph.dropped_repeats() == 2);
  CHECK(graph.edges() == 4);
  CHECK(graph.first_link(2) == 2);
  CHECK(graph.has_link(0, 3));
  CHECK_FALSE(graph.has_link(3, 2));
}

TEST_CASE("an undirected edge given three times in both orders is 1 edge, 2 links and 2 repeats") {
  const auto graph = Digraph::from_links(3, {{0, 1}, {1, 0}, {0, 1}, {2, 1}}, false);
  CHECK(graph.edges() == 2);
  CHECK(graph.links() == 4);
  CHECK(graph.dropped_repeats() == 2);
  CHECK(links_of(graph) == std::vector<Link>{{0, 1}, {1, 0}, {1, 2}, {2, 1}});
}

TEST_CASE(
    "in-neighbours of 1,000 random links on 50 agents are the links turned round, in increasing order") {
  Stream stream(3, Purpose::test);
  std::vector<Link> links;
  for (int l = 0; l < 1000; ++l)
    links.emplace_back(static_cast<AgentId>(stream.below(50)), static_cast<AgentId>(stream.below(50)));
  const std::set<Link> expected(links.begin(), links.end());
  const auto graph = Digraph::from_links(50, links, true);
  std::set<Link> turned;
  for (AgentId i = 0; i < 50; ++i) {
    const auto row = graph.in_neighbours(i);
    CHECK(std::is_sorted(row.begin(), row.end()));
    for (const AgentId j : row) turned.emplace(j, i);
  }
  std::set<Link> without_loops;
  for (const auto& link : expected)
    if (link.first != link.second) without_loops.insert(link);
  CHECK(turned == without_loops);
  CHECK(graph.links() == without_loops.size());
  CHECK(graph.links() + graph.dropped_repeats() + graph.dropped_self_loops() == 1000);
}

TEST_CASE("a link to an agent that does not exist is refused") {
  CHECK_THROWS_AS(Digraph::from_links(3, {{0, 3}}, true), InternalError);
}

TEST_CASE("a digraph without agents and one of 1 agent have no links") {
  CHECK(Digraph().agents() == 0);
  CHECK(Digraph::from_links(0, {}, true).agents() == 0);
  CHECK(Digraph::from_links(1, {}, false).links() == 0);
}
