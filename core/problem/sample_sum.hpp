// Σ over samples of weight · loss, with its derivatives: the part of F and f_i that is made of data.
#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "core/base/linear_algebra.hpp"
#include "core/problem/feature_matrix.hpp"
#include "core/problem/loss.hpp"

namespace taubar::problem {

/// A run of samples [begin, end).
struct Run {
  std::int64_t begin, end;
};

/// x = W row by row (K×d) is the model; samples are rows of A (N×d) with a target each. Immutable. Sums run
/// in the order of the samples. Working memory is kept per thread, so that nothing is allocated in steady
/// state.
class SampleSum {
 public:
  SampleSum(FeatureMatrix features, std::vector<double> targets, std::shared_ptr<const Loss> loss);

  const FeatureMatrix& features() const { return features_; }
  const std::vector<double>& targets() const { return targets_; }
  const Loss& loss() const { return *loss_; }
  std::int64_t samples() const { return features_.rows(); }
  std::int64_t dimension() const { return outputs_ * features_.columns(); }  ///< K d
  SampleSum reordered(std::span<const std::int64_t> order) const;

  /// Σ_{s in run} w_s ℓ_s(x); `weights` (N values) empty: all 1. Compensated.
  double value(Run run, const ConstVectorRef& x, std::span<const double> weights = {}) const;
  /// Its gradient into g (overwritten).
  void gradient(Run run, const ConstVectorRef& x, VectorRef g, std::span<const double> weights = {}) const;
  /// The gradient of Σ ℓ over the listed samples, given as positions after `base`.
  void gradient(std::int64_t base, std::span<const std::int64_t> samples, const ConstVectorRef& x,
                VectorRef g) const;
  /// The Hessian (Kd × Kd) into h (overwritten).
  void hessian(Run run, const ConstVectorRef& x, Matrix& h, std::span<const double> weights = {}) const;
  /// The Hessian's product with v into out (overwritten).
  void hessian_times(Run run, const ConstVectorRef& x, const ConstVectorRef& v, VectorRef out,
                     std::span<const double> weights = {}) const;
  /// The Hessian's diagonal into out (overwritten).
  void hessian_diagonal(Run run, const ConstVectorRef& x, VectorRef out,
                        std::span<const double> weights = {}) const;

 private:
  void add_slope(std::int64_t s, double weight, const double* w, double* margins, double* sums) const;

  FeatureMatrix features_;
  std::vector<double> targets_;
  std::shared_ptr<const Loss> loss_;
  std::int64_t outputs_, width_;  ///< K, padded(K)
};

}  // namespace taubar::problem
