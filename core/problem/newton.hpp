// Newton's method for strongly convex functions: with the exact Hessian while it fits, else by conjugate
// gradients.
#pragma once
#include <cstdint>
#include <optional>

#include "core/base/linear_algebra.hpp"

namespace taubar::problem {

/// A twice differentiable convex function of d variables.
class TwiceDifferentiable {
 public:
  virtual ~TwiceDifferentiable() = default;
  virtual std::int64_t dimension() const = 0;
  virtual double value(const ConstVectorRef& x) const = 0;
  virtual void gradient(const ConstVectorRef& x, VectorRef g) const = 0;
  virtual void hessian(const ConstVectorRef& x, Matrix& h) const = 0;
  virtual void hessian_times(const ConstVectorRef& x, const ConstVectorRef& v, VectorRef out) const = 0;
  virtual void hessian_diagonal(const ConstVectorRef& x, VectorRef out) const = 0;
};

/// Above this dimension the Hessian is not formed.
inline constexpr std::int64_t max_hessian_dimension = 1500;

/// A point with ‖∇f‖ <= tolerance · ‖∇f(0)‖, from `start`; with a Hessian formed, as near to the minimiser as
/// rounding allows. Nothing where it is not reached (100 steps, or 20,000 products with the Hessian).
std::optional<Vector> newton(const TwiceDifferentiable& f, const Vector& start, double tolerance);

/// Whether a positive semidefinite matrix is safely positive definite: Cholesky's pivots stay above 1e-11 of
/// the diagonal, whatever the scale of the variables.
bool positive_definite(const Matrix& h);

}  // namespace taubar::problem
