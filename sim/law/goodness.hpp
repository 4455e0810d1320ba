// How far a fitted law is from its samples, and whether that is far.
//
// Kolmogorov's table of p-values holds for a law chosen before the samples were seen. Parameters fitted to the samples bring
// the law nearer to them, so that the table calls everything a good fit (Lilliefors, JASA 62, 1967). Hence the parametric
// bootstrap (Stute, González Manteiga and Presedo Quindimil, Metrika 40, 1993): samples are drawn from the fitted law, the
// law is fitted to them anew, and p is the share of such samples that are as far from their own fit.
#pragma once
#include <vector>

#include "sim/law/fit.hpp"

namespace taubar::law {

/// sup |F_n − F| for samples in increasing order and a continuous law.
double kolmogorov_distance(const std::vector<double>& sorted, const Law& law);

/// Sets distance and p of `candidate` from samples in increasing order. p = (1 + c)/(1 + B) with c of B bootstrap samples
/// as far away; it ends early, with p = 20/b, when 20 of the first b are (Besag and Clifford, Biometrika 78, 1991): poor
/// fits are told exactly, good ones roughly. 1/(1 + B) is the least p.
void judge(Candidate& candidate, const std::vector<double>& sorted, const FitOptions& options);

/// At most `count` of the samples, each subset equally likely, in the order in which they stand.
std::vector<double> thinned(const std::vector<double>& samples, std::size_t count, std::uint64_t seed);

}  // namespace taubar::law
