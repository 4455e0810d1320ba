// f(y) = ½ Σ_j (y_j⁴ − 16 y_j² + 5 y_j). Each coordinate has two minima; the lower is the least root of 4y³ −
// 32y + 5 = 0, with −39.166165703771415 to f.

#include "core/problem/entries.hpp"
#include "core/problem/test_function.hpp"

namespace taubar::problem {
namespace {

class StyblinskiTang final : public TestFunction {
 public:
  explicit StyblinskiTang(std::int64_t d) : d_(d) {}
  std::int64_t dimension() const override { return d_; }
  double value(const ConstVectorRef& y) const override {
    double sum = 0;
    for (const double t : y) sum += t * (5 + t * (t * t - 16));
    return 0.5 * sum;
  }
  void gradient(const ConstVectorRef& y, VectorRef g) const override {
    for (Eigen::Index j = 0; j < y.size(); ++j) g[j] = 2.5 + y[j] * (2 * y[j] * y[j] - 16);
  }
  Vector minimiser() const override { return Vector::Constant(d_, -2.903534027771177); }
  void add_to(ContentHash& hash) const override { hash.text("styblinski_tang"); }

 private:
  std::int64_t d_;
};

}  // namespace

const config::Entry<ProblemSpec> styblinski_tang_entry{
    "styblinski_tang",
    "Styblinski and Tang's function, two unequal minima in each coordinate; the least is −39.166 d at centre "
    "− 2.9035 (1, …, 1)",
    "M. A. Styblinski, T.-S. Tang, Experiments in nonconvex optimization: stochastic approximation with "
    "function smoothing and simulated annealing, Neural Networks 3(4), 1990",
    R"({"kind": "styblinski_tang", "dimension": 3})", []() -> std::shared_ptr<ProblemSpec> {
      return std::make_shared<PlainTestFunctionSpec<StyblinskiTang>>();
    }};

}  // namespace taubar::problem
