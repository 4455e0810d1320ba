// random_out_regular: every agent sends to exactly k = out_degree others; in-degrees are 1 + about
// Poisson(k−1). One of the k is the successor on a uniformly random cycle through all agents, the other k−1
// are uniform without replacement. Purely uniform choices would leave about n e^−k agents without in-links,
// hence never give a strongly connected graph at a million agents; the cycle makes every draw strongly
// connected, at every size.
#include <fmt/format.h>

#include <numeric>

#include "core/base/random.hpp"
#include "core/topology/kinds/support.hpp"

namespace taubar::topology {
namespace {

/// successor[i] on a uniformly random cycle (Sattolo's shuffle of the identity).
std::vector<AgentId> random_cycle(std::size_t n, Stream& stream) {
  std::vector<AgentId> successor(n);
  std::iota(successor.begin(), successor.end(), AgentId{0});
  for (std::size_t i = n - 1; i > 0; --i) std::swap(successor[i], successor[stream.below(i)]);
  return successor;
}

struct RandomOutRegular final : TopologySpec {
  std::int64_t out_degree = 0;

  void fields(config::Fields& f) override {
    agents_field(f);
    common_fields(f);
    f.integer("out_degree", out_degree, config::between(1, 1e9),
              "out-neighbours of every agent, below agents", config::required);
    demand_possible(f);
  }
  std::string fault() const override {
    if (out_degree < agents) return "";
    return fmt::format("out_degree {} must be below the number of agents, {}", out_degree, agents);
  }
  bool random() const override { return true; }
  double expected_links() const override {
    return static_cast<double>(agents) * static_cast<double>(out_degree);
  }

  Digraph draw(std::uint64_t seed, std::uint64_t attempt) const override {
    const std::size_t n = possible_agents(), k = static_cast<std::size_t>(out_degree);
    Stream stream(seed, Purpose::topology, attempt);
    const auto successor = random_cycle(n, stream);
    std::vector<AgentId> chosen_by(n, agent(n));  // the last agent that chose this one; n: none yet
    std::vector<Link> links;
    links.reserve(n * k);
    for (std::size_t i = 0; i < n; ++i) {
      chosen_by[i] = chosen_by[successor[i]] = agent(i);
      links.emplace_back(agent(i), successor[i]);
      choose(i, n, k - 1, stream, chosen_by, links);
    }
    return Digraph::from_links(n, std::move(links), true);
  }

 private:
  /// `count` further agents for i by rejection, or, where most are chosen, by walking a random order of the
  /// rest.
  static void choose(std::size_t i, std::size_t n, std::size_t count, Stream& stream,
                     std::vector<AgentId>& chosen_by, std::vector<Link>& links) {
    if (count > n / 2) return choose_dense(i, n, count, stream, chosen_by, links);
    while (count > 0) {
      const auto j = agent(stream.below(n));
      if (chosen_by[j] == i) continue;
      chosen_by[j] = agent(i);
      links.emplace_back(agent(i), j);
      --count;
    }
  }

  static void choose_dense(std::size_t i, std::size_t n, std::size_t count, Stream& stream,
                           const std::vector<AgentId>& chosen_by, std::vector<Link>& links) {
    std::vector<AgentId> rest;
    for (std::size_t j = 0; j < n; ++j)
      if (chosen_by[j] != i) rest.push_back(agent(j));
    for (std::size_t c = 0; c < count; ++c) {
      std::swap(rest[c], rest[c + stream.below(rest.size() - c)]);
      links.emplace_back(agent(i), rest[c]);
    }
  }
};

}  // namespace

extern const config::Entry<TopologySpec> random_out_regular;
const config::Entry<TopologySpec> random_out_regular{
    "random_out_regular",
    "every agent sends to the same number of others: the next on a random cycle through all (so that it is "
    "strongly "
    "connected) and uniformly random ones",
    "after Fenner and Frieze, On the connectivity of random m-orientable graphs and digraphs, Combinatorica "
    "2, 1982",
    R"({"kind": "random_out_regular", "agents": 20, "out_degree": 3})", make<RandomOutRegular>};

}  // namespace taubar::topology
