// f(x) = (1/N) Σ_s ½ (a_sᵀx − b_s)² + (l2/2)‖x‖², a_s ∈ ℝ^d the features, b_s the label as a number.
#include "core/problem/data_problem.hpp"
#include "core/problem/entries.hpp"

namespace taubar::problem {
namespace {

struct LeastSquares final : DataProblemSpec {
  data::Targets targets() const override { return data::Targets::numbers; }
  Task task(std::vector<double> labels, const std::string&) const override {
    return {squared_loss(), std::move(labels)};
  }
};

}  // namespace

const config::Entry<ProblemSpec> least_squares_entry{
    "least_squares", "linear regression with loss ½(aᵀx−b)²", "",
    R"({"kind": "least_squares", "l2": 1e-3, "data": {"generator": "gaussian", "rows": 120, "dimension": 6}})",
    []() -> std::shared_ptr<ProblemSpec> { return std::make_shared<LeastSquares>(); }};

}  // namespace taubar::problem
