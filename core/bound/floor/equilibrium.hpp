// Optimal time complexities without a server, where messages take time too: agent i needs h_i seconds for a stochastic
// gradient, a vector needs ρ_ij from i to j, and τ_ij is the time along the quickest path.
//
// Equilibrium time: how long until s gradients have been gathered at one place, by the best choice of contributors. With
// the agents π sorted by max{τ_i, h_i}:
//   t*(s, h, τ) = min_k max{ max{τ_{π_k}, h_{π_k}},  s ( Σ_{i<=k} 1/h_{π_i} )^{-1} }
//   homogeneous (Fragile SGD), up to log n:   (L Δ/ε) min_j t*(σ²/ε, h, τ_{·→j})
//   heterogeneous (Amelie SGD):               (L Δ/ε) max{ max_ij τ_ij, max_i h_i, σ²/(n ε) mean(h) }
// Constants are 1 here, so these are yardsticks, not bounds.
//
// Source: Tyurin, Richtárik, "On the optimal time complexities in decentralized stochastic asynchronous optimization",
// NeurIPS 2024 (arXiv 2405.16218), definition of t* and theorems of Fragile and Amelie SGD.
#pragma once
#include <span>

#include "core/base/linear_algebra.hpp"

namespace taubar::bound::floor {

/// t*(s, h, τ), seconds; infinite where nobody can contribute.
double equilibrium_time(double s, std::span<const double> h, std::span<const double> tau);
/// Times along quickest paths from those of single links, n×n, 0 on the diagonal, infinite where there is none.
Matrix quickest_paths(Matrix link_seconds);

/// (L Δ/ε) min_j t*(σ²/ε, h, τ_{·→j}); `paths` as of quickest_paths, from row to column.
double decentralized_homogeneous_time(double L, double delta, double sigma_squared, double epsilon, std::span<const double> h,
                                      const Matrix& paths);
double decentralized_heterogeneous_time(double L, double delta, double sigma_squared, double epsilon,
                                        std::span<const double> h, const Matrix& paths);

}  // namespace taubar::bound::floor
