// Σ over samples of weight · loss of a linear model, with its derivatives up to the second.
#pragma once
#include "core/problem/feature_matrix.hpp"
#include "core/problem/sample_terms.hpp"

namespace taubar::problem {

/// x = W row by row (K×d) is the model: margins W a for a row a of A (N×d).
class SampleSum final : public SampleTerms {
 public:
  SampleSum(FeatureMatrix features, std::vector<double> targets, std::shared_ptr<const Loss> loss);

  const FeatureMatrix& features() const { return features_; }
  std::int64_t dimension() const override { return outputs_ * features_.columns(); }  ///< K d
  std::shared_ptr<const SampleTerms> reordered(std::span<const std::int64_t> order) const override;

  double value(Run run, const ConstVectorRef& x) const override { return value(run, x, {}); }
  void gradient(Run run, const ConstVectorRef& x, VectorRef g) const override { gradient(run, x, g, {}); }
  void gradient(std::int64_t base, std::span<const std::int64_t> samples, const ConstVectorRef& x,
                VectorRef g) const override;
  void predict(const ConstVectorRef& x, Matrix& out) const override;
  void add_samples(ContentHash& hash) const override;

  /// Σ_{s in run} w_s ℓ_s(x); `weights` (N values) empty: all 1. Compensated.
  double value(Run run, const ConstVectorRef& x, std::span<const double> weights) const;
  /// Its gradient into g (overwritten).
  void gradient(Run run, const ConstVectorRef& x, VectorRef g, std::span<const double> weights) const;
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
  std::int64_t outputs_, width_;  ///< K, padded(K)
};

}  // namespace taubar::problem
