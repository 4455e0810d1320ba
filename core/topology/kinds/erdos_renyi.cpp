// erdos_renyi: each of the n(n−1)/2 pairs is an edge with probability p, independently; `directed`: each of
// the n(n−1) ordered pairs a link. The pairs that are present are reached by geometric skips, one draw each:
// P(skip >= s) = (1−p)^s, skip = ⌊log u / log(1−p)⌋.
#include <fmt/format.h>

#include <optional>

#include "core/base/math.hpp"
#include "core/base/random.hpp"
#include "core/topology/kinds/support.hpp"

namespace taubar::topology {
namespace {

struct ErdosRenyi final : TopologySpec {
  std::optional<double> probability, mean_degree;
  bool directed = false;

  void fields(config::Fields& f) override {
    agents_field(f);
    common_fields(f);
    f.real("probability", probability, config::probability, "of each pair; this or mean_degree");
    f.real(
        "mean_degree", mean_degree, config::positive,
        "expected (out-)degree, sets probability to min(1, mean_degree / (agents - 1)); this or probability");
    f.flag("directed", directed, "draw each direction of a pair by itself");
    demand_possible(f);
  }
  std::string fault() const override {
    if (probability.has_value() != mean_degree.has_value()) return "";
    return "an erdos_renyi topology needs one of \"probability\" and \"mean_degree\"";
  }
  bool random() const override { return true; }
  std::string connectivity_hint() const override {
    const auto n = static_cast<double>(agents);
    return fmt::format(
        "probability {:.4g} should be clearly above the connectivity threshold ln n / n = {:.4g}", p(),
        math::log(n) / n);
  }
  double expected_links() const override { return (directed ? 1 : 2) * rarely_above(p() * pairs()); }

  Digraph draw(std::uint64_t seed, std::uint64_t attempt) const override {
    const std::size_t n = possible_agents();
    std::vector<Link> links;
    links.reserve(static_cast<std::size_t>(rarely_above(p() * pairs())));
    each_present_pair(seed, attempt, [&](std::uint64_t pair) { links.push_back(ends(pair, n)); });
    return Digraph::from_links(n, std::move(links), directed);
  }

 private:
  double p() const {
    if (probability) return *probability;
    const double others = static_cast<double>(agents) - 1;
    return *mean_degree < others ? *mean_degree / others : 1.0;
  }
  double pairs() const {
    const auto n = static_cast<double>(agents);
    return n * (n - 1) / (directed ? 1 : 2);
  }

  template <class Visit>
  void each_present_pair(std::uint64_t seed, std::uint64_t attempt, const Visit& visit) const {
    const auto count = static_cast<std::uint64_t>(pairs());  // below 2^54, so exact
    const double log_absent = math::log1p(-p());             // −∞ for p = 1: no skips
    if (p() == 0) return;
    Stream stream(seed, Purpose::topology, attempt);
    for (std::uint64_t pair = 0;; ++pair) {
      const double skip = std::floor(math::log(stream.uniform()) / log_absent);
      if (!(skip < static_cast<double>(count - pair))) return;
      pair += static_cast<std::uint64_t>(skip);
      visit(pair);
      if (pair + 1 == count) return;
    }
  }

  /// Ordered pairs row by row without the diagonal; unordered ones as rows j > i of a triangle: pair =
  /// j(j−1)/2 + i.
  Link ends(std::uint64_t pair, std::uint64_t n) const {
    if (directed) {
      const std::uint64_t from = pair / (n - 1), to = pair % (n - 1);
      return {agent(from), agent(to + (to >= from ? 1 : 0))};
    }
    auto j = static_cast<std::uint64_t>((1 + std::sqrt(1 + 8 * static_cast<double>(pair))) / 2);
    while (j * (j - 1) / 2 > pair) --j;  // √ rounds beyond 2^53
    while (j * (j + 1) / 2 <= pair) ++j;
    return {agent(pair - j * (j - 1) / 2), agent(j)};
  }
};

}  // namespace

extern const config::Entry<TopologySpec> erdos_renyi;
const config::Entry<TopologySpec> erdos_renyi{
    "erdos_renyi", "each pair of agents is linked with the same probability, independently of the others",
    "Gilbert, Random graphs, Annals of Mathematical Statistics 30, 1959; drawn as in Batagelj and Brandes, "
    "Efficient "
    "generation of large random networks, Physical Review E 71, 2005",
    R"({"kind": "erdos_renyi", "agents": 20, "probability": 0.3})", make<ErdosRenyi>};

}  // namespace taubar::topology
