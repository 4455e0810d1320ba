#include "core/algorithm/token_optimizer.hpp"

#include "core/base/math.hpp"

namespace taubar::algorithm {

using Optimizer = TokenSgdOptions::Optimizer;

int moments_of(Optimizer optimizer) {
  if (optimizer == Optimizer::sgd) return 0;
  return optimizer == Optimizer::heavy_ball ? 1 : 2;
}

void improve(VectorView theta, VectorView g, VectorStack& moments, std::int64_t n, double alpha, const TokenSgdOptions& options) {
  const double m = options.momentum, r = options.second_moment;
  switch (options.optimizer) {
    case Optimizer::sgd: theta -= alpha * g; return;
    case Optimizer::heavy_ball:
      moments[0] = m * moments[0] + g;
      theta -= alpha * moments[0];
      return;
    case Optimizer::adam: {
      moments[0] = m * moments[0] + (1 - m) * g;
      moments[1] = r * moments[1] + (1 - r) * g.cwiseAbs2();
      const double steps = static_cast<double>(n + 1);
      const double first = 1 / (1 - math::pow(m, steps)), second = 1 / (1 - math::pow(r, steps));
      theta.array() -= alpha * first * moments[0].array() / ((second * moments[1].array()).sqrt() + options.epsilon);
      return;
    }
  }
}

}  // namespace taubar::algorithm
