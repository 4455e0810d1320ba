// F(x) = 1 − e^(−x/mean), so X = −mean · ln(1 − u).
#include <limits>

#include "core/base/math.hpp"
#include "core/config/fields.hpp"
#include "sim/law/law.hpp"

namespace taubar::law {
namespace {

class ExponentialLaw final : public Law {
 public:
  explicit ExponentialLaw(double mean) : mean_(mean) {}
  double quantile(double u) const override { return -mean_ * math::log(1 - u); }
  void quantiles(std::span<double> levels) const override {
    for (double& u : levels) u = quantile(u);  // not a virtual call: the class is final
  }
  double cdf(double x) const override { return x <= 0 ? 0 : -math::expm1(-x / mean_); }
  double mean() const override { return mean_; }
  double limited_mean(double x) const override { return -mean_ * math::expm1(-x / mean_); }
  double mean_inverse() const override { return std::numeric_limits<double>::infinity(); }
  Support support() const override { return {0, std::numeric_limits<double>::infinity()}; }

 private:
  double mean_;
};

struct Exponential final : LawSpec {
  double mean = 1;
  void fields(config::Fields& f) override {
    f.quantity("mean", mean, config::positive, "mean value", config::required);
    common_fields(f);
  }
  std::unique_ptr<Law> build_plain(std::uint64_t, std::uint64_t) const override {
    return std::make_unique<ExponentialLaw>(mean);
  }
};

}  // namespace

extern const config::Entry<LawSpec> exponential_entry{
    "exponential", "P(X > x) = exp(-x/mean); mean `mean`; support [0, infinity)", "",
    R"({"kind": "exponential", "mean": 0.0002})", make_spec<Exponential>};

}  // namespace taubar::law
