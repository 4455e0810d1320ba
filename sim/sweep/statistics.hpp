// What small samples allow to say, beside Student's interval (sim/law/sample_statistics.hpp): two samples of unequal
// variance, medians of what may be infinite, counts. All levels are those of two-sided statements.
#pragma once
#include <cstddef>
#include <optional>
#include <vector>

#include "sim/law/sample_statistics.hpp"

namespace taubar::sweep {

/// Of the difference of two means, exact in the limit for normal samples of any two variances:
///   ȳ − x̄ ± t(1 − α/2; ν) √(u + v),  u = s²ₓ/m, v = s²ᵧ/n,  ν = (u + v)² / (u²/(m−1) + v²/(n−1))
/// (Satterthwaite, Biometrics Bulletin 2, 1946; Welch, Biometrika 34, 1947). Nothing if a sample has fewer than two values;
/// no width where neither varies.
std::optional<law::Interval> welch_interval(const std::vector<double>& x, const std::vector<double>& y, double level);

/// Of the median of any law, from order statistics: x₍ₖ₎ to x₍ₙ₊₁₋ₖ₎ for the largest k with 2 P(B < k) <= α, B binomial with n
/// and ½ (Thompson, Annals of Mathematical Statistics 7, 1936). Values may be ±∞. Where a value is only known to lie from
/// low[i] to high[i], it counts as the former below and as the latter above. Nothing of too few values.
std::optional<law::Interval> median_interval(std::vector<double> low, std::vector<double> high, double level);
/// How many values that needs: 6 at 95 %, 11 at 99.9 %.
std::size_t least_for_median(double level);

/// The middle value, or halfway between the two; of ±∞ too. NaN of no values.
double median_of_any(std::vector<double> values);

/// Probability of tables of these margins that are at most as probable as this one, if both samples have the same chance
/// (Fisher, Statistical Methods for Research Workers, 1934, §21.02): `a` of m against `b` of n.
double fisher_probability(std::size_t a, std::size_t m, std::size_t b, std::size_t n);

}  // namespace taubar::sweep
