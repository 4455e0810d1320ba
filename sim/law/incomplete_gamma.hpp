// The regularised incomplete gamma functions and their inverse, from taubar::math alone:
//   P(a, x) = 1/Γ(a) ∫_0^x t^(a−1) e^(−t) dt,   Q(a, x) = 1 − P(a, x).
// Series below x = a + 1, continued fraction above (Abramowitz and Stegun, 6.5.29 and 6.5.31), both scaled by
// x^a e^(−x) / Γ(a+1) in Loader's saddle-point form, which loses no digits at large a ("Fast and accurate
// computation of binomial probabilities", 2000). Domain: a in [0.01, 1e6], x >= 0. Relative error about 1e-13
// (tests: against Boost.Math).
#pragma once

namespace taubar::law {

double gamma_p(double a, double x);
double gamma_q(double a, double x);

/// The x with P(a, x) = u, u in (0, 1); 0 where x is below the smallest double.
double gamma_p_inverse(double a, double u);

/// Γ(a) for a in (0, 170].
double gamma_function(double a);

/// Φ(z), from P(½, z²/2).
double normal_cdf(double z);

}  // namespace taubar::law
