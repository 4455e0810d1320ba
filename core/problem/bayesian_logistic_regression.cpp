// U(x) = Σ_s log(1 + exp(−y_s a_sᵀx)) + ‖x‖²/(2σ²), y_s = +1 for the positive class, −1 for the rest: strongly
// convex, with its minimiser (the MAP point) by Newton's method; its law has no closed form.
#include "core/problem/entries.hpp"
#include "core/problem/posterior.hpp"

namespace taubar::problem {
namespace {

struct BayesianLogisticRegression final : PosteriorSpec {
  data::Targets targets() const override { return data::Targets::classes; }
  bool takes_positive_class() const override { return true; }
  Task task(std::vector<double> labels, const std::string& source) const override {
    return two_class_task(std::move(labels), data.positive_class, source);
  }
};

}  // namespace

const config::Entry<ProblemSpec> bayesian_logistic_regression_entry{
    "bayesian_logistic_regression",
    "posterior of two-class linear classification with a Gaussian prior: U = Σ log(1+exp(−y aᵀx)) + ‖x‖²/(2σ²)",
    "Gelman et al., Bayesian Data Analysis, 3rd edition, 2013, chapter 16",
    R"({"kind": "bayesian_logistic_regression", "prior_sigma": 2,
        "data": {"generator": "gaussian", "rows": 120, "dimension": 6, "held_out": 0.25}})",
    []() -> std::shared_ptr<ProblemSpec> { return std::make_shared<BayesianLogisticRegression>(); }};

}  // namespace taubar::problem
