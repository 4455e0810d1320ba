// Elastic averaging on a quadratic of curvature h, p workers in rounds with the constant step η and the elasticity α.
// With β = p α and y = mean of the x_i, a round is, per coordinate and with x* = 0,
//   (x̃, y)' = [ 1−β  β ; α  1−α−ηh ] (x̃, y) − η (0, ξ̄),      Var ξ̄ = σ²/p,
// whose eigenvalues are γ, φ = 1 − (a ∓ √(a² − 4c²))/2 with a = ηh + (p+1)α, c² = ηhβ: real, γ > φ. The differences
// x_i − x_j know nothing of x̃ and have the eigenvalue 1 − ηh − α, which lies between.
#pragma once
#include <cstdint>

#include "core/bound/setting.hpp"
#include "core/bound/verdict.hpp"

namespace taubar::bound {

struct ElasticRoots {
  double gamma = 0, phi = 0;
  bool stable() const { return phi > -1 && gamma < 1; }
};
/// η h and α, not h.
ElasticRoots elastic_roots(double workers, double step_times_h, double alpha);

/// Var x̃ per coordinate in the long run, of noise of variance 1 per coordinate; roots within (−1, 1).
double centre_variance(double workers, double step, double curvature, double alpha);
/// lim of p Var x̃ as p → ∞ with β = p α fixed.
double centre_variance_of_many(double step, double curvature, double beta);
/// 1 − Var x̃^K / Var x̃^∞ after K rounds from a start without spread.
double centre_variance_missing(const ElasticRoots& roots, double rounds);

/// The largest α with which rounds are stable, for 0 < η h < 2.
double largest_elasticity_of_rounds(double workers, double step_times_h);
/// The same for exchanges one after the other: (4 − 2ηh)/(4 − ηh).
double largest_elasticity_of_turns(double step_times_h);

/// Notes the method and that the step was the same at t = 0 … steps − 1; false if it is another.
bool assume_elastic_averaging(Verdict& verdict, const Setting& setting, std::int64_t steps);
/// ( ‖x̃ − x*‖² + Σ_i ‖x_i − x*‖² )^½ at the start. The setting knows x*.
double elastic_start(const Setting& setting);

}  // namespace taubar::bound
