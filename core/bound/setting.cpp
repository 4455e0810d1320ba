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

}  // namespace taubar::bound
