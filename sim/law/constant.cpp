// X = value.
#include <algorithm>
#include <limits>

#include "core/config/fields.hpp"
#include "sim/law/law.hpp"

namespace taubar::law {
namespace {

class ConstantLaw final : public Law {
 public:
  explicit ConstantLaw(double value) : value_(value) {}
  double quantile(double) const override { return value_; }
  double cdf(double x) const override { return x >= value_ ? 1 : 0; }
  double mean() const override { return value_; }
  double limited_mean(double x) const override { return std::min(x, value_); }
  double mean_inverse() const override {
    return value_ > 0 ? 1 / value_ : std::numeric_limits<double>::infinity();
  }
  Support support() const override { return {value_, value_}; }

 private:
  double value_;
};

struct Constant final : LawSpec {
  double value = 0;
  void fields(config::Fields& f) override {
    f.quantity("value", value, config::non_negative, "the value of every draw", config::required);
    common_fields(f);
  }
  std::unique_ptr<Law> build_plain(std::uint64_t, std::uint64_t) const override {
    return std::make_unique<ConstantLaw>(value);
  }
};

}  // namespace

extern const config::Entry<LawSpec> constant_entry{
    "constant", "always the same value; mean value; support {value}", "",
    R"({"kind": "constant", "value": 0.005})", make_spec<Constant>};

}  // namespace taubar::law
