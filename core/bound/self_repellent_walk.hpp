// What the bounds on a token's walk share: the law of a setting, what it assumes, and the judgement of a sample of runs.
#pragma once
#include <span>
#include <string>

#include "core/bound/evidence.hpp"
#include "core/bound/token_law.hpp"
#include "core/bound/verdict.hpp"

namespace taubar::bound {

/// The iterate's law in the eigenbasis of the Hessian.
struct IterateLaw {
  TokenLaw law;
  Vector minimiser;         ///< θ*, of Σ μ_i f_i
  Eigen::MatrixXd basis;    ///< d×d, columns: eigenvectors of its Hessian at θ*
};

/// Each notes assumptions, and the second those of the first too; false if one is not met.
bool assume_walk(Verdict& verdict, const Setting& setting);
bool assume_iterate(Verdict& verdict, const Setting& setting);
/// Of a setting for which they are met. Gradients, and differences of gradients for the Hessian, are evaluated here.
TokenLaw walk_law(const Setting& setting);
IterateLaw iterate_law(const Setting& setting);
/// κ_min above what a limit asks for; notes the curvatures.
bool assume_stable(Verdict& verdict, const TokenLaw& law);

/// At least ten runs with one token each that made the same number of steps; that number n.
bool assume_replicates(Verdict& verdict, std::span<const Evidence> runs);
std::int64_t token_steps(const Evidence& run);
/// At n, the walk has mixed, what was before the first steps is forgotten, and the kernel is nearly linear in x.
bool assume_late_walk(Verdict& verdict, const Setting& setting, const TokenLaw& law, const TokenMoments& moments, std::int64_t n);

/// Relative error of the law that is allowed for at both ends of an interval.
double error_of_walk(const TokenLaw& law, const TokenMoments& moments);

/// A sample, R×q: coordinates that the law takes for independent and normal, of the variances `law`. Judged are the sum of their
/// sample variances (a sum of law_k χ² with R − 1 degrees, over R − 1) and the five of the largest law_k alone, all together with
/// 1e-3 of false alarms; figures are divided by `scale`.
void judge_variances(Verdict& verdict, const Matrix& sample, const Vector& law, double scale, double limit, double error);

}  // namespace taubar::bound
