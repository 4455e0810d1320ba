// ln X is normal with mean ln median and standard deviation sigma: X = median · e^(sigma Φ⁻¹(u)).
#include <limits>

#include "core/base/math.hpp"
#include "core/config/fields.hpp"
#include "sim/law/incomplete_gamma.hpp"
#include "sim/law/law.hpp"

namespace taubar::law {
namespace {

class LognormalLaw final : public Law {
 public:
  LognormalLaw(double median, double sigma) : median_(median), sigma_(sigma) {}
  double quantile(double u) const override { return median_ * math::exp(sigma_ * math::normal_quantile(u)); }
  double cdf(double x) const override { return x <= 0 ? 0 : normal_cdf(score(x)); }
  double mean() const override { return median_ * math::exp(sigma_ * sigma_ / 2); }
  double limited_mean(double x) const override {
    return x <= 0 ? 0 : mean() * normal_cdf(score(x) - sigma_) + x * normal_cdf(-score(x));
  }
  double mean_inverse() const override { return math::exp(sigma_ * sigma_ / 2) / median_; }
  Support support() const override { return {0, std::numeric_limits<double>::infinity()}; }

 private:
  double score(double x) const { return math::log(x / median_) / sigma_; }

  double median_, sigma_;
};

struct Lognormal final : LawSpec {
  double median = 1, sigma = 1;
  void fields(config::Fields& f) override {
    f.quantity("median", median, config::positive, "median value", config::required);
    f.real("sigma", sigma, {0, 10, true, false}, "standard deviation of the logarithm", config::required);
    common_fields(f);
  }
  std::unique_ptr<Law> build_plain(std::uint64_t, std::uint64_t) const override {
    return std::make_unique<LognormalLaw>(median, sigma);
  }
};

}  // namespace

extern const config::Entry<LawSpec> lognormal_entry{
    "lognormal",
    "logarithm normal around ln median with deviation sigma; mean median exp(sigma^2/2); support (0, "
    "infinity)",
    "", R"({"kind": "lognormal", "median": 0.01, "sigma": 0.5})", make_spec<Lognormal>};

}  // namespace taubar::law
