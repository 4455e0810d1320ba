// What a unit of a network makes of the sum that reaches it.
#pragma once
#include <cstdint>

namespace taubar::problem {

/// tanh z; max(0, z); 1/(1+e⁻ᶻ); log(1+eᶻ).
enum class Activation { tanh, relu, sigmoid, softplus };

/// z ← φ(z), entry by entry.
void activate(Activation kind, double* z, std::int64_t size);

/// δ ← δ φ'(z), entry by entry, from h = φ(z): 1 − h²; 1 for h > 0, else 0; h (1 − h); 1 − e⁻ʰ. relu has slope 0 at 0.
void times_slope(Activation kind, const double* h, double* delta, std::int64_t size);

}  // namespace taubar::problem
