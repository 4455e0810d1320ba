// F(x) = 1 − e^(−(x/scale)^shape), so X = scale · (−ln(1 − u))^(1/shape).
#include <limits>

#include "core/base/math.hpp"
#include "core/config/fields.hpp"
#include "sim/law/incomplete_gamma.hpp"
#include "sim/law/law.hpp"

namespace taubar::law {
namespace {

class WeibullLaw final : public Law {
 public:
  WeibullLaw(double shape, double scale) : shape_(shape), scale_(scale) {}
  double quantile(double u) const override { return scale_ * math::pow(-math::log(1 - u), 1 / shape_); }
  double cdf(double x) const override { return x <= 0 ? 0 : -math::expm1(-power(x)); }
  double mean() const override { return scale_ * gamma_function(1 + 1 / shape_); }
  double limited_mean(double x) const override {
    if (x <= 0) return 0;
    const double p = power(x);
    return mean() * gamma_p(1 + 1 / shape_, p) + x * math::exp(-p);
  }
  double mean_inverse() const override {
    return shape_ > 1 ? gamma_function(1 - 1 / shape_) / scale_ : std::numeric_limits<double>::infinity();
  }
  Support support() const override { return {0, std::numeric_limits<double>::infinity()}; }

 private:
  double power(double x) const { return math::pow(x / scale_, shape_); }

  double shape_, scale_;
};

struct Weibull final : LawSpec {
  double shape = 1, scale = 1;
  void fields(config::Fields& f) override {
    f.real("shape", shape, config::between(0.01, 1e4), "heavy-tailed below 1, exponential at 1",
           config::required);
    f.quantity("scale", scale, config::positive, "the value that is exceeded with probability 1/e",
               config::required);
    common_fields(f);
  }
  std::unique_ptr<Law> build_plain(std::uint64_t, std::uint64_t) const override {
    return std::make_unique<WeibullLaw>(shape, scale);
  }
};

}  // namespace

extern const config::Entry<LawSpec> weibull_entry{
    "weibull", "P(X > x) = exp(-(x/scale)^shape); mean scale Gamma(1 + 1/shape); support [0, infinity)", "",
    R"({"kind": "weibull", "shape": 1.5, "scale": 0.01})", make_spec<Weibull>};

}  // namespace taubar::law
