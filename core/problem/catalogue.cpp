#include "core/config/fields.hpp"
#include "core/problem/entries.hpp"
#include "core/problem/problem_spec.hpp"

namespace taubar::problem {

const config::Catalogue<ProblemSpec>& problems() {
  static const config::Entry<ProblemSpec>* const entries[] = {
      &ackley_entry,
      &bayesian_logistic_regression_entry,
      &bayesian_neural_network_entry,
      &double_well_entry,
      &gaussian_entry,
      &gaussian_mixture_entry,
      &griewank_entry,
      &hartmann6_entry,
      &least_squares_entry,
      &logistic_regression_entry,
      &neural_network_entry,
      &quadratic_entry,
      &rastrigin_entry,
      &rosenbrock_entry,
      &softmax_regression_entry,
      &styblinski_tang_entry,
  };
  static const config::Catalogue<ProblemSpec> catalogue("problem", entries);
  return catalogue;
}

void ProblemSpec::common_fields(config::Fields& f) {
  f.object("initial", initial, "where the agents start");
  f.object("gradient", gradient, "how agents estimate their gradients");
  f.one_of<bool>("objective", objective_is_sum, {{"mean", false}, {"sum", true}},
                 "sum: reported F, L and mu are n times those of the mean; local functions stay as they are");
}

double reported_factor(const ProblemSpec& spec, std::int64_t agents) {
  return spec.objective_is_sum ? static_cast<double>(agents) : 1.0;
}

}  // namespace taubar::problem
