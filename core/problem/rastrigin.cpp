// f(y) = Σ_j [y_j² + 10 (1 − cos 2πy_j)]; f(0) = 0 is the least of about one local minimum per unit cube.
// ‖∇²f‖ <= 2 + 40π².

#include <cmath>

#include "core/base/math.hpp"
#include "core/problem/entries.hpp"
#include "core/problem/test_function.hpp"

namespace taubar::problem {
namespace {

constexpr double two_pi = 6.283185307179586;

class Rastrigin final : public TestFunction {
 public:
  explicit Rastrigin(std::int64_t d) : d_(d) {}
  std::int64_t dimension() const override { return d_; }
  double value(const ConstVectorRef& y) const override {
    double sum = 0;
    for (const double t : y) sum += t * t + 10 * (1 - math::cos(two_pi * (t - std::floor(t + 0.5))));
    return sum;
  }
  void gradient(const ConstVectorRef& y, VectorRef g) const override {
    for (Eigen::Index j = 0; j < y.size(); ++j)
      g[j] = 2 * y[j] + 10 * two_pi * math::sin(two_pi * (y[j] - std::floor(y[j] + 0.5)));
  }
  double smoothness() const override { return 2 + 10 * two_pi * two_pi; }
  Vector minimiser() const override { return Vector::Zero(d_); }
  void add_to(ContentHash& hash) const override { hash.text("rastrigin"); }

 private:
  std::int64_t d_;
};

}  // namespace

const config::Entry<ProblemSpec> rastrigin_entry{
    "rastrigin",
    "Rastrigin's function, a paraboloid with a local minimum in each unit cube; the least is 0 at the centre",
    "L. A. Rastrigin, Systems of extremal control, 1974; H. Mühlenbein, M. Schomisch, J. Born, The parallel "
    "genetic algorithm as function optimizer, Parallel Computing 17, 1991",
    R"({"kind": "rastrigin", "dimension": 4})",
    []() -> std::shared_ptr<ProblemSpec> { return std::make_shared<PlainTestFunctionSpec<Rastrigin>>(); }};

}  // namespace taubar::problem
