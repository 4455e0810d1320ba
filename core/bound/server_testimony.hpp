// What was seen of the run of a method with a server, update by update. Filled in by ServerWitness.
#pragma once
#include <cstdint>
#include <limits>

#include "core/base/time.hpp"

namespace taubar::bound {

struct ServerTestimony {
  std::int64_t updates = 0;              ///< K
  double gradient_norm_squared_sum = 0;  ///< Σ_{k<K} ‖∇F(x^k)‖₂²
  Time last_update = 0;
  Duration longest_wait = 0;             ///< the longest between two updates, the first counted from the start
  /// Of the steps α that were made, as −Δx·g/‖g‖² with the gradient g that was read last, where Δx is large enough to be
  /// told from rounding; meant for methods in which an update uses one gradient.
  double least_step = std::numeric_limits<double>::infinity(), greatest_step = 0;
};

}  // namespace taubar::bound
