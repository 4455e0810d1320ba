// The server of synchronous methods: it holds x ∈ R^d, and in round k = 0, 1, …
//   sends x^k to every worker, waits for every g_i(x^k), and   x^{k+1} = x^k − α(k) (1/n) Σ_i g_i,
// summed in increasing i. Duplicates are ignored; a lost message stops everyone.
#pragma once
#include "core/algorithm/algorithm.hpp"
#include "core/algorithm/builders.hpp"

namespace taubar::algorithm {

/// n GradientWorkers of `batch` estimates a round, then the server; all start at the mean of the initial iterates.
Programs build_rounds(const Inputs& inputs, StepSize step_size, std::int64_t batch);
/// Bytes of one worker and of its share of the server, an upper estimate.
double expected_bytes_of_rounds(const Scale& scale, std::int64_t batch);

}  // namespace taubar::algorithm
