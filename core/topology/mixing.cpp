#include "core/topology/mixing.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "core/base/error.hpp"

namespace taubar::topology {
namespace {

std::size_t out_degree(const Digraph& graph, AgentId i) { return graph.out_neighbours(i).size(); }

std::size_t max_out_degree(const Digraph& graph) {
  std::size_t most = 0;
  for (std::size_t i = 0; i < graph.agents(); ++i)
    most = std::max(most, out_degree(graph, static_cast<AgentId>(i)));
  return most;
}

bool regular(const Digraph& graph) {
  for (std::size_t i = 1; i < graph.agents(); ++i)
    if (out_degree(graph, static_cast<AgentId>(i)) != out_degree(graph, 0)) return false;
  return true;
}

/// Off-diagonal weights by `weight(i, j)` for link i → j.
template <class Weight>
std::vector<double> along_links(const Digraph& graph, const Weight& weight) {
  std::vector<double> weights;
  weights.reserve(graph.links());
  for (std::size_t i = 0; i < graph.agents(); ++i)
    for (const AgentId j : graph.out_neighbours(static_cast<AgentId>(i)))
      weights.push_back(weight(static_cast<AgentId>(i), j));
  return weights;
}

/// What columns lack to 1, or with `equal_shares` the share that every link of the agent has too.
std::vector<double> own_shares(const Digraph& graph, const std::vector<double>& link, bool equal_shares) {
  std::vector<double> own(graph.agents());
  for (std::size_t i = 0; i < own.size(); ++i) {
    const auto degree = out_degree(graph, static_cast<AgentId>(i));
    const auto first = link.begin() + static_cast<std::ptrdiff_t>(graph.first_link(static_cast<AgentId>(i)));
    if (equal_shares) {
      own[i] = 1.0 / (static_cast<double>(degree) + 1.0);
    } else {
      double given = 0;
      for (auto w = first; w != first + static_cast<std::ptrdiff_t>(degree); ++w) given += *w;
      own[i] = 1.0 - given;
    }
  }
  return own;
}

MixingWeights uniform_out(const Digraph& graph) {
  auto link = along_links(
      graph, [&](AgentId i, AgentId) { return 1.0 / (static_cast<double>(out_degree(graph, i)) + 1.0); });
  auto own = own_shares(graph, link, true);
  return {std::move(link), std::move(own)};
}

MixingWeights symmetric(const Digraph& graph, MixingKind kind, double laplacian_scale) {
  const double most = static_cast<double>(max_out_degree(graph));
  const double scale = laplacian_scale > 0 ? laplacian_scale : 1.0 / (1.0 + most);
  auto link = along_links(graph, [&](AgentId i, AgentId j) {
    const double larger = static_cast<double>(std::max(out_degree(graph, i), out_degree(graph, j)));
    switch (kind) {
      case MixingKind::metropolis:
        return 1.0 / (1.0 + larger);
      case MixingKind::metropolis_hastings:
        return 1.0 / larger;  // = min(1/d_i, 1/d_j)
      case MixingKind::lazy_metropolis:
        return 1.0 / (2.0 * larger);
      case MixingKind::max_degree:
        return 1.0 / (1.0 + most);
      case MixingKind::laplacian:
        return scale;
      default:
        throw InternalError("not a symmetric kind of mixing");
    }
  });
  auto own = own_shares(graph, link, false);
  return {std::move(link), std::move(own)};
}

/// Rounding may leave a row without own share at ±1e-17: there the share is exactly 0.
void clear_rounding(MixingWeights& weights) {
  for (double& own : weights.own)
    if (own > -1e-14 && own < 1e-14) own = 0;
}

void demand_undirected(const Digraph& graph, MixingKind kind) {
  if (graph.directed())
    throw InputError(
        "mixing \"" + std::string(name(kind)) +
        "\" needs an undirected topology, and this one is directed; accepted: uniform_out with a push "
        "method, or an undirected topology");
}

}  // namespace

ColumnStochastic column_stochastic(const Digraph& graph, MixingKind kind, double laplacian_scale) {
  if (kind == MixingKind::default_for_method || kind == MixingKind::uniform_out) return {uniform_out(graph)};
  demand_undirected(graph, kind);
  return ColumnStochastic{MixingWeights(doubly_stochastic(graph, kind, laplacian_scale))};
}

DoublyStochastic doubly_stochastic(const Digraph& graph, MixingKind kind, double laplacian_scale) {
  if (kind == MixingKind::default_for_method) kind = MixingKind::metropolis;
  demand_undirected(graph, kind);
  if (kind == MixingKind::uniform_out) {
    if (!regular(graph))
      throw InputError(
          "mixing \"uniform_out\" gives rows that do not sum to 1 on a topology with unequal degrees, and "
          "this method needs a symmetric matrix; accepted: metropolis, metropolis_hastings, "
          "lazy_metropolis, max_degree, laplacian");
    return {uniform_out(graph)};
  }
  auto weights = symmetric(graph, kind, laplacian_scale);
  clear_rounding(weights);
  return {std::move(weights)};
}

std::string_view name(MixingKind kind) {
  switch (kind) {
    case MixingKind::default_for_method:
      return "default";
    case MixingKind::uniform_out:
      return "uniform_out";
    case MixingKind::metropolis:
      return "metropolis";
    case MixingKind::metropolis_hastings:
      return "metropolis_hastings";
    case MixingKind::lazy_metropolis:
      return "lazy_metropolis";
    case MixingKind::max_degree:
      return "max_degree";
    case MixingKind::laplacian:
      return "laplacian";
  }
  return "";
}

}  // namespace taubar::topology
