// The server of asynchronous methods that apply each gradient as it comes: it holds x ∈ R^d and k, its updates so far.
//   start:                          send x^0 to every worker
//   on g from worker i, asked at x^{k−τ}:
//       x^{k+1} = x^k − α g,  k ← k + 1      with the step α that the rule gives a gradient of delay τ; or g is dropped
//       send the present x to worker i
// Duplicates are ignored; a lost message stops one worker for ever, and the others go on.
#pragma once
#include <functional>
#include <optional>

#include "core/algorithm/algorithm.hpp"

namespace taubar::algorithm {

/// The step α for update number k = 0, 1, … with a gradient of that delay; nothing: the gradient is dropped.
using DelayRule = std::function<std::optional<double>(std::int64_t k, std::int64_t delay)>;

/// n GradientWorkers, then the server; all start at the mean of the initial iterates.
Programs build_first_come(const Inputs& inputs, DelayRule rule);
/// Bytes of one worker and of its share of the server, an upper estimate.
double expected_bytes_of_first_come(const Scale& scale);

}  // namespace taubar::algorithm
