// How many independent draws a set of chains is worth, and whether the chains agree. Every chain is split into halves, so
// that a drift within a chain shows like a difference between chains. Of 2S halves of n draws each, with W the mean of their
// variances and B/n the variance of their means,
//   V = (n−1)/n W + B/n,   ρ_t = 1 − (W − mean of the autocovariances at lag t)/V,   ESS = 2Sn / (−1 + 2 Σ_m P_m),
// P_m = ρ_2m + ρ_2m+1 as long as they are positive, each at most the one before (Geyer, Statistical Science 7, 1992; initial
// monotone sequence); what follows adds its ρ_2M once if that is positive. R-hat = √(V/W).
// Rank-normalised: of normal scores Φ^−1((rank − 3/8)/(2Sn + 1/4)), ties at their mean rank.
// Source: Vehtari, Gelman, Simpson, Carpenter, Bürkner, Bayesian Analysis 16, 2021.
//
// All take S×N: S chains of N draws of one number. NaN for N < 4, for draws that are not finite and where all are equal.
// Cost: O(SN (L + log SN)), L the lag at which the autocorrelation is lost.
#pragma once
#include "core/base/linear_algebra.hpp"

namespace taubar::metric {

/// For the mean of the draws: mean ± √(variance/ESS).
double effective_sample_size(const Matrix& chains);
/// Of rank-normalised draws.
double bulk_effective_sample_size(const Matrix& chains);
/// The smaller of those of the quantiles 0.05 and 0.95: of the indicators that a draw is at most that.
double tail_effective_sample_size(const Matrix& chains);
/// The larger of rank-normalised R-hat of the draws and of their distances from the median.
double r_hat(const Matrix& chains);
/// R-hat of the halves as they are.
double plain_r_hat(const Matrix& chains);

}  // namespace taubar::metric
