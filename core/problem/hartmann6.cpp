// f(y) = −Σ_i α_i exp(−Σ_j A_ij (y_j − P_ij)²), y ∈ ℝ⁶, four wells; the least is −3.3223680114155147. Of one
// term with q = the inner sum, ‖∇²‖ <= max_j A_ij · α_i · max(2, (4q−2)) e^(−q) = 2 α_i max_j A_ij; L is
// their sum.
#include <algorithm>

#include "core/base/math.hpp"
#include "core/problem/entries.hpp"
#include "core/problem/test_function.hpp"

namespace taubar::problem {
namespace {

class Hartmann6 final : public TestFunction {
 public:
  std::int64_t dimension() const override { return 6; }
  double value(const ConstVectorRef& y) const override {
    double sum = 0;
    for (int i = 0; i < 4; ++i) sum -= well(i, y);
    return sum;
  }
  void gradient(const ConstVectorRef& y, VectorRef g) const override {
    g.setZero();
    for (int i = 0; i < 4; ++i) {
      const double depth = well(i, y);
      for (int j = 0; j < 6; ++j) g[j] += 2 * depth * curvature[i][j] * (y[j] - place[i][j]);
    }
  }
  /// Rounded from 50 digits of Newton's method.
  Vector minimiser() const override {
    Vector y(6);
    y << 0.20168951100670543, 0.15001069182345797, 0.476873974221897, 0.2753324304940561, 0.31165161660011326,
        0.6573005340656203;
    return y;
  }
  double smoothness() const override {
    double sum = 0;
    for (int i = 0; i < 4; ++i) sum += 2 * weight[i] * *std::max_element(curvature[i], curvature[i] + 6);
    return sum;
  }
  void add_to(ContentHash& hash) const override { hash.text("hartmann6"); }

 private:
  static constexpr double weight[4] = {1, 1.2, 3, 3.2};  // α
  static constexpr double curvature[4][6] = {            // A
                                             {10, 3, 17, 3.5, 1.7, 8},
                                             {0.05, 10, 17, 0.1, 8, 14},
                                             {3, 3.5, 1.7, 10, 17, 8},
                                             {17, 8, 0.05, 10, 0.1, 14}};
  static constexpr double place[4][6] = {// P
                                         {0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886},
                                         {0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991},
                                         {0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.6650},
                                         {0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381}};

  static double well(int i, const ConstVectorRef& y) {
    double sum = 0;
    for (int j = 0; j < 6; ++j) sum += curvature[i][j] * (y[j] - place[i][j]) * (y[j] - place[i][j]);
    return weight[i] * math::exp(-sum);
  }
};

struct Hartmann6Spec final : TestFunctionSpec {
  Hartmann6Spec() { dimension = 6; }
  std::unique_ptr<const TestFunction> function() const override { return std::make_unique<Hartmann6>(); }
  bool any_dimension() const override { return false; }
};

}  // namespace

const config::Entry<ProblemSpec> hartmann6_entry{
    "hartmann6", "Hartmann's function of six variables, four wells of which one is the least, −3.32237",
    "J. K. Hartman, Some experiments in global optimization, Naval Research Logistics Quarterly 20(3), 1973; "
    "L. C. W. Dixon, "
    "G. P. Szegö, The global optimization problem: an introduction, Towards Global Optimisation 2, 1978",
    R"({"kind": "hartmann6", "initial": {"kind": "values", "values": [0.2, 0.2, 0.5, 0.3, 0.3, 0.6]}})",
    []() -> std::shared_ptr<ProblemSpec> { return std::make_shared<Hartmann6Spec>(); }};

}  // namespace taubar::problem
