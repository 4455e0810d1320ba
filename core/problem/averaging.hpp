// Averaging as minimisation: f_i(x) = ½‖x − x_i(0)‖², whose F has its minimiser at the mean of the x_i(0).
#pragma once
#include <memory>

#include "core/problem/objective.hpp"

namespace taubar::problem {

/// The problem of the push-sum averaging method; `initial` is n×d.
std::shared_ptr<const Problem> averaging(const Matrix& initial);

}  // namespace taubar::problem
