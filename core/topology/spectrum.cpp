#include "core/topology/spectrum.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/graph/bipartite.hpp>
#include <limits>
#include <utility>

#include "core/base/error.hpp"
#include "core/topology/boost_graph.hpp"
#include "core/topology/components.hpp"
#include "core/topology/spectral/directed.hpp"
#include "core/topology/spectral/pencil.hpp"
#include "core/topology/spectral/resistance.hpp"

namespace taubar::topology {
namespace {

/// Each edge of an undirected graph once, with `weight(link number, i, j)` for its link i → j, i < j.
template <class Weight>
std::vector<WeightedEdge> weighted_edges(const Digraph& graph, const Weight& weight) {
  std::vector<WeightedEdge> edges;
  edges.reserve(graph.edges());
  std::size_t link = 0;
  for (std::size_t i = 0; i < graph.agents(); ++i)
    for (const AgentId j : graph.out_neighbours(static_cast<AgentId>(i))) {
      if (i < j) edges.push_back({static_cast<AgentId>(i), j, weight(link, i, j)});
      ++link;
    }
  return edges;
}

std::size_t link_number(const Digraph& graph, AgentId from, AgentId to) {
  const auto row = graph.out_neighbours(from);
  return graph.first_link(from) +
         static_cast<std::size_t>(std::lower_bound(row.begin(), row.end(), to) - row.begin());
}

bool symmetric_weights(const Digraph& graph, const MixingWeights& mixing) {
  std::size_t link = 0;
  for (std::size_t i = 0; i < graph.agents(); ++i)
    for (const AgentId j : graph.out_neighbours(static_cast<AgentId>(i)))
      if (mixing.link[link++] != mixing.link[link_number(graph, j, static_cast<AgentId>(i))]) return false;
  return true;
}

bool equal_shares(const Digraph& graph, const MixingWeights& mixing) {
  for (std::size_t i = 0; i < graph.agents(); ++i) {
    const std::size_t first = graph.first_link(static_cast<AgentId>(i));
    const std::size_t end = first + graph.out_neighbours(static_cast<AgentId>(i)).size();
    for (std::size_t link = first; link < end; ++link)
      if (mixing.link[link] != mixing.link[first]) return false;
  }
  return true;
}

/// I − W as a pencil where W is reversible, m_i W_ji = m_j W_ij: W symmetric (m = 1), or equal shares w_i for
/// all neighbours (m_i = 1/w_i, so that every edge weighs 1). The graph is undirected, connected, with two
/// agents or more.
std::optional<Pencil> reversible(const Digraph& graph, const MixingWeights& mixing) {
  Pencil pencil;
  if (symmetric_weights(graph, mixing)) {
    pencil.mass.assign(graph.agents(), 1.0);
    pencil.edges =
        weighted_edges(graph, [&](std::size_t link, std::size_t, AgentId) { return mixing.link[link]; });
  } else if (equal_shares(graph, mixing)) {
    for (std::size_t i = 0; i < graph.agents(); ++i)
      pencil.mass.push_back(1 / mixing.link[graph.first_link(static_cast<AgentId>(i))]);
    pencil.edges = weighted_edges(graph, [](std::size_t, std::size_t, AgentId) { return 1.0; });
  } else {
    return std::nullopt;
  }
  return pencil;
}

bool bipartite(const Digraph& graph) { return boost::is_bipartite(boost_undirected(graph)); }

/// 1 + λ_min: m (1 + W) is Σ c (u_a + u_b)² + Σ 2 m_i W_ii u_i². Negative own shares (a large Laplacian
/// scale) are lifted to 0 by a multiple of the mass, which comes off again.
std::optional<double> one_plus_smallest(const Digraph& graph, const MixingWeights& mixing, Pencil pencil) {
  const double least = *std::min_element(mixing.own.begin(), mixing.own.end());
  const double lift = std::max(0.0, -2 * least);
  const bool no_own = std::all_of(mixing.own.begin(), mixing.own.end(), [](double own) { return own == 0; });
  if (no_own && bipartite(graph)) return 0.0;
  pencil.differences = false;
  for (std::size_t i = 0; i < graph.agents(); ++i)
    pencil.ground.push_back(std::max(0.0, (2 * mixing.own[i] + lift) * pencil.mass[i]));
  const auto lifted = smallest_ratio(pencil);
  return lifted ? std::optional(*lifted - lift) : std::nullopt;
}

double needed(std::optional<double> value, const Digraph& graph) {
  if (value) return *value;
  throw InputError(
      fmt::format("spectrum: no eigenvalue iteration converges on this topology of {} agents and {} edges",
                  graph.agents(), graph.edges()));
}

void add_reversible(const Digraph& graph, const MixingWeights& mixing, const Pencil& pencil,
                    Spectrum& result) {
  const double below_one = needed(smallest_ratio(pencil), graph);
  const auto above_minus_one = one_plus_smallest(graph, mixing, pencil);
  const double least_own = *std::min_element(mixing.own.begin(), mixing.own.end());
  // Without it, 1 + λ_min >= 2 min W_ii (Gershgorin) may still show that λ_2 decides.
  result.spectral_gap =
      2 * least_own >= below_one ? below_one : std::min(below_one, needed(above_minus_one, graph));
  result.slem = 1 - result.spectral_gap;
  // Ratios are sums of non-negative terms: a rounding a term in the worst case, about √ of that in practice.
  result.gap_error =
      std::numeric_limits<double>::epsilon() * std::sqrt(static_cast<double>(graph.links())) * 4;
  result.lambda_2 = 1 - below_one;
  if (above_minus_one) result.lambda_min = *above_minus_one - 1;
}

void add_laplacian_constants(const Digraph& graph, bool resistances, Spectrum& result) {
  Pencil laplacian;
  laplacian.mass.assign(graph.agents(), 1.0);
  laplacian.edges = weighted_edges(graph, [](std::size_t, std::size_t, AgentId) { return 1.0; });
  const auto edges = static_cast<double>(graph.edges());
  if (const auto connectivity = smallest_ratio(laplacian)) result.chi_1 = edges / *connectivity;
  if (!resistances) return;
  if (const auto most = largest_resistance(graph)) result.chi_2 = edges / 2 * *most;
}

/// The agents of strong components that no link leaves: one each.
std::vector<AgentId> closed_classes(const Digraph& graph) {
  const Components components = strong_components(graph);
  std::vector<bool> left(components.count);
  for (std::size_t i = 0; i < graph.agents(); ++i)
    for (const AgentId j : graph.out_neighbours(static_cast<AgentId>(i)))
      if (components.of[i] != components.of[j]) left[components.of[i]] = true;
  std::vector<AgentId> found;
  for (std::size_t i = 0; i < graph.agents(); ++i)
    if (!left[components.of[i]]) {
      found.push_back(static_cast<AgentId>(i));
      left[components.of[i]] = true;
    }
  return found;
}

}  // namespace

Spectrum spectrum(const Digraph& graph, const MixingWeights& mixing, bool symmetric, bool resistances) {
  check(mixing.link.size() == graph.links() && mixing.own.size() == graph.agents(),
        "weights belong to their graph");
  Spectrum result;
  const auto closed = closed_classes(graph);
  if (closed.size() != 1) {
    result.slem = 1;
    return result;
  }
  if (graph.agents() == 1) {
    result.spectral_gap = 1;
    return result;
  }
  const auto pencil = graph.directed() ? std::nullopt : reversible(graph, mixing);
  check(!symmetric || pencil, "a doubly stochastic mixing matrix is symmetric on an undirected graph");
  if (pencil) {
    add_reversible(graph, mixing, *pencil, result);
  } else {
    const DirectedGap found = directed_gap(graph, mixing, closed.front());
    result.spectral_gap = found.gap;
    result.slem = 1 - found.gap;
    result.gap_error = found.error;
  }
  if (!graph.directed()) add_laplacian_constants(graph, resistances, result);
  return result;
}

}  // namespace taubar::topology
