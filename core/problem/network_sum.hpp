// Σ over samples of the loss of a multilayer perceptron, with its gradient by backpropagation (Rumelhart, Hinton,
// Williams, "Learning representations by back-propagating errors", Nature 323, 1986):
//
//   h⁰ = a ∈ ℝ^{n₀},   hˡ = φ(Wˡ hˡ⁻¹ + bˡ) ∈ ℝ^{n_l} for l = 1 … L−1,   m = Wᴸ hᴸ⁻¹ + bᴸ ∈ ℝ^K the margins.
//
// The parameters stand layer by layer: θ = (W¹ row by row, b¹, …, Wᴸ row by row, bᴸ), Wˡ being n_l × n_{l−1}, so
// d = Σ_l n_l (n_{l−1} + 1).
#pragma once
#include "core/problem/activation.hpp"
#include "core/problem/feature_matrix.hpp"
#include "core/problem/sample_terms.hpp"

namespace taubar::problem {

/// What stands between features and margins.
struct NetworkShape {
  std::vector<std::int64_t> hidden;  ///< n₁ … n_{L−1}; empty: a linear model with offsets
  Activation activation = Activation::tanh;
};

/// d for so many features and margins, as a double: it may be far too large.
double network_unknowns(const NetworkShape& shape, std::int64_t features, std::int64_t outputs);

class NetworkSum final : public SampleTerms {
 public:
  NetworkSum(FeatureMatrix features, std::vector<double> targets, std::shared_ptr<const Loss> loss,
             NetworkShape shape);

  std::int64_t dimension() const override { return dimension_; }
  std::shared_ptr<const SampleTerms> reordered(std::span<const std::int64_t> order) const override;

  double value(Run run, const ConstVectorRef& x) const override;
  void gradient(Run run, const ConstVectorRef& x, VectorRef g) const override;
  void gradient(std::int64_t base, std::span<const std::int64_t> samples, const ConstVectorRef& x,
                VectorRef g) const override;
  void predict(const ConstVectorRef& x, Matrix& out) const override;
  /// Weights from N(0, 1/n_{l−1}), offsets 0 (LeCun, Bottou, Orr, Müller, "Efficient backprop", 1998), so that every
  /// unit starts with a variance near that of what reaches it; for relu N(0, 2/n_{l−1}) (He, Zhang, Ren, Sun, "Delving
  /// deep into rectifiers", ICCV 2015). At 0 all units of a layer would be alike and stay so.
  Vector starting_point(Stream& stream) const override;
  void add_model(ContentHash& hash) const override;
  void add_samples(ContentHash& hash) const override;

 private:
  /// One Wˡ with its bˡ. Turned, it is (in + 1) × width by rows, the offsets last.
  struct Layer {
    std::int64_t in, out, width;  ///< n_{l−1}, n_l, padded(n_l)
    std::int64_t parameters;      ///< where it begins in θ
    std::int64_t turned;          ///< where it begins among the turned ones
    std::int64_t units;           ///< where hˡ begins: width values, and a 1 for the offsets of the next layer
  };
  struct Scratch;

  static Scratch& scratch();
  void turn(const ConstVectorRef& x, Scratch& memory) const;
  void turn_back(const Scratch& memory, VectorRef g) const;
  /// hˡ of all layers; returns the margins.
  double* forward(std::int64_t s, Scratch& memory) const;
  void add_gradient(std::int64_t s, Scratch& memory) const;
  void push_back(const Layer& layer, const Layer& before, Scratch& memory) const;

  FeatureMatrix features_;
  NetworkShape shape_;
  std::vector<Layer> layers_;
  std::int64_t dimension_ = 0, turned_size_ = 0, units_size_ = 0;
};

}  // namespace taubar::problem
