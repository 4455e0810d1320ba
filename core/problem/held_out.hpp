// The samples of a data problem that nothing is fitted to.
#pragma once
#include <memory>

#include "core/problem/predictor.hpp"
#include "core/problem/sample_terms.hpp"

namespace taubar::problem {

class HeldOut final : public Predictor {
 public:
  explicit HeldOut(std::shared_ptr<const SampleTerms> terms) : terms_(std::move(terms)) {}

  std::int64_t samples() const override { return terms_->samples(); }
  std::int64_t classes() const override { return terms_->loss().classes(); }
  double target(std::int64_t s) const override {
    const double y = terms_->targets()[static_cast<std::size_t>(s)];
    return classes() == 0 ? y : static_cast<double>(terms_->loss().class_of(y));
  }
  double noise_variance() const override { return terms_->loss().noise_variance(); }
  void predict(const ConstVectorRef& x, Matrix& out) const override { terms_->predict(x, out); }

 private:
  std::shared_ptr<const SampleTerms> terms_;
};

}  // namespace taubar::problem
