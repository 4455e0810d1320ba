#include "core/bound/floor/complexities.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include "core/base/math.hpp"

namespace taubar::bound::floor {
namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();

/// a/b with 0/0 = 0: no work takes no time.
double share(double a, double b) { return a == 0 ? 0 : a / b; }

struct Best {
  double seconds = infinite;
  std::int64_t workers = 0;
};

/// min_m [ h_m (a + b/m) ] = min_m [ (m a + b) / Σ_{i<=m} 1/τ_i ]
Best best_of_fastest(std::span<const double> tau, double a, double b) {
  std::vector<double> sorted(tau.begin(), tau.end());
  std::sort(sorted.begin(), sorted.end());
  double rate = 0;
  Best best;
  for (std::size_t m = 1; m <= sorted.size(); ++m) {
    rate += 1 / sorted[m - 1];
    const double seconds = share(static_cast<double>(m) * a + b, rate);
    if (seconds < best.seconds) best = {seconds, static_cast<std::int64_t>(m)};
  }
  return best;
}

double slowest(std::span<const double> tau) { return *std::max_element(tau.begin(), tau.end()); }
double count(std::span<const double> tau) { return static_cast<double>(tau.size()); }
double mean(std::span<const double> tau) { return std::accumulate(tau.begin(), tau.end(), 0.0) / count(tau); }

}  // namespace

Work nonconvex_work(double L, double delta, double sigma_squared, double epsilon) {
  return {L * delta / epsilon, sigma_squared * L * delta / (epsilon * epsilon)};
}

Work convex_work(double L, double distance, double sigma_squared, double epsilon) {
  return {std::sqrt(L / epsilon) * distance, sigma_squared * distance * distance / (epsilon * epsilon)};
}

Work strongly_convex_work(double L, double mu, double sigma_squared, double epsilon) {
  return {std::sqrt(L / mu), sigma_squared / (epsilon * mu)};
}

double homogeneous_time(std::span<const double> tau, Work work) {
  return best_of_fastest(tau, work.steps, work.noise).seconds;
}

std::int64_t useful_workers(std::span<const double> tau, Work work) {
  return best_of_fastest(tau, work.steps, work.noise).workers;
}

double heterogeneous_time(std::span<const double> tau, Work work) {
  return slowest(tau) * work.steps + mean(tau) * work.noise / count(tau);
}

double minibatch_time(std::span<const double> tau, Work work) {
  return slowest(tau) * (work.steps + work.noise / count(tau));
}

double asynchronous_time(std::span<const double> tau, Work work) {
  double rate = 0;
  for (const double one : tau) rate += 1 / one;
  return share(count(tau) * work.steps + work.noise, rate);
}

double information_floor(std::span<const double> tau, double distance, double sigma_squared, double epsilon) {
  return sigma_squared * distance * distance / (256 * count(tau) * epsilon * epsilon) * mean(tau);
}

double rennala_iteration_time(std::span<const double> tau, double batch) {
  return 2 * best_of_fastest(tau, 1, batch).seconds;
}

double malenia_iteration_time(std::span<const double> tau, double batch) {
  return 2 * (slowest(tau) + mean(tau) * batch / count(tau));
}

RennalaPlan rennala_plan(double L, double mu, double sigma_squared, double distance_squared, double epsilon) {
  RennalaPlan plan;
  plan.step = 1 / L;
  plan.batch = std::max(1.0, std::ceil(4 * sigma_squared / (mu * L * epsilon)));
  // (1 − μ/(2L))^k R² <= ε/2
  const double start = 2 * distance_squared / epsilon;
  plan.iterations = start <= 1 ? 0 : std::ceil(math::log(start) / -math::log1p(-mu / (2 * L)));
  return plan;
}

RingmasterPlan ringmaster_plan(double L, double delta, double sigma_squared, double epsilon) {
  const double R = std::max(1.0, std::ceil(sigma_squared / epsilon));
  RingmasterPlan plan;
  plan.threshold = R;
  plan.step = 1 / (2 * R * L);
  if (sigma_squared > 0) plan.step = std::min(plan.step, epsilon / (4 * L * sigma_squared));
  plan.updates = std::ceil(8 * R * L * delta / epsilon + 16 * sigma_squared * L * delta / (epsilon * epsilon));
  return plan;
}

}  // namespace taubar::bound::floor
