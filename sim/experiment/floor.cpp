#include "sim/experiment/floor.hpp"

#include "core/bound/floor/limits.hpp"

namespace taubar::experiment {

std::optional<trace::FloorDistance> distance_from_floor(const Experiment& e, std::int64_t gradients, Time end) {
  std::vector<double> seconds;
  for (const double rate : e.expected_rates) seconds.push_back(1 / rate);
  return bound::floor::distance(gradients, end, bound::floor::durations(seconds));
}

}  // namespace taubar::experiment
