// Whether several samples come from one law: the k-sample Anderson–Darling test (Scholz and Stephens, JASA 82, 1987,
// equations 4 and 7: midranks for ties). It sees differences of any sort, in spread and tails as well as in place.
#pragma once
#include <vector>

namespace taubar::law {

/// P(a value at least as great | one law), asymptotic: from about five samples each. At least two groups, none empty.
double anderson_darling_p(const std::vector<std::vector<double>>& groups);

/// P(Σ_j Y_j/(j(j+1)) >= x), j = 1, 2, …, with Y_j independent chi-squared of m degrees: the statistic's law in the limit
/// for m + 1 groups; for m = 1 also that of Anderson and Darling's for one sample and a given law.
double anderson_darling_tail(double x, double m);

}  // namespace taubar::law
