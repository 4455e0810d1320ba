#include "sim/law/clipped.hpp"

#include <cmath>
#include <limits>

namespace taubar::law {

double Clipped::cdf(double x) const {
  if (x < low_) return 0;
  return x >= high_ ? 1 : plain_->cdf(x);
}

// E max(low, min(X, x)) = low + ∫_low^x P(X > t) dt.
double Clipped::limited_mean(double x) const {
  if (x <= low_) return x;
  return low_ + plain_->limited_mean(std::min(x, high_)) - plain_->limited_mean(low_);
}

double Clipped::mean() const {
  if (std::isfinite(high_)) return high_ == low_ ? low_ : limited_mean(high_);
  return low_ + plain_->mean() - plain_->limited_mean(low_);
}

double Clipped::mean_inverse() const {
  const Support bounds = support();
  if (bounds.low == bounds.high) return 1 / bounds.low;
  if (bounds.low == 0 && !std::isfinite(plain_->mean_inverse()))
    return std::numeric_limits<double>::infinity();
  return midpoint_mean_inverse(*this);
}

Support Clipped::support() const {
  const Support plain = plain_->support();
  return {clip(plain.low), clip(plain.high)};
}

double midpoint_mean_inverse(const Law& law) {
  constexpr int parts = 1 << 14;
  double sum = 0;
  for (int i = 0; i < parts; ++i) sum += 1 / law.quantile((i + 0.5) / parts);
  return sum / parts;
}

}  // namespace taubar::law
