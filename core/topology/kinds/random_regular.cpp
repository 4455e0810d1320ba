// random_regular: every agent has exactly `degree` neighbours. Half-edges are joined in random pairs, a pair
// that would make a self-loop or a repeated edge is put back, and a draw that gets stuck is begun anew
// (Steger and Wormald 1999: asymptotically uniform). Degrees above (n−1)/2 are drawn as the complement of a
// sparse one.
#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "core/base/error.hpp"
#include "core/base/random.hpp"
#include "core/topology/kinds/support.hpp"

namespace taubar::topology {
namespace {

class Pairing {
 public:
  Pairing(std::size_t agents, std::size_t degree)
      : degree_(degree), neighbours_(agents * degree), found_(agents) {
    for (std::size_t i = 0; i < agents; ++i) halves_.insert(halves_.end(), degree, agent(i));
  }

  /// Joins all half-edges, or nothing where it gets stuck.
  std::optional<std::vector<Link>> run(Stream& stream) {
    std::vector<Link> edges;
    edges.reserve(halves_.size() / 2);
    int failures = 0;
    while (!halves_.empty()) {
      const std::size_t a = stream.below(halves_.size()), b = stream.below(halves_.size());
      if (joinable(halves_[a], halves_[b])) {
        edges.emplace_back(halves_[a], halves_[b]);
        join(halves_[a], halves_[b]);
        remove(std::max(a, b));
        remove(std::min(a, b));
        failures = 0;
      } else if (++failures % failures_before_check == 0 && stuck()) {
        return std::nullopt;
      }
    }
    return edges;
  }

 private:
  static constexpr int failures_before_check = 1000;

  bool joinable(AgentId i, AgentId j) const {
    const auto row = neighbours_.begin() + static_cast<std::ptrdiff_t>(i * degree_);
    return i != j && std::find(row, row + found_[i], j) == row + found_[i];
  }
  void join(AgentId i, AgentId j) {
    neighbours_[i * degree_ + found_[i]++] = j;
    neighbours_[j * degree_ + found_[j]++] = i;
  }
  void remove(std::size_t half) {
    halves_[half] = halves_.back();
    halves_.pop_back();
  }
  bool stuck() const {
    for (std::size_t a = 0; a < halves_.size(); ++a)
      for (std::size_t b = a + 1; b < halves_.size(); ++b)
        if (joinable(halves_[a], halves_[b])) return false;
    return true;
  }

  std::size_t degree_;
  std::vector<AgentId> halves_;
  std::vector<AgentId> neighbours_;  // degree_ places an agent, the first found_[i] in use
  std::vector<std::uint32_t> found_;
};

std::vector<Link> complement(std::size_t n, const Digraph& graph) {
  std::vector<Link> edges;
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = i + 1; j < n; ++j)
      if (!graph.has_link(agent(i), agent(j))) edges.emplace_back(agent(i), agent(j));
  return edges;
}

struct RandomRegular final : TopologySpec {
  std::int64_t degree = 0;

  void fields(config::Fields& f) override {
    agents_field(f);
    common_fields(f);
    f.integer("degree", degree, config::between(1, 1e9),
              "neighbours of every agent, below agents; agents x degree is even", config::required);
    demand_possible(f);
  }
  std::string fault() const override {
    if (degree >= agents)
      return fmt::format("degree {} must be below the number of agents, {}", degree, agents);
    if (degree % 2 == 1 && agents % 2 == 1)
      return fmt::format("agents x degree must be even: there is no {}-regular graph on {} agents", degree,
                         agents);
    return "";
  }
  bool random() const override { return true; }
  std::string connectivity_hint() const override { return "take a degree of 3 or more"; }
  double expected_links() const override { return static_cast<double>(agents) * static_cast<double>(degree); }

  Digraph draw(std::uint64_t seed, std::uint64_t attempt) const override {
    const std::size_t n = possible_agents(), k = static_cast<std::size_t>(degree);
    Stream stream(seed, Purpose::topology, attempt);
    if (2 * k <= n - 1) return sparse(n, k, stream);
    return Digraph::from_links(n, complement(n, sparse(n, n - 1 - k, stream)), false);
  }

 private:
  static Digraph sparse(std::size_t n, std::size_t k, Stream& stream) {
    for (int attempt = 0; attempt < 10000; ++attempt)
      if (auto edges = Pairing(n, k).run(stream)) return Digraph::from_links(n, std::move(*edges), false);
    throw InternalError("the pairing of a random regular graph got stuck 10,000 times");
  }
};

}  // namespace

extern const config::Entry<TopologySpec> random_regular;
const config::Entry<TopologySpec> random_regular{
    "random_regular", "a random graph in which every agent has the same number of neighbours",
    "Steger and Wormald, Generating random regular graphs quickly, Combinatorics, Probability and Computing "
    "8, 1999",
    R"({"kind": "random_regular", "agents": 20, "degree": 3})", make<RandomRegular>};

}  // namespace taubar::topology
