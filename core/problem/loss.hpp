// What a linear model charges for one sample: ℓ(m; y) of its K margins m = W a and its target y.
#pragma once
#include <cstdint>
#include <memory>
#include <string_view>

namespace taubar::problem {

/// Convex in m. Margins are K values; entries beyond K (padding) are left alone.
class Loss {
 public:
  virtual ~Loss() = default;
  virtual std::string_view name() const = 0;
  virtual std::int64_t outputs() const = 0;  ///< K
  virtual double value(const double* margins, double target) const = 0;
  /// m ← ∂ℓ/∂m.
  virtual void slope(double* margins, double target) const = 0;
  /// ∂²ℓ/∂m_k∂m_l for k <= l, row by row: K(K+1)/2 values.
  virtual void curvature(const double* margins, double target, double* packed) const = 0;
  /// u ← (∂²ℓ/∂m²) u.
  virtual void curvature_times(const double* margins, double target, double* u) const = 0;
  /// The largest eigenvalue that ∂²ℓ/∂m² ever has.
  virtual double largest_curvature() const = 0;
  /// Whether ∂²ℓ/∂m² is the same everywhere, so that F is quadratic.
  virtual bool quadratic() const { return false; }
};

std::shared_ptr<const Loss> squared_loss();
std::shared_ptr<const Loss> logistic_loss();
std::shared_ptr<const Loss> softmax_loss(std::int64_t classes);

}  // namespace taubar::problem
