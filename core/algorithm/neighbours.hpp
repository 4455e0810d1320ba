// In-neighbours by their place in the increasing list, and sums in a fixed order.
#pragma once
#include <algorithm>
#include <span>

#include "core/base/ids.hpp"

namespace taubar::algorithm {

/// The place of `agent` in an increasing list that holds it.
inline std::size_t place_of(AgentId agent, std::span<const AgentId> increasing) {
  return static_cast<std::size_t>(std::lower_bound(increasing.begin(), increasing.end(), agent) -
                                  increasing.begin());
}

/// Calls neighbour(place) for every neighbour and own() for the agent itself, in increasing id: sums of
/// floating-point numbers then have one order, whatever the order of arrival.
template <class Neighbour, class Own>
void in_increasing_id(std::span<const AgentId> neighbours, AgentId self, const Neighbour& neighbour,
                      const Own& own) {
  const std::size_t before = place_of(self, neighbours);
  for (std::size_t place = 0; place < before; ++place) neighbour(place);
  own();
  for (std::size_t place = before; place < neighbours.size(); ++place) neighbour(place);
}

/// Whether one share does for all links.
inline bool all_equal(std::span<const double> shares) {
  return std::adjacent_find(shares.begin(), shares.end(), [](double a, double b) { return a != b; }) == shares.end();
}

}  // namespace taubar::algorithm
