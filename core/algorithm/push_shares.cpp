#include "core/algorithm/push_shares.hpp"

#include <algorithm>
#include <functional>
#include <string>

#include "core/base/error.hpp"

namespace taubar::algorithm {
namespace {

/// (p x, p y)
agent::Payload share(agent::Runtime& runtime, std::int64_t stamp, double p, std::span<const double> x,
                     double y) {
  agent::Payload payload = runtime.payload(agent::push_share, stamp, x.size() + 1);
  as_vector(payload.values().first(x.size())) = p * as_vector(x);
  payload.values().back() = p * y;
  return payload;
}

}  // namespace

PushShares::PushShares(const topology::Digraph& graph, const topology::ColumnStochastic& weights, AgentId i)
    : links_(weights.link.data() + graph.first_link(i), graph.out_neighbours(i).size()),
      own_(weights.own[i]) {
  equal_ = std::adjacent_find(links_.begin(), links_.end(), std::not_equal_to<>()) == links_.end();
}

void PushShares::send(agent::Runtime& runtime, std::int64_t stamp, std::span<const double> x,
                      double y) const {
  if (links_.empty()) return;
  if (equal_) {
    runtime.send_to_out_neighbours(share(runtime, stamp, links_.front(), x, y));
    return;
  }
  const auto out_neighbours = runtime.out_neighbours();
  for (std::size_t m = 0; m < links_.size(); ++m)
    runtime.send(out_neighbours[m], share(runtime, stamp, links_[m], x, y));
}

void require_own_shares(const topology::ColumnStochastic& weights, std::string_view method) {
  for (std::size_t i = 0; i < weights.own.size(); ++i)
    if (!(weights.own[i] > 0))
      throw InputError(std::string(method) + ": the mixing matrix leaves agent " + std::to_string(i) +
                       " no share of its own (" + std::to_string(weights.own[i]) +
                       "); accepted are mixings with a positive diagonal, such as uniform_out");
}

}  // namespace taubar::algorithm
