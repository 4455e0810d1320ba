// Let d(v, w) be the length of a shortest path from v to w, e(v) = max_w d(v, w) the eccentricity; the
// diameter is max_v e(v). A search from v along the links and one against them bound it for every other agent
// w:
//   max(d(w, v), e(v) − d(v, w)) <= e(w) <= d(w, v) + e(v).
// An agent whose upper bound is at most the longest path found needs no search of its own. The next v is, in
// turn, the open agent with the greatest upper bound (its e is long, perhaps the diameter) and the one with
// the smallest lower bound (it is central and lowers the others' upper bounds).
//
// Source: Takes, Kosters, "Determining the diameter of small world networks", CIKM 2011; with directed links
// Akiba, Iwata, Kawata, "An exact algorithm for diameters of large real directed graphs", SEA 2015. Where all
// agents are alike the bounds do not help: those still open after n/64 searches are searched from 64 at a
// time.
#include "core/topology/diameter.hpp"

#include <algorithm>
#include <limits>
#include <span>
#include <utility>
#include <vector>

namespace taubar::topology {
namespace {

using Distance = std::uint32_t;
constexpr Distance unreached = std::numeric_limits<Distance>::max();
constexpr std::size_t batch_size = 64;  ///< searches that one word of bits carries
constexpr std::size_t least_searches = 32;

class Search {
 public:
  Search(const Digraph& graph, std::uint64_t budget)
      : graph_(graph),
        budget_(budget),
        lower_(graph.agents()),
        upper_(graph.agents(), unreached),
        forth_(graph.agents()),
        back_(graph.directed() ? graph.agents() : 0) {
    queue_.reserve(graph.agents());
  }

  Diameter run() {
    const std::size_t searches = least_searches + graph_.agents() / batch_size;
    for (std::size_t s = 0; s == 0 || (s < searches && work_ < budget_ / 2); ++s) {
      search_from(s % 2 == 0 ? longest() : most_central());
      if (highest() <= longest_) return {longest_, longest_};
    }
    search_in_batches();
    return {longest_, std::max<std::int64_t>(longest_, highest())};
  }

 private:
  bool open(AgentId i) const { return upper_[i] > longest_; }
  Distance highest() const { return *std::max_element(upper_.begin(), upper_.end()); }

  /// The open agent with the greatest upper bound; of those the one with most links, then the first.
  AgentId longest() const {
    AgentId best = 0;
    for (AgentId i = 1; i < graph_.agents(); ++i)
      if (std::pair(upper_[i], links(i)) > std::pair(upper_[best], links(best))) best = i;
    return best;
  }

  /// The open agent with the smallest lower bound, ties as above. There is one.
  AgentId most_central() const {
    AgentId best = longest();
    for (AgentId i = 0; i < graph_.agents(); ++i)
      if (open(i) && std::pair(lower_[best], links(i)) > std::pair(lower_[i], links(best))) best = i;
    return best;
  }

  std::size_t links(AgentId i) const { return graph_.out_neighbours(i).size(); }

  /// All bounds from d(v, ·) and d(·, v).
  void search_from(AgentId v) {
    const Distance reach = distances(v, forth_, [&](AgentId i) { return graph_.out_neighbours(i); });
    longest_ = std::max<std::int64_t>(longest_, reach);
    if (graph_.directed()) {
      const Distance back = distances(v, back_, [&](AgentId i) { return graph_.in_neighbours(i); });
      longest_ = std::max<std::int64_t>(longest_, back);
    }
    const auto& to_v = graph_.directed() ? back_ : forth_;
    for (AgentId w = 0; w < graph_.agents(); ++w) {
      upper_[w] = std::min(upper_[w], to_v[w] + reach);
      lower_[w] = std::max({lower_[w], to_v[w], reach - forth_[w]});
    }
  }

  /// The largest distance from the root along `neighbours`.
  template <class Neighbours>
  Distance distances(AgentId root, std::vector<Distance>& distance, const Neighbours& neighbours) {
    work_ += graph_.agents() + graph_.links();
    std::fill(distance.begin(), distance.end(), unreached);
    queue_.assign(1, root);
    distance[root] = 0;
    for (std::size_t head = 0; head < queue_.size(); ++head)
      for (const AgentId j : neighbours(queue_[head]))
        if (distance[j] == unreached) {
          distance[j] = distance[queue_[head]] + 1;
          queue_.push_back(j);
        }
    return distance[queue_.back()];
  }

  /// From the open agents, those with the greatest upper bounds first; given up where the rest, at the cost
  /// of the batch just searched, would be above the budget.
  void search_in_batches() {
    std::vector<AgentId> left;
    for (AgentId i = 0; i < graph_.agents(); ++i)
      if (open(i)) left.push_back(i);
    std::stable_sort(left.begin(), left.end(), [&](AgentId a, AgentId b) { return upper_[a] > upper_[b]; });
    for (std::size_t first = 0; first < left.size() && open(left[first]) && work_ < budget_;
         first += batch_size) {
      const std::span roots(left.data() + first, std::min(batch_size, left.size() - first));
      const std::uint64_t before = work_;
      longest_ = std::max(longest_, largest_distance(roots));
      for (const AgentId i : roots)
        upper_[i] = static_cast<Distance>(std::min<std::int64_t>(upper_[i], longest_));
      const std::uint64_t batches_left = (left.size() - first) / batch_size;
      if (work_ + (work_ - before) * batches_left > budget_) return;
    }
  }

  /// Breadth-first searches from up to 64 agents at once, a bit each (Then et al., "The more the merrier:
  /// efficient multi-source graph traversal", VLDB 2014). Every agent is reachable.
  std::int64_t largest_distance(std::span<const AgentId> roots) {
    std::vector<std::uint64_t> seen(graph_.agents()), now(graph_.agents()), next(graph_.agents());
    std::vector<AgentId> front(roots.begin(), roots.end()), new_front;
    for (std::size_t bit = 0; bit < roots.size(); ++bit)
      seen[roots[bit]] = now[roots[bit]] = std::uint64_t{1} << bit;
    for (std::int64_t distance = 0;; ++distance) {
      for (const AgentId i : front) {
        work_ += 1 + links(i);
        for (const AgentId j : graph_.out_neighbours(i)) {
          const std::uint64_t arriving = now[i] & ~seen[j];
          if (arriving == 0) continue;
          if (next[j] == 0) new_front.push_back(j);
          next[j] |= arriving;
        }
      }
      if (new_front.empty()) return distance;
      for (const AgentId i : front) now[i] = 0;
      for (const AgentId j : new_front) {
        seen[j] |= next[j];
        now[j] = std::exchange(next[j], 0);
      }
      front.swap(new_front);
      new_front.clear();
    }
  }

  const Digraph& graph_;
  std::uint64_t budget_, work_ = 0;
  std::int64_t longest_ = 0;             ///< path found so far
  std::vector<Distance> lower_, upper_;  ///< bounds on each agent's eccentricity
  std::vector<Distance> forth_, back_;   ///< d(v, ·), d(·, v)
  std::vector<AgentId> queue_;
};

}  // namespace

Diameter diameter(const Digraph& graph, std::uint64_t budget) {
  return graph.agents() == 0 ? Diameter{} : Search(graph, budget).run();
}

}  // namespace taubar::topology
