// The five schedules of scenario.md. Values are finite and non-negative for every k >= 0.
#include "core/algorithm/schedule.hpp"

#include <algorithm>
#include <cmath>

#include "core/base/math.hpp"
#include "core/config/fields.hpp"

namespace taubar::algorithm {
namespace {

using config::Fields;
using config::required;
using ScheduleEntry = config::Entry<ScheduleSpec>;

template <class Spec>
std::shared_ptr<ScheduleSpec> make() {
  return std::make_shared<Spec>();
}

/// value
struct Constant final : ScheduleSpec {
  double value = 0;

  void fields(Fields& f) override {
    f.real("value", value, config::non_negative, "the value at every local iteration", required);
  }
  double at(std::int64_t) const override { return value; }
  std::optional<PowerLaw> power_law() const override { return PowerLaw{value, 0, 1}; }
};
const ScheduleEntry constant{"constant", "the same value at every local iteration", "",
                             R"({"kind": "constant", "value": 0.1})", make<Constant>};

/// initial / (k + offset)^power
struct Polynomial final : ScheduleSpec {
  double initial = 0, power = 0, offset = 1;

  void fields(Fields& f) override {
    f.real("initial", initial, config::non_negative, "numerator; the value at k = 0 where offset is 1",
           required);
    f.real("power", power, config::between(0, 64),
           "exponent; in (1/2, 1] the sum diverges and that of squares converges", required);
    f.real("offset", offset, config::positive, "added to k before the power is taken");
    f.demand(std::isfinite(at(0)), "offset", "initial / offset^power overflows; accepted is a larger offset");
  }
  double at(std::int64_t k) const override {
    return initial / math::pow(static_cast<double>(k) + offset, power);
  }
  std::optional<PowerLaw> power_law() const override { return PowerLaw{initial, power, offset}; }
};
const ScheduleEntry polynomial{
    "polynomial", "initial / (k + offset)^power",
    "Robbins, Monro, A stochastic approximation method, Ann. Math. Statist. 22, 1951",
    R"({"kind": "polynomial", "initial": 0.5, "power": 0.75, "offset": 10})", make<Polynomial>};

/// initial · decay^k = initial · exp(k log decay)
struct Exponential final : ScheduleSpec {
  double initial = 0, decay = 1;

  void fields(Fields& f) override {
    f.real("initial", initial, config::non_negative, "the value at k = 0", required);
    f.real("decay", decay, {0, 1, true, false}, "factor from one local iteration to the next", required);
  }
  double at(std::int64_t k) const override {
    return initial * math::exp(static_cast<double>(k) * math::log(decay));
  }
};
const ScheduleEntry exponential{"exponential", "initial · decay^k", "",
                                R"({"kind": "exponential", "initial": 0.5, "decay": 0.99})",
                                make<Exponential>};

/// cos(πt) for t in [0, 1]: by symmetry an angle of at most π/4, there the Taylor series to x^16.
double cosine_of_half_turns(double t) {
  if (t > 0.5) return -cosine_of_half_turns(1 - t);
  constexpr double pi = 3.141592653589793;
  const bool as_sine = t > 0.25;  // cos(πt) = sin(π(½ − t))
  const double x = pi * (as_sine ? 0.5 - t : t);
  double sum = 0;
  for (int j = 8; j > 0; --j) {
    const double product = as_sine ? (2.0 * j) * (2 * j + 1) : (2.0 * j - 1) * (2 * j);
    sum = -(1 + sum) * (x * x) / product;
  }
  return as_sine ? x * (1 + sum) : 1 + sum;
}

/// final + (initial − final) · (1 + cos(π k / horizon)) / 2 up to the horizon, `final` after it
struct Cosine final : ScheduleSpec {
  double initial = 0, final_value = 0;
  std::int64_t horizon = 0;

  void fields(Fields& f) override {
    f.real("initial", initial, config::non_negative, "the value at k = 0", required);
    f.real("final", final_value, config::non_negative, "the value from the horizon on", required);
    f.integer("horizon", horizon, config::at_least(1), "local iterations until the final value is reached",
              required);
  }
  double at(std::int64_t k) const override {
    if (k >= horizon) return final_value;
    const double t = static_cast<double>(k) / static_cast<double>(horizon);
    return final_value + (initial - final_value) * (0.5 * (1 + cosine_of_half_turns(t)));
  }
};
const ScheduleEntry cosine{"cosine", "half a cosine from initial to final over the horizon, then final",
                           "Loshchilov, Hutter, SGDR, ICLR 2017, eq. (5), one period",
                           R"({"kind": "cosine", "initial": 0.5, "final": 0.01, "horizon": 1000})",
                           make<Cosine>};

/// values[j] from k = at[j] on, to before at[j+1]
struct Piecewise final : ScheduleSpec {
  std::vector<std::int64_t> starts;
  std::vector<double> values;

  void fields(Fields& f) override {
    f.integers("at", starts, config::non_negative,
               "local iterations from which the values hold, increasing; a leading 0 may be left out",
               required);
    f.reals("values", values, config::non_negative, "the values, one for each span", required);
    f.demand(std::adjacent_find(starts.begin(), starts.end(), std::greater_equal<>()) == starts.end(), "at",
             "is not increasing; accepted are increasing local iterations");
    const bool from_zero = !starts.empty() && starts.front() == 0;
    f.demand(values.size() == starts.size() + (from_zero ? 0 : 1), "values",
             "do not match `at`; accepted is one value for each local iteration in `at`, and one before it "
             "where `at` "
             "does not begin with 0");
  }
  double at(std::int64_t k) const override {
    const auto later = std::upper_bound(starts.begin(), starts.end(), k);
    const auto begun = static_cast<std::size_t>(later - starts.begin());
    return values[begun - (starts.size() == values.size() ? 1 : 0)];
  }
};
const ScheduleEntry piecewise{"piecewise", "constant on spans of local iterations", "",
                              R"({"kind": "piecewise", "at": [0, 100, 1000], "values": [0.5, 0.1, 0.02]})",
                              make<Piecewise>};

const ScheduleEntry* const entries[] = {&constant, &cosine, &exponential, &piecewise, &polynomial};

}  // namespace

const config::Catalogue<ScheduleSpec>& schedules() {
  static const config::Catalogue<ScheduleSpec> catalogue("schedule", entries, "constant", "value");
  return catalogue;
}

config::Choice<ScheduleSpec> constant_schedule(double value) {
  auto schedule = std::make_shared<Constant>();
  schedule->value = value;
  return {"constant", schedule};
}

}  // namespace taubar::algorithm
