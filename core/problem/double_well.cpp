// f(y) = h Σ_j ((y_j/a)² − 1)², a = distance/2, h = barrier: 2^d equal minima, f(±a, …, ±a) = 0, and a saddle
// of height h between neighbours. As a minimiser (a, …, a) is named.
//
// exp(−f/T) has independent coordinates of mean 0 and variance ∫ y² exp(−f/T) / ∫ exp(−f/T), by the
// trapezoidal rule, which converges faster than any power of the step here (Trefethen, Weideman, "The
// exponentially convergent trapezoidal rule", SIAM Review 56(3), 2014).
#include <cmath>

#include "core/base/math.hpp"
#include "core/config/fields.hpp"
#include "core/problem/entries.hpp"
#include "core/problem/test_function.hpp"

namespace taubar::problem {
namespace {

class DoubleWell final : public TestFunction {
 public:
  DoubleWell(std::int64_t d, double distance, double barrier) : d_(d), a_(distance / 2), h_(barrier) {}
  std::int64_t dimension() const override { return d_; }
  double value(const ConstVectorRef& y) const override {
    double sum = 0;
    for (const double t : y) {
      const double u = t / a_, off = (u - 1) * (u + 1);
      sum += h_ * off * off;
    }
    return sum;
  }
  void gradient(const ConstVectorRef& y, VectorRef g) const override {
    for (Eigen::Index j = 0; j < y.size(); ++j) {
      const double u = y[j] / a_;
      g[j] = 4 * h_ / a_ * u * ((u - 1) * (u + 1));
    }
  }
  Vector minimiser() const override { return Vector::Constant(d_, a_); }
  std::optional<KnownLaw> law(double temperature) const override {
    return KnownLaw{Vector::Zero(d_), Vector::Constant(d_, variance(h_ / temperature)).asDiagonal(), false};
  }
  void add_to(ContentHash& hash) const override { hash.text("double_well").real(a_).real(h_); }

 private:
  // In u = y/a the integrand is exp(−b (u²−1)²): below exp(−745) where u² > 1 + √(745/b).
  double variance(double b) const {
    constexpr int steps = 4000;
    const double end = std::sqrt(1 + std::sqrt(745 / b));
    double mass = 0, second = 0;
    for (int k = -steps; k <= steps; ++k) {
      const double u = end * k / steps, off = (u - 1) * (u + 1), density = math::exp(-b * off * off);
      mass += density;
      second += u * u * density;
    }
    return a_ * a_ * second / mass;
  }

  std::int64_t d_;
  double a_, h_;
};

struct DoubleWellSpec final : TestFunctionSpec {
  double distance = 2, barrier = 1;
  DoubleWellSpec() { dimension = 1; }
  void fields(config::Fields& f) override {
    TestFunctionSpec::fields(f);
    f.real("distance", distance, config::positive, "between the two wells of a coordinate");
    f.real("barrier", barrier, config::positive, "height of the saddle between them");
  }
  std::unique_ptr<const TestFunction> function() const override {
    return std::make_unique<DoubleWell>(dimension, distance, barrier);
  }
};

}  // namespace

const config::Entry<ProblemSpec> double_well_entry{
    "double_well",
    "barrier · Σ_j ((2 y_j/distance)² − 1)², two equal wells in each coordinate; as a target, its law is "
    "known",
    "", R"({"kind": "double_well", "dimension": 2, "distance": 3, "barrier": 2})",
    []() -> std::shared_ptr<ProblemSpec> { return std::make_shared<DoubleWellSpec>(); }};

}  // namespace taubar::problem
