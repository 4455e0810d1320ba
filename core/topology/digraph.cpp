#include "core/topology/digraph.hpp"

#include <algorithm>

#include "core/base/error.hpp"

namespace taubar::topology {
namespace {

using Offsets = std::vector<std::size_t>;

/// Turns counts per agent, stored one place later, into offsets.
void accumulate(Offsets& begin) {
  for (std::size_t i = 1; i < begin.size(); ++i) begin[i] += begin[i - 1];
}

/// Sorts each agent's row and drops repeats, in place; returns how many links went.
std::size_t sort_rows(Offsets& begin, std::vector<AgentId>& ends) {
  std::size_t kept = 0;
  std::size_t row = 0;
  for (std::size_t i = 0; i + 1 < begin.size(); ++i) {
    const std::size_t row_end = begin[i + 1];
    const auto first = ends.begin() + static_cast<std::ptrdiff_t>(row);
    const auto last = ends.begin() + static_cast<std::ptrdiff_t>(row_end);
    std::sort(first, last);
    const auto unique_end = std::unique(first, last);
    std::move(first, unique_end, ends.begin() + static_cast<std::ptrdiff_t>(kept));
    kept += static_cast<std::size_t>(unique_end - first);
    row = row_end;
    begin[i + 1] = kept;
  }
  const std::size_t dropped = ends.size() - kept;
  ends.resize(kept);
  return dropped;
}

}  // namespace

Digraph Digraph::from_links(std::size_t agents, std::vector<Link> links, bool directed) {
  check(agents <= max_agents, "a digraph has at most 2^27 agents");
  Digraph graph;
  graph.directed_ = directed;
  graph.out_begin_.assign(agents + 1, 0);
  graph.in_begin_.assign(agents + 1, 0);
  for (const auto& [from, to] : links) {
    check(from < agents && to < agents, "the ends of a link are agents");
    if (from == to) {
      ++graph.dropped_self_loops_;
      continue;
    }
    ++graph.out_begin_[from + 1];
    if (!directed) ++graph.out_begin_[to + 1];
  }
  accumulate(graph.out_begin_);

  graph.out_.resize(graph.out_begin_[agents]);
  Offsets next(graph.out_begin_.begin(), graph.out_begin_.end() - 1);
  for (const auto& [from, to] : links) {
    if (from == to) continue;
    graph.out_[next[from]++] = to;
    if (!directed) graph.out_[next[to]++] = from;
  }
  std::vector<Link>().swap(links);
  const std::size_t dropped = sort_rows(graph.out_begin_, graph.out_);
  graph.dropped_repeats_ = directed ? dropped : dropped / 2;

  for (const AgentId to : graph.out_) ++graph.in_begin_[to + 1];
  accumulate(graph.in_begin_);
  graph.in_.resize(graph.out_.size());
  next.assign(graph.in_begin_.begin(), graph.in_begin_.end() - 1);
  for (std::size_t from = 0; from < agents; ++from)
    for (const AgentId to : graph.out_neighbours(static_cast<AgentId>(from)))
      graph.in_[next[to]++] = static_cast<AgentId>(from);
  return graph;
}

bool Digraph::has_link(AgentId from, AgentId to) const {
  const auto row = out_neighbours(from);
  return std::binary_search(row.begin(), row.end(), to);
}

}  // namespace taubar::topology
