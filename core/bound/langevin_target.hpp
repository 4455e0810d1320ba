// What bounds on Langevin chains share: what they assume, and the target in its own directions.
//   θ ← θ − η g + √(2ηT) ξ,   g = ∇F(θ_{k−τ}) + noise of s² a coordinate,   F(θ) = ½ (θ − m)ᵀ A (θ − m) + constant
// falls into d independent recursions (delayed_recursion.hpp), one for each eigenvector v_j of A with its curvature a_j:
//   y = v_jᵀ(θ − m),   c = η a_j,   q = 2ηT + η² s².
#pragma once
#include <optional>

#include "core/bound/delayed_recursion.hpp"
#include "core/bound/evidence.hpp"
#include "core/bound/verdict.hpp"

namespace taubar::bound {

/// N(m, T A⁻¹), which is the target where F is quadratic.
struct NormalTarget {
  Vector mean;             ///< m
  Vector curvature;        ///< a_j, ascending, positive
  Eigen::MatrixXd basis;   ///< d×d, column j is v_j; empty: coordinate `order[j]`
  std::vector<Eigen::Index> order;

  /// y of all directions.
  void along(const ConstVectorRef& theta, Vector& y) const;
  std::int64_t distinct_curvatures() const;
};

/// Each notes assumptions of its own; false if one is not met.
/// Particles that sample by plain Langevin steps, and nothing else moves them; constant T.
bool assume_chain(Verdict& verdict, const Setting& setting);
bool assume_constant_step(Verdict& verdict, const Setting& setting);
/// Equal f_i; gradients with normal noise of known variance, or none.
bool assume_gradients(Verdict& verdict, const Setting& setting);
/// The same for F: quadratic, strictly convex, d small enough; then the target. Notes the curvatures.
std::optional<NormalTarget> assume_normal_target(Verdict& verdict, const Setting& setting);

/// s²: of a coordinate of the gradient. Of a setting for which assume_gradients holds.
double noise_a_coordinate(const Setting& setting);
/// q
double driving_noise(const Setting& setting);

/// τ, where every gradient was as old as it can be or all were fresh: delays min(k, τ), k = 0, 1, … the server's updates.
/// No delay is longer than k, so Σ min(k, τ) with the longest τ is attained by no others. Notes it.
std::optional<std::int64_t> assume_constant_delay(Verdict& verdict, const Evidence& run);
/// The longest of the run; 0 for particles that compute for themselves.
std::int64_t longest_delay(const Evidence& run);
/// τ before the run: 0 for particles that compute for themselves, n − 1 for workers of equal constant times; else nothing.
std::optional<std::int64_t> constant_delay(const Setting& setting);

/// Where particles start, in the target's directions: one row an agent that holds some (one for a server).
Matrix starts_along(const NormalTarget& target, const Setting& setting);

}  // namespace taubar::bound
