// An agent's vectors of R^d in one piece of memory.
#pragma once
#include <span>
#include <vector>

#include "core/base/linear_algebra.hpp"
#include "core/base/population_memory.hpp"

namespace taubar::algorithm {

class VectorStack {
 public:
  /// `count` vectors of d values, all 0.
  VectorStack(int count, Eigen::Index d) : d_(d), values_(static_cast<std::size_t>(count * d)) {}

  Eigen::Index dimension() const { return d_; }
  VectorView operator[](int v) { return {values_.data() + v * d_, d_}; }
  std::span<const double> span(int v) const {
    return {values_.data() + v * d_, static_cast<std::size_t>(d_)};
  }
  std::span<double> span(int v) { return {values_.data() + v * d_, static_cast<std::size_t>(d_)}; }

 private:
  Eigen::Index d_;
  std::vector<double, PopulationAllocator<double>> values_;
};

/// Values of a message, or of anything flat, as a vector.
inline ConstVectorView as_vector(std::span<const double> values) {
  return {values.data(), static_cast<Eigen::Index>(values.size())};
}
inline VectorView as_vector(std::span<double> values) {
  return {values.data(), static_cast<Eigen::Index>(values.size())};
}

}  // namespace taubar::algorithm
