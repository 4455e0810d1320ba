#include "core/algorithm/kept_visits.hpp"

#include <algorithm>
#include <cmath>

#include "core/base/math.hpp"

namespace taubar::algorithm {

double advance_scale(double& log_scale, std::int64_t n, double history_power) {
  if (history_power == 1) return 0;
  const double log_gamma = -history_power * math::log(static_cast<double>(n + 1));
  log_scale += math::log1p(-math::exp(log_gamma));
  return log_gamma - log_scale;
}

KeptVisits::KeptVisits(const WalkLaw& law, AgentId self, std::size_t histories)
    : law_(law), self_(self), degree_(law.neighbours(self).size()), weights_(histories * (degree_ + 1)) {
  const auto& start = law.options().start_weights;
  for (std::size_t h = 0; h < histories; ++h) {
    const auto row = row_of(h);
    for (std::size_t place = 0; place < degree_; ++place) row[place] = math::log(start[law.neighbours(self)[place]]);
    row[degree_] = math::log(start[self]);
  }
}

double KeptVisits::count(std::size_t history, double log_weight) {
  double& own = row_of(history)[degree_];
  const double larger = std::max(own, log_weight), smaller = std::min(own, log_weight);
  own = larger + math::log1p(math::exp(smaller - larger));
  return own;
}

void KeptVisits::hear(std::size_t history, AgentId from, double log_weight) {
  const auto neighbours = law_.neighbours(self_);
  const auto place = std::lower_bound(neighbours.begin(), neighbours.end(), from) - neighbours.begin();
  double& known = row_of(history)[static_cast<std::size_t>(place)];
  known = std::max(known, log_weight);
}

AgentId KeptVisits::next(std::size_t history, double u, std::span<double> room) const {
  const auto weights = row_of(history);
  return law_.history_driven_target() ? by_proposal(weights, u) : by_row(weights, u, room);
}

/// K_ij ~ P_ij exp(e_ij − max_j e_ij), e_ij = −α (log w_j − log μ_j); where P_ij = 0, e_ij does not count.
AgentId KeptVisits::by_row(std::span<const double> weights, double u, std::span<double> room) const {
  const auto links = law_.along_links(self_);
  const auto neighbours = law_.neighbours(self_);
  const double staying = law_.staying(self_);
  room[degree_] = staying > 0 ? exponent(self_, weights[degree_]) : -HUGE_VAL;
  double largest = room[degree_], sum = 0;
  for (std::size_t place = 0; place < degree_; ++place) {
    room[place] = exponent(neighbours[place], weights[place]);
    largest = std::max(largest, room[place]);
  }
  for (std::size_t place = 0; place < degree_; ++place) sum += room[place] = links[place] * math::exp(room[place] - largest);
  sum += room[degree_] = staying > 0 ? staying * math::exp(room[degree_] - largest) : 0;
  double left = u * sum;
  for (std::size_t place = 0; place < degree_; ++place) {
    left -= room[place];
    if (left < 0) return neighbours[place];
  }
  // Where P_ii = 0, rounding alone comes here.
  return staying > 0 ? self_ : neighbours.back();
}

/// One neighbour is proposed, and accepted with probability min(1, π_j[x] d_i / (π_i[x] d_j)), halved for a lazy walk.
AgentId KeptVisits::by_proposal(std::span<const double> weights, double u) const {
  const auto neighbours = law_.neighbours(self_);
  if (neighbours.empty()) return self_;
  const double degree = static_cast<double>(degree_), at = u * degree;
  const std::size_t place = std::min(static_cast<std::size_t>(at), degree_ - 1);
  const AgentId j = neighbours[place];
  const double ratio = law_.target()[j] / law_.target()[self_] * degree / static_cast<double>(law_.neighbours(j).size()) *
                       math::exp(exponent(j, weights[place]) - exponent(self_, weights[degree_]));
  const double accepted = (law_.options().lazy ? 0.5 : 1.0) * std::min(1.0, ratio);
  return at - static_cast<double>(place) < accepted ? j : self_;
}

}  // namespace taubar::algorithm
