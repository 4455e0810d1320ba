// f(x) = (1/N) Σ_s log(1 + exp(−y_s a_sᵀx)) + (l2/2)‖x‖², y_s = +1 for the positive class, −1 for the rest.
#include "core/problem/data_problem.hpp"
#include "core/problem/entries.hpp"

namespace taubar::problem {
namespace {

struct LogisticRegression final : DataProblemSpec {
  data::Targets targets() const override { return data::Targets::classes; }
  bool takes_positive_class() const override { return true; }
  Task task(std::vector<double> labels, const std::string& source) const override {
    return two_class_task(std::move(labels), data.positive_class, source);
  }
};

}  // namespace

const config::Entry<ProblemSpec> logistic_regression_entry{
    "logistic_regression", "two-class linear classification with loss log(1+exp(−y aᵀx))", "",
    R"({"kind": "logistic_regression", "l2": 1e-2, "data": {"generator": "gaussian", "rows": 120, "dimension": 6}})",
    []() -> std::shared_ptr<ProblemSpec> { return std::make_shared<LogisticRegression>(); }};

}  // namespace taubar::problem
