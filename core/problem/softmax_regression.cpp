// f(W) = (1/N) Σ_s [log Σ_c exp(W_c·a_s) − W_{y_s}·a_s] + (l2/2)‖W‖²: K classes, labels ascending; x = W row
// by row.
#include <algorithm>

#include "core/problem/data_problem.hpp"
#include "core/problem/entries.hpp"

namespace taubar::problem {
namespace {

constexpr std::size_t max_classes = 1000;

struct SoftmaxRegression final : DataProblemSpec {
  SoftmaxRegression() {
    data.generator = data::Generator::forest_cover;
    data.rows = 4000;
  }
  data::Targets targets() const override { return data::Targets::classes; }
  Task task(std::vector<double> labels, const std::string& source) const override {
    const auto classes = classes_of(labels, max_classes, source, "at most that many classes are accepted");
    for (double& label : labels)
      label = static_cast<double>(std::lower_bound(classes.begin(), classes.end(), label) - classes.begin());
    return {softmax_loss(static_cast<std::int64_t>(classes.size())), std::move(labels)};
  }
};

}  // namespace

const config::Entry<ProblemSpec> softmax_regression_entry{
    "softmax_regression", "multi-class linear classification with loss log Σ_c exp(W_c·a) − W_y·a", "",
    R"({"kind": "softmax_regression", "l2": 1e-2,
        "data": {"generator": "forest_cover", "rows": 120, "scale": "minmax"}})",
    []() -> std::shared_ptr<ProblemSpec> { return std::make_shared<SoftmaxRegression>(); }};

}  // namespace taubar::problem
