// The laws of the random families. Seeds are fixed; each statistical test states its false-alarm rate.
#include <algorithm>
#include <cmath>
#include <map>

#include "core/base/random.hpp"
#include "core/topology/components.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/topology/support.hpp"

using namespace taubar;
using namespace taubar::topology;

namespace {

/// How often each link occurs in `draws` draws, before the component rule.
std::map<Link, double> frequencies(const TopologySpec& spec, int draws) {
  std::map<Link, double> counts;
  for (int d = 0; d < draws; ++d)
    for (const auto& link : links_of(spec.draw(static_cast<std::uint64_t>(d), 0))) ++counts[link];
  return counts;
}

/// Σ (count − mean)²/variance over all ordered pairs of n agents, or over pairs i < j.
double chi_square(const std::map<Link, double>& counts, AgentId n, double p, int draws, bool ordered) {
  double sum = 0;
  for (AgentId i = 0; i < n; ++i)
    for (AgentId j = 0; j < n; ++j) {
      if (i == j || (!ordered && i > j)) continue;
      const auto found = counts.find({i, j});
      const double count = found == counts.end() ? 0 : found->second;
      sum += (count - p * draws) * (count - p * draws) / (p * (1 - p) * draws);
    }
  return sum;
}

}  // namespace

TEST_CASE(
    "each of 15 pairs is an Erdős–Rényi edge with probability 0.3: chi-square below its 1e-6 quantile 56.5") {
  const auto spec = read_topology(kind("erdos_renyi", 6, "\"probability\": 0.3"));
  CHECK(chi_square(frequencies(*spec, 20000), 6, 0.3, 20000, false) < 56.5);
}

TEST_CASE(
    "each of 30 directed pairs is a link with probability 0.2: chi-square below its 1e-6 quantile 82.0") {
  const auto spec = read_topology(kind("erdos_renyi", 6, "\"mean_degree\": 1, \"directed\": true"));
  CHECK(chi_square(frequencies(*spec, 20000), 6, 0.2, 20000, true) < 82.0);
}

TEST_CASE(
    "Erdős–Rényi with probability 1 is complete, with 0 has no edge, with mean degree 4 of 3 agents is "
    "complete") {
  CHECK(graph_of(kind("erdos_renyi", 40, "\"probability\": 1")).edges() == 780);
  CHECK(read_topology(kind("erdos_renyi", 40, "\"probability\": 0"))->draw(1, 0).links() == 0);
  CHECK(graph_of(kind("erdos_renyi", 3, "\"mean_degree\": 4, \"directed\": true")).links() == 6);
}

TEST_CASE("100,000 agents of mean degree 10 have 500,000 edges within 6 standard deviations (2e-9)") {
  const auto graph = read_topology(kind("erdos_renyi", 100000, "\"mean_degree\": 10"))->draw(5, 0);
  CHECK(std::abs(static_cast<double>(graph.edges()) - 500000) < 6 * std::sqrt(500000.0));
  CHECK(graph.dropped_repeats() == 0);
}

TEST_CASE("random regular graphs are simple and regular, sparse or dense") {
  for (const auto& [n, d] :
       {std::pair{10, 3}, {20, 9}, {21, 10}, {20, 15}, {6, 5}, {4, 1}, {1000, 4}, {60, 29}}) {
    CAPTURE(n, d);
    const auto graph =
        read_topology(kind("random_regular", static_cast<std::size_t>(n), "\"degree\": " + std::to_string(d)))
            ->draw(2, 0);
    CHECK(out_degrees(graph) ==
          std::vector<std::size_t>(static_cast<std::size_t>(n), static_cast<std::size_t>(d)));
    CHECK(graph.dropped_repeats() + graph.dropped_self_loops() == 0);
  }
}

TEST_CASE(
    "each of 28 pairs of 8 agents is equally often an edge of a 3-regular graph: 3/7 within 6 deviations "
    "(1e-7)") {
  const auto spec = read_topology(kind("random_regular", 8, "\"degree\": 3"));
  const auto counts = frequencies(*spec, 7000);
  for (const auto& [link, count] : counts)
    CHECK(std::abs(count - 3000) < 6 * std::sqrt(7000 * 3.0 / 7 * 4 / 7));
  CHECK(counts.size() == 56);
}

TEST_CASE(
    "each of 56 links of 8 agents is equally often in a random 3-out-regular digraph: 3/7 within 6 (2e-7)") {
  const auto spec = read_topology(kind("random_out_regular", 8, "\"out_degree\": 3"));
  const auto counts = frequencies(*spec, 7000);
  for (const auto& [link, count] : counts)
    CHECK(std::abs(count - 3000) < 6 * std::sqrt(7000 * 3.0 / 7 * 4 / 7));
  CHECK(counts.size() == 56);
}

TEST_CASE(
    "random out-regular digraphs have equal out-degrees and are connected at the first draw, sparse or "
    "dense") {
  for (const auto& [n, d] : {std::pair{2, 1}, {10, 1}, {10, 9}, {10, 7}, {1000, 3}, {100000, 4}}) {
    CAPTURE(n, d);
    const auto built = build(*read_topology(kind("random_out_regular", static_cast<std::size_t>(n),
                                                 "\"out_degree\": " + std::to_string(d))),
                             1);
    CHECK(built.draws == 1);
    CHECK(built.graph.dropped_repeats() == 0);
    CHECK(out_degrees(built.graph) ==
          std::vector<std::size_t>(static_cast<std::size_t>(n), static_cast<std::size_t>(d)));
  }
}

TEST_CASE(
    "Watts–Strogatz without rewiring is the ring of 4 nearest; with 0.2 it keeps 80% of 4,000 edges (6 "
    "deviations)") {
  const auto ring = graph_of(kind("watts_strogatz", 10, "\"degree\": 4, \"rewire\": 0"));
  const auto row = ring.out_neighbours(0);
  CHECK(std::vector<AgentId>(row.begin(), row.end()) == std::vector<AgentId>{1, 2, 8, 9});
  const auto moved =
      read_topology(kind("watts_strogatz", 2000, "\"degree\": 4, \"rewire\": 0.2"))->draw(1, 0);
  CHECK(moved.edges() == 4000);
  double kept = 0;
  for (const auto& [i, j] : links_of(moved))
    if (const auto hop = (j + 2000 - i) % 2000; hop <= 2) ++kept;
  CHECK(std::abs(kept - 3200) < 6 * std::sqrt(4000 * 0.2 * 0.8));
}

TEST_CASE(
    "Watts–Strogatz with rewiring 1 keeps one end of every edge: each agent has at least degree/2 edges") {
  const auto graph = read_topology(kind("watts_strogatz", 500, "\"degree\": 6, \"rewire\": 1"))->draw(4, 0);
  CHECK(graph.edges() == 1500);
  for (const auto degree : out_degrees(graph)) CHECK(degree >= 3);
}

TEST_CASE(
    "Barabási–Albert graphs have attach(attach+1)/2 + attach(n-attach-1) edges and degrees of at least "
    "attach") {
  const auto graph = graph_of(kind("barabasi_albert", 500, "\"attach\": 3"));
  CHECK(graph.edges() == 6 + 3 * 496);
  for (const auto degree : out_degrees(graph)) CHECK(degree >= 3);
}

TEST_CASE("the fourth agent joins the hub of three with probability 1/2 (10,000 draws, 6 deviations: 2e-9)") {
  // attach 1: agents 0 and 1 are linked, 2 joins one of them (the hub, degree 2 of 4), 3 chooses by degree.
  const auto spec = read_topology(kind("barabasi_albert", 4, "\"attach\": 1"));
  double hub = 0;
  for (std::uint64_t seed = 0; seed < 10000; ++seed) {
    const auto degrees = out_degrees(spec->draw(seed, 0));
    if (*std::max_element(degrees.begin(), degrees.end()) == 3) ++hub;
  }
  CHECK(std::abs(hub - 5000) < 6 * std::sqrt(2500.0));
}

TEST_CASE("a geometric graph of 700 agents links exactly the pairs within its radius") {
  const double radius = 0.07;
  const auto graph = read_topology(kind("geometric", 700, "\"radius\": 0.07"))->draw(9, 0);
  Stream stream(9, Purpose::topology, 0);
  std::vector<std::pair<double, double>> points;
  for (int i = 0; i < 700; ++i) {
    const double x = stream.uniform();
    points.emplace_back(x, stream.uniform());
  }
  std::size_t near = 0;
  for (AgentId i = 0; i < 700; ++i)
    for (AgentId j = i + 1; j < 700; ++j) {
      const bool linked =
          std::hypot(points[i].first - points[j].first, points[i].second - points[j].second) <= radius;
      if (linked != graph.has_link(i, j)) FAIL("pair " << i << ", " << j);
      near += linked;
    }
  CHECK(graph.edges() == near);
  CHECK(near > 1000);
}

TEST_CASE("expected links bound the links of 50 draws of each random family") {
  for (const auto& json :
       {kind("erdos_renyi", 100, "\"probability\": 0.1"),
        kind("erdos_renyi", 30, "\"mean_degree\": 3, \"directed\": true"),
        kind("random_regular", 50, "\"degree\": 4"), kind("random_out_regular", 50, "\"out_degree\": 4"),
        kind("watts_strogatz", 50, "\"degree\": 4, \"rewire\": 0.5"),
        kind("barabasi_albert", 50, "\"attach\": 2"), kind("geometric", 200, "\"radius\": 0.2"),
        kind("geometric", 30, "\"radius\": 2")}) {
    CAPTURE(json);
    const auto spec = read_topology(json);
    for (std::uint64_t seed = 0; seed < 50; ++seed)
      CHECK(static_cast<double>(spec->draw(seed, 0).links()) <= spec->expected_links());
  }
}
