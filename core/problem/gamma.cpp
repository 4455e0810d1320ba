#include "core/problem/gamma.hpp"

#include <algorithm>
#include <cmath>

#include "core/base/math.hpp"

namespace taubar::problem {

// d (1 + c x)³ with d = shape − 1/3, c = 1/√(9d), x normal, accepted with log u < x²/2 + d − d v + d log v, v
// = (1+cx)³. Below 1: Gamma(shape) = Gamma(shape + 1) · U^(1/shape).
double log_gamma_draw(Stream& stream, double shape) {
  if (shape < 1) {
    const double above = log_gamma_draw(stream, shape + 1);
    return above + math::log(stream.uniform()) / shape;
  }
  const double d = shape - 1.0 / 3;
  const double c = 1 / std::sqrt(9 * d);
  while (true) {
    const double x = stream.normal();
    const double root = 1 + c * x;
    const double u = stream.uniform();
    if (root <= 0) continue;
    const double v = root * root * root;
    if (math::log(u) < 0.5 * x * x + d - d * v + d * math::log(v)) return math::log(d) + math::log(v);
  }
}

std::vector<double> dirichlet_draw(Stream& stream, std::size_t size, double concentration) {
  std::vector<double> share(size);
  for (auto& s : share) s = log_gamma_draw(stream, concentration);
  const double largest = *std::max_element(share.begin(), share.end());
  double sum = 0;
  for (auto& s : share) sum += s = math::exp(s - largest);
  for (auto& s : share) s /= sum;
  return share;
}

}  // namespace taubar::problem
