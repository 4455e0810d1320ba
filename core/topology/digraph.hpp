// A directed graph as the simulator uses it: flat arrays, sorted neighbours, no self-loops, no parallel
// links.
#pragma once
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "core/base/ids.hpp"
#include "core/base/prefetch.hpp"

namespace taubar::topology {

/// Link (from → to) carries messages from `from` to `to`.
using Link = std::pair<AgentId, AgentId>;

class Digraph {
 public:
  Digraph() = default;
  /// Links in any order; self-loops and repeated links are dropped and counted. `directed` false: each given
  /// pair stands for both directions (and is one edge). Ends must be below `agents`.
  static Digraph from_links(std::size_t agents, std::vector<Link> links, bool directed);

  std::size_t agents() const { return out_begin_.empty() ? 0 : out_begin_.size() - 1; }
  std::size_t links() const { return out_.size(); }
  bool directed() const { return directed_; }
  /// Undirected edges, once each; links if directed.
  std::size_t edges() const { return directed_ ? links() : links() / 2; }
  /// Increasing.
  std::span<const AgentId> out_neighbours(AgentId i) const {
    return {out_.data() + out_begin_[i], out_.data() + out_begin_[i + 1]};
  }
  std::span<const AgentId> in_neighbours(AgentId i) const {
    return {in_.data() + in_begin_[i], in_.data() + in_begin_[i + 1]};
  }
  /// Number of the link i → out_neighbours(i)[0]; the links of i are numbered on from there.
  std::size_t first_link(AgentId i) const { return out_begin_[i]; }
  /// The ends of `count` links from number `first` on: what out_neighbours gives, for callers that keep both.
  std::span<const AgentId> neighbours_along(std::size_t first, std::size_t count) const {
    return {out_.data() + first, count};
  }
  /// Asks the cache for the ends of the links from number `first` on.
  void prefetch_links(std::size_t first) const { prefetch(out_.data() + first); }
  bool has_link(AgentId from, AgentId to) const;

  std::size_t dropped_self_loops() const { return dropped_self_loops_; }
  std::size_t dropped_repeats() const { return dropped_repeats_; }

 private:
  std::vector<std::size_t> out_begin_, in_begin_;
  std::vector<AgentId> out_, in_;
  bool directed_ = true;
  std::size_t dropped_self_loops_ = 0, dropped_repeats_ = 0;
};

}  // namespace taubar::topology
