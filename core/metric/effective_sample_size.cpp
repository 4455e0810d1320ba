#include "core/metric/effective_sample_size.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "core/base/math.hpp"

namespace taubar::metric {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr Eigen::Index fewest_draws = 4;

bool usable(const Matrix& chains) {
  return chains.rows() > 0 && chains.cols() >= fewest_draws && chains.allFinite() && chains.minCoeff() < chains.maxCoeff();
}

/// 2S×n; the middle draw of an odd number belongs to none.
Matrix halves_of(const Matrix& chains) {
  const Eigen::Index n = chains.cols() / 2;
  Matrix halves(2 * chains.rows(), n);
  for (Eigen::Index s = 0; s < chains.rows(); ++s) {
    halves.row(2 * s) = chains.row(s).head(n);
    halves.row(2 * s + 1) = chains.row(s).tail(n);
  }
  return halves;
}

/// W and V.
struct Spread {
  explicit Spread(const Matrix& halves)
      : centred(halves.colwise() - halves.rowwise().mean()) {
    const double n = static_cast<double>(halves.cols());
    const Vector means = halves.rowwise().mean();
    within = centred.squaredNorm() / static_cast<double>(halves.rows()) / (n - 1);
    const double between = (means.array() - means.mean()).square().sum() / static_cast<double>(halves.rows() - 1);
    whole = (n - 1) / n * within + between;
  }
  /// ρ_t
  double correlation(Eigen::Index lag) const {
    const Eigen::Index n = centred.cols();
    double sum = 0;
    for (Eigen::Index s = 0; s < centred.rows(); ++s)
      sum += centred.row(s).head(n - lag).dot(centred.row(s).tail(n - lag));
    return 1 - (within - sum / static_cast<double>(centred.size())) / whole;
  }
  Matrix centred;
  double within = 0, whole = 0;
};

/// Σ_h ρ_h over all lags of both signs, from below 1/log10(draws): negative correlations do not make draws worth any number.
double correlation_time(const Spread& spread) {
  const Eigen::Index n = spread.centred.cols();
  double sum = 0, last = std::numeric_limits<double>::infinity(), rest = 0;
  for (Eigen::Index lag = 0; lag + 1 < n; lag += 2) {
    const double even = lag == 0 ? 1 : spread.correlation(lag), pair = even + spread.correlation(lag + 1);
    if (!(pair > 0)) {
      rest = std::max(0.0, even);
      break;
    }
    last = std::min(last, pair);
    sum += last;
  }
  return std::max(2 * sum - 1 + rest, 1 / math::log10(static_cast<double>(spread.centred.size())));
}

double size_of(const Matrix& halves) {
  const Spread spread(halves);
  if (!(spread.whole > 0)) return nan;
  return static_cast<double>(halves.size()) / correlation_time(spread);
}

double ratio_of(const Matrix& halves) {
  const Spread spread(halves);
  return std::sqrt(spread.whole / spread.within);
}

/// Normal scores of the ranks.
Matrix rank_normalised(const Matrix& values) {
  struct Place {
    double value;
    Eigen::Index at;
  };
  std::vector<Place> places(static_cast<std::size_t>(values.size()));
  for (Eigen::Index k = 0; k < values.size(); ++k) places[static_cast<std::size_t>(k)] = {values.data()[k], k};
  std::sort(places.begin(), places.end(), [](const Place& a, const Place& b) {
    return a.value < b.value || (a.value == b.value && a.at < b.at);
  });
  Matrix scores(values.rows(), values.cols());
  const double all = static_cast<double>(values.size()) + 0.25;
  for (std::size_t first = 0; first < places.size();) {
    std::size_t end = first + 1;
    while (end < places.size() && places[end].value == places[first].value) ++end;
    const double rank = static_cast<double>(first + 1 + end) / 2;  // the mean of first + 1 … end
    const double score = math::normal_quantile((rank - 0.375) / all);
    for (; first < end; ++first) scores.data()[places[first].at] = score;
  }
  return scores;
}

/// The quantile of all values, linear between two of them.
double quantile(const Matrix& values, double p) {
  std::vector<double> sorted(values.data(), values.data() + values.size());
  const double place = p * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>(below);
  std::nth_element(sorted.begin(), middle, sorted.end());
  if (below + 1 == sorted.size()) return *middle;
  const double next = *std::min_element(middle + 1, sorted.end());
  return *middle + (place - static_cast<double>(below)) * (next - *middle);
}

double size_for_quantile(const Matrix& chains, double p) {
  const double limit = quantile(chains, p);
  return size_of(halves_of((chains.array() <= limit).cast<double>().matrix()));
}

}  // namespace

double effective_sample_size(const Matrix& chains) { return usable(chains) ? size_of(halves_of(chains)) : nan; }

double bulk_effective_sample_size(const Matrix& chains) {
  return usable(chains) ? size_of(rank_normalised(halves_of(chains))) : nan;
}

double tail_effective_sample_size(const Matrix& chains) {
  if (!usable(chains)) return nan;
  const double low = size_for_quantile(chains, 0.05), high = size_for_quantile(chains, 0.95);
  return low != low || high != high ? nan : std::min(low, high);
}

double r_hat(const Matrix& chains) {
  if (!usable(chains)) return nan;
  const Matrix halves = halves_of(chains);
  const double middle = quantile(halves, 0.5);
  const double bulk = ratio_of(rank_normalised(halves));
  const double folded = ratio_of(rank_normalised((halves.array() - middle).abs().matrix()));
  return bulk != bulk || folded != folded ? nan : std::max(bulk, folded);
}

double plain_r_hat(const Matrix& chains) { return usable(chains) ? ratio_of(halves_of(chains)) : nan; }

}  // namespace taubar::metric
