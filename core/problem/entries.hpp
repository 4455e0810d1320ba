// The entries of the axis "problem", each defined in its own file.
#pragma once
#include "core/problem/problem_spec.hpp"

namespace taubar::problem {

extern const config::Entry<ProblemSpec> least_squares_entry;
extern const config::Entry<ProblemSpec> logistic_regression_entry;
extern const config::Entry<ProblemSpec> quadratic_entry;
extern const config::Entry<ProblemSpec> softmax_regression_entry;

}  // namespace taubar::problem
