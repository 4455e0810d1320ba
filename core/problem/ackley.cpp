// f(y) = 20 (1 − exp(−0.2 r)) + e − exp((1/d) Σ_j cos 2πy_j), r = √((1/d) Σ_j y_j²). f(0) = 0 is the least;
// there f has a kink, and its gradient is taken to be 0.

#include <cmath>

#include "core/base/math.hpp"
#include "core/problem/entries.hpp"
#include "core/problem/test_function.hpp"

namespace taubar::problem {
namespace {

constexpr double ackley_two_pi = 6.283185307179586;

class Ackley final : public TestFunction {
 public:
  explicit Ackley(std::int64_t d) : d_(d) {}
  std::int64_t dimension() const override { return d_; }
  double value(const ConstVectorRef& y) const override {
    const auto [root, waves] = means(y);
    return 20 * (1 - math::exp(-0.2 * root)) + (math::exp(1.0) - math::exp(waves));
  }
  void gradient(const ConstVectorRef& y, VectorRef g) const override {
    const auto [root, waves] = means(y);
    const auto d = static_cast<double>(y.size());
    const double pull = root > 0 ? 4 * math::exp(-0.2 * root) / (d * root) : 0.0;
    const double wave = ackley_two_pi * math::exp(waves) / d;
    for (Eigen::Index j = 0; j < y.size(); ++j)
      g[j] = pull * y[j] + wave * math::sin(ackley_two_pi * (y[j] - std::floor(y[j] + 0.5)));
  }
  Vector minimiser() const override { return Vector::Zero(d_); }
  void add_to(ContentHash& hash) const override { hash.text("ackley"); }

 private:
  struct Means {
    double root, waves;  ///< r and the mean cosine
  };
  static Means means(const ConstVectorRef& y) {
    double squares = 0, waves = 0;
    for (const double t : y) {
      squares += t * t;
      waves += math::cos(ackley_two_pi * (t - std::floor(t + 0.5)));
    }
    const auto d = static_cast<double>(y.size());
    return {std::sqrt(squares / d), waves / d};
  }

  std::int64_t d_;
};

}  // namespace

const config::Entry<ProblemSpec> ackley_entry{
    "ackley",
    "Ackley's function, a funnel with a kink at its bottom and waves on its walls; the least is 0 at the "
    "centre",
    "D. H. Ackley, A connectionist machine for genetic hillclimbing, 1987; T. Bäck, Evolutionary algorithms "
    "in theory and practice, 1996",
    R"({"kind": "ackley", "dimension": 3})",
    []() -> std::shared_ptr<ProblemSpec> { return std::make_shared<PlainTestFunctionSpec<Ackley>>(); }};

}  // namespace taubar::problem
