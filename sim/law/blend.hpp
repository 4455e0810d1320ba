// A law that is one of several with given probabilities.
#pragma once
#include <memory>
#include <vector>

#include "sim/law/law.hpp"

namespace taubar::law {

/// F = Σ share_i F_i. One uniform number does for both choices: u picks the component in whose part of (0, 1)
/// it falls, and its place within that part, which is uniform again, is the level inside the component. So
/// quantile(u) is non-decreasing only within each part. A component of share w sees levels in steps of
/// 2^-52/w.
class Blend : public Law {
 public:
  /// As many non-negative weights, not all 0, as components; shares are the weights over their sum.
  Blend(const std::vector<double>& weights, std::vector<std::unique_ptr<Law>> components);

  double quantile(double u) const override;
  double quantile_at(double u, Time now, std::uint64_t key) override;
  bool depends_on_time() const override { return depends_on_time_; }
  double cdf(double x) const override;
  double mean() const override;
  double limited_mean(double x) const override;
  double mean_inverse() const override;
  Support support() const override;

 protected:
  std::size_t size() const { return components_.size(); }
  Law& component(std::size_t i) { return *components_[i]; }
  /// The component at level u; u becomes the level inside it.
  std::size_t choose(double& u) const;

 private:
  template <class Quantity>
  double weighted(Quantity quantity) const;

  std::vector<std::unique_ptr<Law>> components_;
  std::vector<double> ends_;  ///< of the parts of (0, 1); the last is 1
  std::vector<double> shares_;
  bool depends_on_time_ = false;
};

}  // namespace taubar::law
