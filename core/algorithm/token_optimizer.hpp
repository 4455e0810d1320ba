// How a gradient moves a token's iterate (the recursions stand in token_sgd.cpp), and the moments that travel with it.
#pragma once
#include "core/algorithm/builders.hpp"
#include "core/algorithm/vector_stack.hpp"

namespace taubar::algorithm {

/// v, s: how many of them the optimizer has.
int moments_of(TokenSgdOptions::Optimizer optimizer);

/// θ_n → θ_{n+1}, with step size α(n).
void improve(VectorView theta, VectorView g, VectorStack& moments, std::int64_t n, double alpha, const TokenSgdOptions& options);

}  // namespace taubar::algorithm
