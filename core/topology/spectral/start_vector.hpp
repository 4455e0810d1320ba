// Where iterations begin.
#pragma once
#include "core/base/linear_algebra.hpp"
#include "core/base/random.hpp"

namespace taubar::topology {

/// A vector without symmetries, the same everywhere; another for another number.
inline Vector start_vector(Eigen::Index size, std::uint64_t number) {
  Stream stream(number, Purpose::topology,
                ~std::uint64_t{0});  // no attempt at drawing a graph has this number
  Vector v(size);
  for (double& x : v) x = stream.uniform() - 0.5;
  return v;
}

}  // namespace taubar::topology
