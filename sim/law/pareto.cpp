// P(X > x) = (minimum/x)^shape beyond minimum, so X = minimum · (1 − u)^(−1/shape).
#include <limits>

#include "core/base/math.hpp"
#include "core/config/fields.hpp"
#include "sim/law/law.hpp"

namespace taubar::law {
namespace {

class ParetoLaw final : public Law {
 public:
  ParetoLaw(double shape, double minimum) : shape_(shape), minimum_(minimum) {}
  double quantile(double u) const override { return minimum_ * math::exp(-math::log(1 - u) / shape_); }
  double cdf(double x) const override {
    return x <= minimum_ ? 0 : -math::expm1(-shape_ * math::log(x / minimum_));
  }
  double mean() const override {
    return shape_ > 1 ? minimum_ * shape_ / (shape_ - 1) : std::numeric_limits<double>::infinity();
  }
  // minimum + ∫_minimum^x (minimum/t)^shape dt
  double limited_mean(double x) const override {
    if (x <= minimum_) return x;
    const double folds = math::log(x / minimum_);
    if (shape_ == 1) return minimum_ * (1 + folds);
    return minimum_ * (1 + math::expm1((1 - shape_) * folds) / (1 - shape_));
  }
  double mean_inverse() const override { return shape_ / ((shape_ + 1) * minimum_); }
  Support support() const override { return {minimum_, std::numeric_limits<double>::infinity()}; }

 private:
  double shape_, minimum_;
};

struct Pareto final : LawSpec {
  double shape = 2, minimum = 1;
  void fields(config::Fields& f) override {
    f.real("shape", shape, config::positive, "tail index; the mean is finite above 1, the variance above 2",
           config::required);
    f.quantity("minimum", minimum, config::positive, "smallest value", config::required);
    common_fields(f);
  }
  std::unique_ptr<Law> build_plain(std::uint64_t, std::uint64_t) const override {
    return std::make_unique<ParetoLaw>(shape, minimum);
  }
};

}  // namespace

extern const config::Entry<LawSpec> pareto_entry{"pareto",
                                                 "P(X > x) = (minimum/x)^shape; mean minimum shape/(shape - "
                                                 "1), infinite up to shape 1; support [minimum, infinity)",
                                                 "", R"({"kind": "pareto", "shape": 2.5, "minimum": 0.004})",
                                                 make_spec<Pareto>};

}  // namespace taubar::law
