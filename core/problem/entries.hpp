// The entries of the axis "problem", each defined in its own file.
#pragma once
#include "core/problem/problem_spec.hpp"

namespace taubar::problem {

extern const config::Entry<ProblemSpec> ackley_entry;
extern const config::Entry<ProblemSpec> bayesian_logistic_regression_entry;
extern const config::Entry<ProblemSpec> bayesian_neural_network_entry;
extern const config::Entry<ProblemSpec> double_well_entry;
extern const config::Entry<ProblemSpec> gaussian_entry;
extern const config::Entry<ProblemSpec> gaussian_mixture_entry;
extern const config::Entry<ProblemSpec> griewank_entry;
extern const config::Entry<ProblemSpec> hartmann6_entry;
extern const config::Entry<ProblemSpec> least_squares_entry;
extern const config::Entry<ProblemSpec> logistic_regression_entry;
extern const config::Entry<ProblemSpec> neural_network_entry;
extern const config::Entry<ProblemSpec> quadratic_entry;
extern const config::Entry<ProblemSpec> rastrigin_entry;
extern const config::Entry<ProblemSpec> rosenbrock_entry;
extern const config::Entry<ProblemSpec> softmax_regression_entry;
extern const config::Entry<ProblemSpec> styblinski_tang_entry;

}  // namespace taubar::problem
