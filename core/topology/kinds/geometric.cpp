// geometric: agents at uniformly random points of the unit square; those at most `radius` apart are linked.
#include <fmt/format.h>

#include <algorithm>

#include "core/base/math.hpp"
#include "core/base/random.hpp"
#include "core/topology/kinds/support.hpp"

namespace taubar::topology {
namespace {

struct Point {
  double x = 0, y = 0;
};

/// Points sorted into square cells at least `radius` wide: neighbours of a point lie in its cell or the eight
/// around.
class Cells {
 public:
  Cells(const std::vector<Point>& points, double radius) {
    const double most = std::sqrt(static_cast<double>(points.size()));
    side_ = static_cast<std::size_t>(std::clamp(std::floor(1 / radius), 1.0, std::max(1.0, most)));
    begin_.assign(side_ * side_ + 1, 0);
    for (const auto& p : points) ++begin_[cell(p) + 1];
    for (std::size_t c = 1; c < begin_.size(); ++c) begin_[c] += begin_[c - 1];
    members_.resize(points.size());
    auto next = begin_;
    for (std::size_t i = 0; i < points.size(); ++i) members_[next[cell(points[i])]++] = agent(i);
  }

  template <class Visit>
  void each_near(const Point& p, const Visit& visit) const {
    const std::size_t column = place(p.x), row = place(p.y);
    for (std::size_t r = row - (row > 0); r <= std::min(row + 1, side_ - 1); ++r)
      for (std::size_t c = column - (column > 0); c <= std::min(column + 1, side_ - 1); ++c)
        for (std::size_t m = begin_[r * side_ + c]; m < begin_[r * side_ + c + 1]; ++m) visit(members_[m]);
  }

 private:
  std::size_t place(double coordinate) const {
    return std::min(side_ - 1, static_cast<std::size_t>(coordinate * static_cast<double>(side_)));
  }
  std::size_t cell(const Point& p) const { return place(p.y) * side_ + place(p.x); }

  std::size_t side_ = 1;
  std::vector<std::size_t> begin_;
  std::vector<AgentId> members_;
};

struct Geometric final : TopologySpec {
  double radius = 0;

  void fields(config::Fields& f) override {
    agents_field(f);
    common_fields(f);
    f.real("radius", radius, config::positive, "largest distance of linked agents in the unit square",
           config::required);
  }
  bool random() const override { return true; }
  std::string connectivity_hint() const override {
    const auto n = static_cast<double>(agents);
    return fmt::format(
        "radius {:.4g} should be clearly above the connectivity threshold sqrt(ln n / (pi n)) = {:.4g}",
        radius, std::sqrt(math::log(n) / (3.14159265358979 * n)));
  }
  /// A pair is an edge with probability at most π radius². The count's deviation has two parts: √mean from
  /// the pairs themselves, and at most 0.6 mean/√n because agents near the border have fewer neighbours.
  double expected_links() const override {
    const auto n = static_cast<double>(agents);
    const double pairs = n * (n - 1) / 2, mean = pairs * std::min(1.0, 3.1416 * radius * radius);
    return 2 * std::min(pairs, rarely_above(mean) + 4 * mean / std::sqrt(n));
  }

  Digraph draw(std::uint64_t seed, std::uint64_t attempt) const override {
    const std::size_t n = possible_agents();
    Stream stream(seed, Purpose::topology, attempt);
    std::vector<Point> points(n);
    for (auto& p : points) {
      p.x = stream.uniform();
      p.y = stream.uniform();
    }
    const Cells cells(points, radius);
    std::vector<Link> edges;
    for (std::size_t i = 0; i < n; ++i)
      cells.each_near(points[i], [&](AgentId j) {
        const double dx = points[i].x - points[j].x, dy = points[i].y - points[j].y;
        if (i < j && dx * dx + dy * dy <= radius * radius) edges.emplace_back(agent(i), j);
      });
    return Digraph::from_links(n, std::move(edges), false);
  }
};

}  // namespace

extern const config::Entry<TopologySpec> geometric;
const config::Entry<TopologySpec> geometric{
    "geometric", "agents at random places of a square, linked when they are near (radio networks)",
    "Gilbert, Random plane networks, Journal of the Society for Industrial and Applied Mathematics 9, 1961",
    R"({"kind": "geometric", "agents": 20, "radius": 0.5})", make<Geometric>};

}  // namespace taubar::topology
