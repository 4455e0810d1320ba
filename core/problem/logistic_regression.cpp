// f(x) = (1/N) Σ_s log(1 + exp(−y_s a_sᵀx)) + (l2/2)‖x‖², y_s = +1 for the positive class, −1 for the rest.
#include <fmt/format.h>

#include <algorithm>

#include "core/base/error.hpp"
#include "core/config/fields.hpp"
#include "core/problem/data_problem.hpp"
#include "core/problem/entries.hpp"

namespace taubar::problem {
namespace {

struct LogisticRegression final : DataProblemSpec {
  data::Targets targets() const override { return data::Targets::classes; }
  bool takes_positive_class() const override { return true; }
  Task task(std::vector<double> labels, const std::string& source) const override {
    const double positive = positive_class(labels, source);
    for (double& label : labels) label = label == positive ? 1.0 : -1.0;
    return {logistic_loss(), std::move(labels)};
  }

 private:
  double positive_class(const std::vector<double>& labels, const std::string& source) const {
    if (data.positive_class) {
      if (std::find(labels.begin(), labels.end(), *data.positive_class) == labels.end())
        throw InputError(fmt::format("{}: no sample has the label {} of \"positive_class\"", source,
                                     *data.positive_class));
      return *data.positive_class;
    }
    return classes_of(labels, 2, source,
                      "two are accepted, or \"positive_class\" names the one against the rest")
        .back();
  }
};

}  // namespace

const config::Entry<ProblemSpec> logistic_regression_entry{
    "logistic_regression", "two-class linear classification with loss log(1+exp(−y aᵀx))", "",
    R"({"kind": "logistic_regression", "l2": 1e-2, "data": {"generator": "gaussian", "rows": 120, "dimension": 6}})",
    []() -> std::shared_ptr<ProblemSpec> { return std::make_shared<LogisticRegression>(); }};

}  // namespace taubar::problem
