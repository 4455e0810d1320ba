// Schedules of a step size (or temperature, inertia) over the agent's own local iteration k = 0, 1, ….
#pragma once
#include <optional>

#include "core/config/catalogue.hpp"

namespace taubar::algorithm {

/// initial (k + offset)^−power
struct PowerLaw {
  double initial = 0, power = 0, offset = 1;
};

struct ScheduleSpec : config::Described {
  /// The value at local iteration k >= 0; finite.
  virtual double at(std::int64_t k) const = 0;
  /// The schedule as a power, where it is one.
  virtual std::optional<PowerLaw> power_law() const { return std::nullopt; }
};

/// constant{value} (also a bare number), polynomial{initial,power,offset=1} = initial/(k+offset)^power,
/// exponential{initial,decay} = initial·decay^k, cosine{initial,final,horizon}, piecewise{at,values}.
const config::Catalogue<ScheduleSpec>& schedules();
/// For a default.
config::Choice<ScheduleSpec> constant_schedule(double value);

}  // namespace taubar::algorithm
