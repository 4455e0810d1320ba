#include "sim/law/goodness.hpp"

#include <algorithm>

#include "core/base/random.hpp"

namespace taubar::law {
namespace {

constexpr int enough_as_far = 20;

/// The kind's place in the list of kinds names its streams.
std::uint64_t number_of(std::string_view kind) {
  const auto& all = fitted_kinds();
  return static_cast<std::uint64_t>(std::find(all.begin(), all.end(), kind) - all.begin()) + 1;
}

std::vector<double> drawn(const Law& law, std::size_t count, Stream stream) {
  std::vector<double> samples(count);
  for (double& x : samples) x = law.quantile(stream.uniform());
  std::sort(samples.begin(), samples.end());
  return samples;
}

/// The distance of samples from the law of that kind fitted to them; 1, the greatest, where there is none.
double distance_from_own_fit(std::string_view kind, const std::vector<double>& sorted) {
  const auto own = maximum_likelihood(kind, sorted);
  return own ? kolmogorov_distance(sorted, *law_of(own->json())) : 1;
}

}  // namespace

double kolmogorov_distance(const std::vector<double>& sorted, const Law& law) {
  const double n = static_cast<double>(sorted.size());
  double distance = 0;
  for (std::size_t i = 0; i < sorted.size();) {
    std::size_t next = i;
    while (next < sorted.size() && sorted[next] == sorted[i]) ++next;
    const double below = law.cdf(sorted[i]);
    distance = std::max({distance, below - static_cast<double>(i) / n, static_cast<double>(next) / n - below});
    i = next;
  }
  return distance;
}

void judge(Candidate& candidate, const std::vector<double>& sorted, const FitOptions& options) {
  candidate.distance = 1;
  candidate.p = 1.0 / (1 + options.bootstraps);
  const auto fitted = maximum_likelihood(candidate.kind, sorted);
  if (!fitted) return;
  const auto law = law_of(fitted->json());
  candidate.distance = kolmogorov_distance(sorted, *law);
  int as_far = 0;
  for (int b = 1; b <= options.bootstraps; ++b) {
    const Stream stream(options.seed, Purpose::goodness_of_fit, number_of(candidate.kind), static_cast<std::uint64_t>(b));
    as_far += distance_from_own_fit(candidate.kind, drawn(*law, sorted.size(), stream)) >= candidate.distance;
    candidate.p = as_far < enough_as_far ? (1.0 + as_far) / (1 + options.bootstraps) : static_cast<double>(as_far) / b;
    if (as_far == enough_as_far) return;
  }
}

// Selection sampling (Fan, Muller and Rezucha, JASA 1962).
std::vector<double> thinned(const std::vector<double>& samples, std::size_t count, std::uint64_t seed) {
  if (samples.size() <= count) return samples;
  std::vector<double> chosen;
  chosen.reserve(count);
  Stream stream(seed, Purpose::goodness_of_fit);
  for (std::size_t i = 0; chosen.size() < count; ++i)
    if (stream.below(samples.size() - i) < count - chosen.size()) chosen.push_back(samples[i]);
  return chosen;
}

}  // namespace taubar::law
