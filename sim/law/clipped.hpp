// A law whose values beyond [low, high] move to the bound: clip(X) = max(low, min(X, high)).
#pragma once
#include <algorithm>
#include <memory>

#include "sim/law/law.hpp"

namespace taubar::law {

class Clipped final : public Law {
 public:
  /// 0 <= low <= high; high may be infinite.
  Clipped(std::unique_ptr<Law> plain, double low, double high)
      : plain_(std::move(plain)), low_(low), high_(high) {}

  double quantile(double u) const override { return clip(plain_->quantile(u)); }
  double quantile_at(double u, Time now, std::uint64_t key) override {
    return clip(plain_->quantile_at(u, now, key));
  }
  bool depends_on_time() const override { return plain_->depends_on_time(); }
  double cdf(double x) const override;
  double mean() const override;
  double limited_mean(double x) const override;
  /// By the midpoint rule over the quantile, see midpoint_mean_inverse.
  double mean_inverse() const override;
  Support support() const override;

 private:
  double clip(double x) const { return std::clamp(x, low_, high_); }

  std::unique_ptr<Law> plain_;
  double low_, high_;
};

/// E 1/X as the mean of 1/quantile over the midpoints of 2^14 equal parts of (0, 1). For bounded 1/X the
/// error is at most 2^-14 of the range of 1/X for each jump or bend of the quantile.
double midpoint_mean_inverse(const Law& law);

}  // namespace taubar::law
