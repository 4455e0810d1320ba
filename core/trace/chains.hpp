// Draws of all hosts as chains of numbers, and as one pool: what diagnostics, moments and bounds are made of.
#pragma once
#include <span>
#include <vector>

#include "core/base/linear_algebra.hpp"
#include "core/trace/draws.hpp"

namespace taubar::trace {

using DrawsOfHosts = std::span<const Draws* const>;

/// A chain a particle, all of one length and one spacing: draws are taken at the largest stride of a host, and cut to the
/// fewest that a host has at it. Refers to the draws.
class Chains {
 public:
  /// Of more than `most_chains`, so many evenly spaced ones; of more than `most_length` draws every 2nd, 4th, …
  explicit Chains(DrawsOfHosts draws, std::int64_t most_chains = 1 << 30, std::int64_t most_length = 1 << 30);

  Eigen::Index chains() const { return static_cast<Eigen::Index>(chains_.size()); }  ///< S
  Eigen::Index length() const { return static_cast<Eigen::Index>(length_); }         ///< N
  std::int64_t dimension() const { return dimension_; }
  /// From one draw to the next, in units of the rule's clock.
  std::int64_t spacing() const { return spacing_; }
  std::int64_t all_chains() const { return all_chains_; }  ///< before thinning
  ConstVectorView draw(Eigen::Index chain, Eigen::Index k) const;
  /// S×N, one coordinate of all.
  Matrix coordinate(Eigen::Index c) const;

 private:
  struct Chain {
    const Draws* draws;
    std::int64_t particle, step;
  };
  std::vector<Chain> chains_;
  std::int64_t length_ = 0, dimension_ = 0, spacing_ = 1, all_chains_ = 0;
};

/// All kept draws of all particles of all hosts, R×d; of more than `most`, so many evenly spaced ones.
Matrix pooled_draws(DrawsOfHosts draws, std::int64_t most);
std::int64_t pooled_count(DrawsOfHosts draws);

struct Moments {
  Vector mean;
  Matrix covariance;  ///< about the mean, divided by R − 1
};
/// Of R >= 2 points, R×d.
Moments moments_of(const Matrix& points);

}  // namespace taubar::trace
