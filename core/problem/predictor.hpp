// What a model says of samples that it was not fitted to: measures of fit on held-out data.
#pragma once
#include <cstdint>

#include "core/base/linear_algebra.hpp"

namespace taubar::problem {

/// The held-out samples of a problem, with the model's word on each. Immutable, like the problem it belongs
/// to.
class Predictor {
 public:
  virtual ~Predictor() = default;
  virtual std::int64_t samples() const = 0;         ///< N held-out samples
  virtual std::int64_t classes() const = 0;         ///< K >= 2; 0: regression
  virtual double target(std::int64_t s) const = 0;  ///< class number 0 … K−1, or the value
  virtual double noise_variance() const = 0;        ///< regression: σ² of the likelihood; else 0
  /// N×K probabilities p(y_s = c | x), or N×1 means, into `out` (resized, overwritten).
  virtual void predict(const ConstVectorRef& x, Matrix& out) const = 0;
};

}  // namespace taubar::problem
