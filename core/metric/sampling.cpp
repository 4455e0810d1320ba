// What the kept draws are worth by themselves: effective sample sizes, agreement of chains, and the kernel Stein discrepancy.
#include <algorithm>
#include <cmath>
#include <limits>

#include "core/metric/effective_sample_size.hpp"
#include "core/metric/metric.hpp"
#include "core/metric/stein.hpp"
#include "core/trace/chains.hpp"

namespace taubar::metric {
namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();
/// Of more, evenly spaced ones stand for all; a metric then takes about a second at most.
constexpr std::int64_t most_chains = 256, most_length = 4096;
constexpr double most_values = 2e6;  ///< draws × coordinates
constexpr std::int64_t most_points = 500;
/// Multiplications, about, that the gradients of F at the points take.
constexpr double most_gradient_work = 2e9;

bool samples(const Snapshot& s) { return !s.draws.empty(); }
bool has_target(const Snapshot& s) { return samples(s) && s.goal.problem != nullptr && s.temperature > 0; }

/// The worst of a diagnostic over coordinates; NaN if it is NaN for one.
template <class Diagnostic, class Worse>
double worst(const Snapshot& s, double best, const Diagnostic& diagnostic, const Worse& worse) {
  const trace::Chains chains(s.draws, most_chains, most_length);
  const double each = static_cast<double>(chains.chains() * chains.length());
  const auto d = chains.dimension();
  const auto affordable = static_cast<std::int64_t>(most_values / std::max(1.0, each));
  const std::int64_t taken = std::clamp<std::int64_t>(affordable, 1, d);
  double value = best;
  for (std::int64_t c = 0; c < taken; ++c) {
    const double of = diagnostic(chains.coordinate(c * d / taken));
    if (of != of) return of;
    if (worse(of, value)) value = of;
  }
  return value;
}

/// The smallest over coordinates; chains that were left out count like the others.
template <class Size>
double smallest_size(const Snapshot& s, const Size& size) {
  const trace::Chains all(s.draws);
  const double share = static_cast<double>(std::min(all.all_chains(), most_chains)) / static_cast<double>(all.all_chains());
  return worst(s, infinite, size, [](double a, double b) { return a < b; }) / share;
}

double stein(const Snapshot& s) {
  double work = static_cast<double>(s.goal.problem->dimension());
  double local = 0;
  for (AgentId i = 0; i < s.goal.problem->agents(); ++i) local += static_cast<double>(s.goal.problem->local_samples(i));
  work *= std::max(1.0, local);
  const auto affordable = static_cast<std::int64_t>(std::max(50.0, most_gradient_work / work));
  const Matrix points = trace::pooled_draws(s.draws, std::min(most_points, affordable));
  Matrix scores(points.rows(), points.cols());
  Vector g(points.cols());
  for (Eigen::Index r = 0; r < points.rows(); ++r) {
    s.goal.problem->gradient(points.row(r).transpose(), g);
    scores.row(r) = -g.transpose() / s.temperature;
  }
  return kernel_stein_discrepancy(points, scores);
}

constexpr const char* diagnostics = "Vehtari, Gelman, Simpson, Carpenter, Bürkner, Bayesian Analysis 2021";

}  // namespace

extern const Metric effective_sample_size_of_bulk, effective_sample_size_of_tail, largest_r_hat, relative_mcse,
    stein_discrepancy;

const Metric effective_sample_size_of_bulk{
    "effective_sample_size",
    "independent draws that all kept draws are worth: rank-normalised (bulk), smallest over coordinates; a chain a particle, cut "
    "to the host with the fewest draws; at most 256 chains and 2e6 values, evenly spaced",
    diagnostics, Cost::draws, samples, [](const Snapshot& s) { return smallest_size(s, bulk_effective_sample_size); }};
const Metric effective_sample_size_of_tail{
    "effective_sample_size_tail", "the same for the quantiles 0.05 and 0.95: the smaller", diagnostics, Cost::draws, samples,
    [](const Snapshot& s) { return smallest_size(s, tail_effective_sample_size); }};
const Metric largest_r_hat{
    "r_hat", "rank-normalised split R-hat, of draws and of distances from the median: largest over coordinates; 1 where chains agree",
    diagnostics, Cost::draws, samples,
    [](const Snapshot& s) { return worst(s, 0, r_hat, [](double a, double b) { return a > b; }); }};
const Metric relative_mcse{
    "relative_mcse", "Monte-Carlo standard error of the mean / standard deviation: 1/√ESS of the mean, largest over coordinates",
    diagnostics, Cost::draws, samples,
    [](const Snapshot& s) { return 1 / std::sqrt(smallest_size(s, effective_sample_size)); }};
const Metric stein_discrepancy{
    "kernel_stein_discrepancy",
    "of the kept draws from exp(−F/T), kernel (1 + ‖x − y‖²)^(−1/2); of at most 500 draws, evenly spaced, and fewer where "
    "their gradients take seconds",
    "Gorham, Mackey, ICML 2017", Cost::draws, has_target, stein};

}  // namespace taubar::metric
