// f(y) = Σ_{j<d} [100 (y_{j+1} − y_j²)² + (1 − y_j)²], d >= 2. f(1, …, 1) = 0 is the least, at the end of a
// bent valley.

#include "core/problem/entries.hpp"
#include "core/problem/test_function.hpp"

namespace taubar::problem {
namespace {

class Rosenbrock final : public TestFunction {
 public:
  explicit Rosenbrock(std::int64_t d) : d_(d) {}
  std::int64_t dimension() const override { return d_; }
  double value(const ConstVectorRef& y) const override {
    double sum = 0;
    for (Eigen::Index j = 0; j + 1 < y.size(); ++j) {
      const double off = y[j + 1] - y[j] * y[j], left = 1 - y[j];
      sum += 100 * off * off + left * left;
    }
    return sum;
  }
  void gradient(const ConstVectorRef& y, VectorRef g) const override {
    g.setZero();
    for (Eigen::Index j = 0; j + 1 < y.size(); ++j) {
      const double off = y[j + 1] - y[j] * y[j];
      g[j] += -400 * y[j] * off - 2 * (1 - y[j]);
      g[j + 1] += 200 * off;
    }
  }
  Vector minimiser() const override { return Vector::Ones(d_); }
  void add_to(ContentHash& hash) const override { hash.text("rosenbrock"); }

 private:
  std::int64_t d_;
};

}  // namespace

const config::Entry<ProblemSpec> rosenbrock_entry{
    "rosenbrock", "Rosenbrock's function, a bent narrow valley; the least is 0 at centre + (1, …, 1)",
    "H. H. Rosenbrock, An automatic method for finding the greatest or least value of a function, The "
    "Computer Journal 3(3), 1960",
    R"({"kind": "rosenbrock", "dimension": 3})", []() -> std::shared_ptr<ProblemSpec> {
      return std::make_shared<PlainTestFunctionSpec<Rosenbrock, 2>>();
    }};

}  // namespace taubar::problem
