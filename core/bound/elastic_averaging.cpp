#include "core/bound/elastic_averaging.hpp"

#include <cmath>

#include "core/base/math.hpp"
#include "core/bound/server_assumptions.hpp"

namespace taubar::bound {

ElasticRoots elastic_roots(double workers, double step_times_h, double alpha) {
  const double a = step_times_h + (workers + 1) * alpha, c2 = step_times_h * workers * alpha;
  const double root = std::sqrt(a * a - 4 * c2);
  return {1 - (a - root) / 2, 1 - (a + root) / 2};
}

double centre_variance(double workers, double step, double curvature, double alpha) {
  const double beta = workers * alpha, a = step * curvature + beta + alpha, c2 = step * curvature * beta;
  return beta * step / (workers * curvature) * (2 - a + c2) / ((a - c2) * (4 - 2 * a + c2));
}

double centre_variance_of_many(double step, double curvature, double beta) {
  const double u = step * curvature;
  return beta * u / ((2 - beta) * (2 - u)) * (2 - beta - u + beta * u) / (beta + u - beta * u) / (curvature * curvature);
}

double centre_variance_missing(const ElasticRoots& roots, double rounds) {
  // Σ_{j>=k} (γ^j − φ^j)² over Σ_{j>=1}; the noise of round s is in x̃^K with j = K − 1 − s.
  const auto [gamma, phi] = roots;
  const auto power = [](double x, double k) { return math::exp(k * math::log(x * x) / 2); };
  const auto tail = [&](double k) {
    const double gg = power(gamma, 2 * k), pp = power(phi, 2 * k), sign = gamma * phi < 0 && std::fmod(k, 2) != 0 ? -1 : 1;
    return gg / (1 - gamma * gamma) + pp / (1 - phi * phi) - 2 * sign * power(gamma * phi, k) / (1 - gamma * phi);
  };
  return tail(rounds) / tail(1);
}

double largest_elasticity_of_rounds(double workers, double step_times_h) {
  // φ = −1, that is 4 − 2a + c² = 0
  return (4 - 2 * step_times_h) / (2 * (workers + 1) - workers * step_times_h);
}

double largest_elasticity_of_turns(double step_times_h) { return largest_elasticity_of_rounds(1, step_times_h); }

bool assume_elastic_averaging(Verdict& verdict, const Setting& setting, std::int64_t steps) {
  if (!assume_method(verdict, setting, "elastic_averaging_sgd")) return !verdict.declined();
  const double step = setting.method.step(0);
  std::int64_t same = 1;
  while (same < steps && setting.method.step(same) == step) ++same;
  return verdict.assume("step size", "the same at every local step",
                        same >= steps ? figure(step) : figure(step) + ", another at t = " + std::to_string(same), same >= steps);
}

double elastic_start(const Setting& setting) {
  double squares = (starting_point(setting) - *setting.minimiser).squaredNorm();
  for (Eigen::Index i = 0; i < setting.initial->rows(); ++i)
    squares += (setting.initial->row(i).transpose() - *setting.minimiser).squaredNorm();
  return std::sqrt(squares);
}

}  // namespace taubar::bound
