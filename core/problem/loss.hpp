// What a model charges for one sample: ℓ(m; y) of its K margins m and its target y; and what the margins say of
// the target where exp(−ℓ) is proportional to a likelihood.
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

  virtual std::int64_t classes() const = 0;                  ///< 0: regression
  virtual double noise_variance() const { return 0; }        ///< regression: σ² of the likelihood
  virtual std::int64_t class_of(double target) const = 0;    ///< 0 … classes() − 1
  /// p(class | m), class by class, or the mean: predicted() values.
  virtual void predict(const double* margins, double* out) const = 0;
  std::int64_t predicted() const { return classes() == 0 ? 1 : classes(); }
};

/// (m − y)²/(2 σ²): minus the logarithm of N(y; m, σ²) but for a constant.
std::shared_ptr<const Loss> squared_loss(double variance = 1);
/// Targets −1 and +1: classes 0 and 1.
std::shared_ptr<const Loss> logistic_loss();
std::shared_ptr<const Loss> softmax_loss(std::int64_t classes);

}  // namespace taubar::problem
