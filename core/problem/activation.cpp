#include "core/problem/activation.hpp"

#include "core/base/math.hpp"

namespace taubar::problem {
namespace {

double sigmoid_of(double z) {
  if (z >= 0) return 1 / (1 + math::exp(-z));
  const double e = math::exp(z);
  return e / (1 + e);
}

double softplus_of(double z) { return z > 0 ? z + math::log1p(math::exp(-z)) : math::log1p(math::exp(z)); }

template <class Function>
void replace_each(double* z, std::int64_t size, const Function& f) {
  for (std::int64_t k = 0; k < size; ++k) z[k] = f(z[k]);
}

}  // namespace

void activate(Activation kind, double* z, std::int64_t size) {
  switch (kind) {
    case Activation::tanh:
      return replace_each(z, size, math::tanh);
    case Activation::relu:
      return replace_each(z, size, [](double x) { return x < 0 ? 0.0 : x; });  // NaN stays
    case Activation::sigmoid:
      return replace_each(z, size, sigmoid_of);
    case Activation::softplus:
      return replace_each(z, size, softplus_of);
  }
}

void times_slope(Activation kind, const double* h, double* delta, std::int64_t size) {
  for (std::int64_t k = 0; k < size; ++k) switch (kind) {
      case Activation::tanh:
        delta[k] *= 1 - h[k] * h[k];
        break;
      case Activation::relu:
        delta[k] *= h[k] > 0 ? 1.0 : 0.0;
        break;
      case Activation::sigmoid:
        delta[k] *= h[k] * (1 - h[k]);
        break;
      case Activation::softplus:
        delta[k] *= -math::expm1(-h[k]);
        break;
    }
}

}  // namespace taubar::problem
