// f(W) = (1/N) Σ_s [log Σ_c exp(W_c·a_s) − W_{y_s}·a_s] + (l2/2)‖W‖²: K classes, labels ascending; x = W row
// by row.
#include "core/problem/data_problem.hpp"
#include "core/problem/entries.hpp"

namespace taubar::problem {
namespace {

struct SoftmaxRegression final : DataProblemSpec {
  SoftmaxRegression() {
    data.generator = data::Generator::forest_cover;
    data.rows = 4000;
  }
  data::Targets targets() const override { return data::Targets::classes; }
  Task task(std::vector<double> labels, const std::string& source) const override {
    return many_class_task(std::move(labels), source);
  }
};

}  // namespace

const config::Entry<ProblemSpec> softmax_regression_entry{
    "softmax_regression", "multi-class linear classification with loss log Σ_c exp(W_c·a) − W_y·a", "",
    R"({"kind": "softmax_regression", "l2": 1e-2,
        "data": {"generator": "forest_cover", "rows": 120, "scale": "minmax"}})",
    []() -> std::shared_ptr<ProblemSpec> { return std::make_shared<SoftmaxRegression>(); }};

}  // namespace taubar::problem
