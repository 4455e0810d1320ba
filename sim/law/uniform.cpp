// F(x) = (x − low)/(high − low), so X = low + (high − low) u.
#include <algorithm>
#include <limits>

#include "core/base/math.hpp"
#include "core/config/fields.hpp"
#include "sim/law/law.hpp"

namespace taubar::law {
namespace {

class UniformLaw final : public Law {
 public:
  UniformLaw(double low, double high) : low_(low), high_(high) {}
  double quantile(double u) const override { return low_ + (high_ - low_) * u; }
  double cdf(double x) const override {
    if (x >= high_) return 1;
    return x < low_ ? 0 : (x - low_) / (high_ - low_);
  }
  double mean() const override { return low_ + (high_ - low_) / 2; }
  double limited_mean(double x) const override {
    if (x <= low_) return x;
    if (x >= high_) return mean();
    return x - (x - low_) * (x - low_) / (2 * (high_ - low_));
  }
  double mean_inverse() const override {
    if (low_ == 0) return std::numeric_limits<double>::infinity();
    const double width = high_ - low_;
    return width > 0 ? math::log1p(width / low_) / width : 1 / low_;
  }
  Support support() const override { return {low_, high_}; }

 private:
  double low_, high_;
};

struct Uniform final : LawSpec {
  double low = 0, high = 1;
  void fields(config::Fields& f) override {
    f.quantity("low", low, config::non_negative, "smallest value", config::required);
    f.quantity("high", high, config::non_negative, "largest value", config::required);
    f.demand(low <= high, "high", "below low; accepted is high >= low");
    common_fields(f);
  }
  std::unique_ptr<Law> build_plain(std::uint64_t, std::uint64_t) const override {
    return std::make_unique<UniformLaw>(low, high);
  }
};

}  // namespace

extern const config::Entry<LawSpec> uniform_entry{
    "uniform", "density 1/(high - low) on its support [low, high]; mean (low + high)/2", "",
    R"({"kind": "uniform", "low": 0.001, "high": 0.003})", make_spec<Uniform>};

}  // namespace taubar::law
