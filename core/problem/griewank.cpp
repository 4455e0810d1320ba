// f(y) = 1 + Σ_j y_j²/4000 − Π_j cos(y_j/√j), j = 1 … d; f(0) = 0 is the least. ‖∇²f‖ <= 1/2000 + Σ_j 1/j,
// since no entry of the product's Hessian is above 1/√(jk).

#include <cmath>

#include "core/base/math.hpp"
#include "core/problem/entries.hpp"
#include "core/problem/test_function.hpp"

namespace taubar::problem {
namespace {

class Griewank final : public TestFunction {
 public:
  explicit Griewank(std::int64_t d) : d_(d) {}
  std::int64_t dimension() const override { return d_; }
  double value(const ConstVectorRef& y) const override {
    double squares = 0, product = 1;
    for (Eigen::Index j = 0; j < y.size(); ++j) {
      squares += y[j] * y[j];
      product *= math::cos(y[j] / root(j));
    }
    return squares / 4000 + (1 - product);
  }
  // g_j holds the product of the cosines before j, until those behind it are known.
  void gradient(const ConstVectorRef& y, VectorRef g) const override {
    double before = 1, behind = 1;
    for (Eigen::Index j = 0; j < y.size(); ++j) {
      g[j] = before;
      before *= math::cos(y[j] / root(j));
    }
    for (Eigen::Index j = y.size(); j-- > 0;) {
      const double angle = y[j] / root(j);
      g[j] = y[j] / 2000 + g[j] * behind * math::sin(angle) / root(j);
      behind *= math::cos(angle);
    }
  }
  double smoothness() const override {
    double sum = 1.0 / 2000;
    for (std::int64_t j = 1; j <= d_; ++j) sum += 1 / static_cast<double>(j);
    return sum;
  }
  Vector minimiser() const override { return Vector::Zero(d_); }
  void add_to(ContentHash& hash) const override { hash.text("griewank"); }

 private:
  static double root(Eigen::Index j) { return std::sqrt(static_cast<double>(j + 1)); }

  std::int64_t d_;
};

}  // namespace

const config::Entry<ProblemSpec> griewank_entry{
    "griewank", "Griewank's function, shallow waves on a wide paraboloid; the least is 0 at the centre",
    "A. O. Griewank, Generalized descent for global optimization, JOTA 34(1), 1981",
    R"({"kind": "griewank", "dimension": 4})",
    []() -> std::shared_ptr<ProblemSpec> { return std::make_shared<PlainTestFunctionSpec<Griewank>>(); }};

}  // namespace taubar::problem
