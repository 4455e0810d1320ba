#include "core/bound/setting.hpp"

#include <algorithm>

namespace taubar::bound {

double Setting::shares() const {
  double smallest = 1;
  for (const auto* list : {&weights.link, &weights.own})
    for (const double weight : *list)
      if (weight > 0) smallest = std::min(smallest, weight);
  return 1 / smallest;
}

const std::vector<Vector>& Setting::local_minimisers() const {
  if (local_minimisers_) return *local_minimisers_;
  constexpr double tolerance = 1e-10;
  std::vector<Vector> minimisers;
  const Vector start = minimiser ? *minimiser : Vector::Zero(dimension());
  std::vector<double> only(agents(), 0.0);
  for (AgentId i = 0; i < agents(); ++i) {
    only[i] = 1;
    auto own = problem->minimiser(only, tolerance, start);
    only[i] = 0;
    if (!own) {
      minimisers.clear();
      break;
    }
    minimisers.push_back(std::move(*own));
  }
  local_minimisers_ = std::make_shared<const std::vector<Vector>>(std::move(minimisers));
  return *local_minimisers_;
}

}  // namespace taubar::bound
