// grid and torus: agents on rows × columns, agent (r, c) has number r·columns + c and is linked with its
// neighbours in its row and column; a torus wraps round.
#include <fmt/format.h>

#include <optional>

#include "core/base/error.hpp"
#include "core/topology/kinds/support.hpp"

namespace taubar::topology {
namespace {

struct Sides {
  std::int64_t rows = 0, columns = 0;
};

struct Lattice : TopologySpec {
  explicit Lattice(bool wraps) : wraps_(wraps) {}

  std::optional<std::int64_t> rows, columns;

  void fields(config::Fields& f) override {
    agents_field(f);
    common_fields(f);
    f.integer("rows", rows, config::between(1, 1e9), "default: the most square rows x columns = agents");
    f.integer("columns", columns, config::between(1, 1e9), "default: agents / rows");
    demand_possible(f);
  }

  std::string fault() const override {
    if (agents < 1 || sides()) return "";
    const std::string least = wraps_ ? " with both sides at least 3, so that it wraps round" : "";
    if (rows && columns)
      return fmt::format("{} rows x {} columns are not {} agents{}", *rows, *columns, agents, least);
    if (rows || columns)
      return fmt::format("{} agents do not fill {} {}{}", agents, rows ? *rows : *columns,
                         rows ? "rows" : "columns", least);
    return fmt::format("{} agents do not fill rows x columns{}", agents, least);
  }

  Digraph draw(std::uint64_t, std::uint64_t) const override {
    const std::size_t n = possible_agents();
    const auto height = static_cast<std::size_t>(sides()->rows),
               width = static_cast<std::size_t>(sides()->columns);
    std::vector<Link> edges;
    for (std::size_t r = 0; r < height; ++r)
      for (std::size_t c = 0; c < width; ++c) {
        const std::size_t here = r * width + c;
        if (c + 1 < width || wraps_) edges.emplace_back(agent(here), agent(r * width + (c + 1) % width));
        if (r + 1 < height || wraps_) edges.emplace_back(agent(here), agent((r + 1) % height * width + c));
      }
    return Digraph::from_links(n, std::move(edges), false);
  }
  double expected_links() const override { return 4 * static_cast<double>(agents); }

 private:
  bool fits(std::int64_t r, std::int64_t c) const {
    const std::int64_t least = wraps_ ? 3 : 1;
    return r >= least && c >= least && agents % r == 0 && agents / r == c;
  }

  /// Nothing if the agents do not fit. Beyond max_agents, which are refused anyway, divisors are not sought.
  std::optional<Sides> sides() const {
    const auto given = rows ? *rows : columns ? agents / *columns : 0;
    if (given > 0) {
      const Sides found{given, columns ? *columns : agents / given};
      return fits(found.rows, found.columns) ? std::optional(found) : std::nullopt;
    }
    if (columns) return std::nullopt;
    if (static_cast<std::uint64_t>(agents) > max_agents) return Sides{1, agents};
    for (auto r = static_cast<std::int64_t>(std::sqrt(static_cast<double>(agents))); r >= 1; --r)
      if (fits(r, agents / r)) return Sides{r, agents / r};
    return std::nullopt;
  }

  bool wraps_;
};

struct Grid final : Lattice {
  Grid() : Lattice(false) {}
};
struct Torus final : Lattice {
  Torus() : Lattice(true) {}
};

}  // namespace

extern const config::Entry<TopologySpec> grid, torus;
const config::Entry<TopologySpec> grid{"grid",
                                       "agents on a rectangle, each linked with up to four neighbours", "",
                                       R"({"kind": "grid", "agents": 12, "rows": 3})", make<Grid>};
const config::Entry<TopologySpec> torus{"torus",
                                        "a grid that wraps round, so that each agent has four neighbours", "",
                                        R"({"kind": "torus", "agents": 12})", make<Torus>};

}  // namespace taubar::topology
