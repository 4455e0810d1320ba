// F(x) = P(shape, x/θ), θ = mean/shape, with P the regularised incomplete gamma function; X = θ P⁻¹(shape,
// u).
#include <limits>

#include "core/config/fields.hpp"
#include "sim/law/incomplete_gamma.hpp"
#include "sim/law/law.hpp"

namespace taubar::law {
namespace {

class GammaLaw final : public Law {
 public:
  GammaLaw(double shape, double mean) : shape_(shape), mean_(mean), theta_(mean / shape) {}
  double quantile(double u) const override { return theta_ * gamma_p_inverse(shape_, u); }
  double cdf(double x) const override { return gamma_p(shape_, x / theta_); }
  double mean() const override { return mean_; }
  double limited_mean(double x) const override {
    return mean_ * gamma_p(shape_ + 1, x / theta_) + x * gamma_q(shape_, x / theta_);
  }
  double mean_inverse() const override {
    return shape_ > 1 ? 1 / (theta_ * (shape_ - 1)) : std::numeric_limits<double>::infinity();
  }
  Support support() const override { return {0, std::numeric_limits<double>::infinity()}; }

 private:
  double shape_, mean_, theta_;
};

struct Gamma final : LawSpec {
  double shape = 1, mean = 1;
  void fields(config::Fields& f) override {
    f.real("shape", shape, config::between(0.01, 1e5), "k; the standard deviation is mean/sqrt(k)",
           config::required);
    f.quantity("mean", mean, config::positive, "mean value", config::required);
    common_fields(f);
  }
  std::unique_ptr<Law> build_plain(std::uint64_t, std::uint64_t) const override {
    return std::make_unique<GammaLaw>(shape, mean);
  }
};

}  // namespace

extern const config::Entry<LawSpec> gamma_entry{
    "gamma", "density proportional to x^(shape - 1) exp(-x shape/mean); mean `mean`; support [0, infinity)",
    "", R"({"kind": "gamma", "shape": 4, "mean": 0.01})", make_spec<Gamma>};

}  // namespace taubar::law
