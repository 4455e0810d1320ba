// The moments of the kept draws against those of the law with density ∝ exp(−F/T), where these are known.
#include <algorithm>
#include <cmath>
#include <limits>

#include "core/metric/gaussian_distance.hpp"
#include "core/metric/metric.hpp"
#include "core/trace/chains.hpp"

namespace taubar::metric {
namespace {

/// R d²: above it evenly spaced draws stand for all.
constexpr double most_moment_work = 2e9;

std::optional<problem::KnownLaw> law_of(const Snapshot& s) {
  if (s.draws.empty() || s.goal.problem == nullptr || !(s.temperature > 0)) return std::nullopt;
  return s.goal.problem->law(s.temperature);
}
bool has_law(const Snapshot& s) { return law_of(s).has_value(); }
bool has_normal_law(const Snapshot& s) {
  const auto law = law_of(s);
  return law && law->gaussian;
}

/// Nothing of fewer than four draws.
std::optional<trace::Moments> moments(const Snapshot& s) {
  const double d = static_cast<double>(s.draws.front()->dimension());
  const Matrix points = trace::pooled_draws(s.draws, static_cast<std::int64_t>(std::max(1000.0, most_moment_work / (d * d))));
  if (points.rows() < 4) return std::nullopt;
  return trace::moments_of(points);
}

/// f(moments of the draws, law)
template <class Distance>
double compared(const Snapshot& s, const Distance& distance) {
  const auto own = moments(s);
  return own ? distance(*own, *law_of(s)) : std::numeric_limits<double>::quiet_NaN();
}

double mean_error(const Snapshot& s) {
  return compared(s, [](const trace::Moments& own, const problem::KnownLaw& law) { return (own.mean - law.mean).norm(); });
}
double covariance_error(const Snapshot& s) {
  return compared(s, [](const trace::Moments& own, const problem::KnownLaw& law) {
    return (own.covariance - law.covariance).norm() / law.covariance.norm();
  });
}
double distance_of_moments(const Snapshot& s) {
  return compared(s, [](const trace::Moments& own, const problem::KnownLaw& law) {
    if (!own.covariance.allFinite()) return std::numeric_limits<double>::quiet_NaN();
    return gaussian_distance(own.mean, own.covariance, law.mean, law.covariance);
  });
}

}  // namespace

extern const Metric posterior_covariance_error, posterior_mean_error, wasserstein_2;

const Metric posterior_covariance_error{"posterior_covariance_error",
                                        "‖Ĉ − C‖_F/‖C‖_F of the kept draws of all hosts, each draw weighing alike; at most 2e9/d² of them",
                                        "", Cost::draws, has_law, covariance_error};
const Metric posterior_mean_error{"posterior_mean_error", "‖mean of the same draws − mean of the law‖₂", "", Cost::draws, has_law,
                                  mean_error};
const Metric wasserstein_2{"wasserstein_2",
                           "2-Wasserstein distance from the normal law to the normal law with the moments of the same draws: at most "
                           "that of the draws themselves",
                           "Dowson, Landau, Journal of Multivariate Analysis 1982; Gelbrich, Mathematische Nachrichten 1990",
                           Cost::draws, has_normal_law, distance_of_moments};

}  // namespace taubar::metric
