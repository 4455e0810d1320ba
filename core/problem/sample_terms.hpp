// Σ over samples of a model's loss: the part of F and f_i that is made of data.
#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "core/base/linear_algebra.hpp"
#include "core/base/random.hpp"
#include "core/problem/content_hash.hpp"
#include "core/problem/loss.hpp"

namespace taubar::problem {

/// A run of samples [begin, end).
struct Run {
  std::int64_t begin, end;
};

/// N samples, each a row of features with a target, and a model with d parameters that turns the row into K
/// margins, which a Loss charges. Immutable. Sums run in the order of the samples. Working memory is kept per
/// thread, so that nothing is allocated in steady state.
class SampleTerms {
 public:
  SampleTerms(std::vector<double> targets, std::shared_ptr<const Loss> loss);
  virtual ~SampleTerms() = default;

  std::int64_t samples() const { return static_cast<std::int64_t>(targets_.size()); }
  const std::vector<double>& targets() const { return targets_; }
  const Loss& loss() const { return *loss_; }
  virtual std::int64_t dimension() const = 0;
  /// The same model on the samples order[0], order[1], ….
  virtual std::shared_ptr<const SampleTerms> reordered(std::span<const std::int64_t> order) const = 0;

  /// Σ_{s in run} ℓ_s(x), compensated.
  virtual double value(Run run, const ConstVectorRef& x) const = 0;
  /// Its gradient into g (overwritten).
  virtual void gradient(Run run, const ConstVectorRef& x, VectorRef g) const = 0;
  /// The gradient of Σ ℓ over the listed samples, given as positions after `base`.
  virtual void gradient(std::int64_t base, std::span<const std::int64_t> samples, const ConstVectorRef& x,
                        VectorRef g) const = 0;
  /// What the model says of each sample, N×loss().predicted(), into `out` (resized, overwritten).
  virtual void predict(const ConstVectorRef& x, Matrix& out) const = 0;
  /// Where minimising and sampling start from unless told otherwise.
  virtual Vector starting_point(Stream&) const { return Vector::Zero(dimension()); }

  /// All that the sum depends on, in two parts: the model and its loss, and the samples.
  virtual void add_model(ContentHash& hash) const;
  virtual void add_samples(ContentHash& hash) const = 0;

 protected:
  const std::shared_ptr<const Loss>& shared_loss() const { return loss_; }
  double target(std::int64_t s) const { return targets_[static_cast<std::size_t>(s)]; }
  std::vector<double> targets_in(std::span<const std::int64_t> order) const;

 private:
  std::vector<double> targets_;
  std::shared_ptr<const Loss> loss_;
};

}  // namespace taubar::problem
