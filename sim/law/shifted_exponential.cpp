// X = shift + E with E exponential of mean `mean`.
#include <limits>

#include "core/base/math.hpp"
#include "core/config/fields.hpp"
#include "sim/law/clipped.hpp"
#include "sim/law/law.hpp"

namespace taubar::law {
namespace {

class ShiftedExponentialLaw final : public Law {
 public:
  ShiftedExponentialLaw(double shift, double mean) : shift_(shift), mean_(mean) {}
  double quantile(double u) const override { return shift_ - mean_ * math::log(1 - u); }
  double cdf(double x) const override { return x <= shift_ ? 0 : -math::expm1((shift_ - x) / mean_); }
  double mean() const override { return shift_ + mean_; }
  double limited_mean(double x) const override {
    return x <= shift_ ? x : shift_ - mean_ * math::expm1((shift_ - x) / mean_);
  }
  double mean_inverse() const override {
    return shift_ > 0 ? midpoint_mean_inverse(*this) : std::numeric_limits<double>::infinity();
  }
  Support support() const override { return {shift_, std::numeric_limits<double>::infinity()}; }

 private:
  double shift_, mean_;
};

struct ShiftedExponential final : LawSpec {
  double shift = 0, mean = 1;
  void fields(config::Fields& f) override {
    f.quantity("shift", shift, config::non_negative, "smallest value", config::required);
    f.quantity("mean", mean, config::positive, "mean of the exponential part", config::required);
    common_fields(f);
  }
  std::unique_ptr<Law> build_plain(std::uint64_t, std::uint64_t) const override {
    return std::make_unique<ShiftedExponentialLaw>(shift, mean);
  }
};

}  // namespace

extern const config::Entry<LawSpec> shifted_exponential_entry{
    "shifted_exponential",
    "P(X > x) = exp(-(x - shift)/mean) beyond shift; mean shift + mean; support [shift, infinity)",
    "Lee, Lam, Pedarsani, Papailiopoulos, Ramchandran, Speeding up distributed machine learning using codes, "
    "IEEE Transactions on Information Theory 64(3), 2018, section IV",
    R"({"kind": "shifted_exponential", "shift": 0.004, "mean": 0.001})", make_spec<ShiftedExponential>};

}  // namespace taubar::law
