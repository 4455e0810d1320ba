#include "sim/sweep/statistics.hpp"

#include <algorithm>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <limits>

namespace taubar::sweep {
namespace {

/// P(B < k) for B binomial with n and ½, by its sum from below.
double lower_half_tail(std::size_t k, std::size_t n) {
  double sum = 0, log_term = -static_cast<double>(n) * std::log(2.0);
  for (std::size_t j = 0; j < k; ++j) {
    sum += std::exp(log_term);
    log_term += std::log(static_cast<double>(n - j)) - std::log(static_cast<double>(j + 1));
  }
  return sum;
}

/// The largest k >= 1 of the interval, or 0 where even the extremes are too near together.
std::size_t rank_of_interval(std::size_t n, double level) {
  std::size_t k = 0;
  while (k < n / 2 && 2 * lower_half_tail(k + 1, n) <= (1 - level) * (1 + 1e-12)) ++k;
  return k;
}

double log_choose(std::size_t n, std::size_t k) {
  double sum = 0;
  for (std::size_t j = 1; j <= k; ++j) sum += std::log(static_cast<double>(n - k + j)) - std::log(static_cast<double>(j));
  return sum;
}

}  // namespace

std::optional<law::Interval> welch_interval(const std::vector<double>& x, const std::vector<double>& y, double level) {
  const auto of_x = law::sample_statistics(x), of_y = law::sample_statistics(y);
  if (!of_x.deviation || !of_y.deviation) return std::nullopt;
  const double m = static_cast<double>(x.size()), n = static_cast<double>(y.size());
  const double u = *of_x.deviation * *of_x.deviation / m, v = *of_y.deviation * *of_y.deviation / n;
  const double difference = of_y.mean - of_x.mean;
  if (!(u + v > 0)) return law::Interval{difference, difference};
  const double share = u / (u + v);  // so that nothing underflows
  const double freedom = 1 / (share * share / (m - 1) + (1 - share) * (1 - share) / (n - 1));
  const double half =
      boost::math::quantile(boost::math::complement(boost::math::students_t(freedom), (1 - level) / 2)) * std::sqrt(u + v);
  return law::Interval{difference - half, difference + half};
}

std::optional<law::Interval> median_interval(std::vector<double> low, std::vector<double> high, double level) {
  const std::size_t n = low.size(), k = rank_of_interval(n, level);
  if (k == 0) return std::nullopt;
  std::sort(low.begin(), low.end());
  std::sort(high.begin(), high.end());
  return law::Interval{low[k - 1], high[n - k]};
}

std::size_t least_for_median(double level) {
  std::size_t n = 2;
  while (rank_of_interval(n, level) == 0) ++n;
  return n;
}

double median_of_any(std::vector<double> values) {
  if (values.empty()) return std::numeric_limits<double>::quiet_NaN();
  std::sort(values.begin(), values.end());
  const std::size_t half = values.size() / 2;
  const double above = values[half];
  if (values.size() % 2 == 1 || values[half - 1] == above) return above;
  return values[half - 1] + (above - values[half - 1]) / 2;
}

double fisher_probability(std::size_t a, std::size_t m, std::size_t b, std::size_t n) {
  const std::size_t together = a + b;
  const auto log_probability = [&](std::size_t of_first) {
    return log_choose(m, of_first) + log_choose(n, together - of_first) - log_choose(m + n, together);
  };
  const double own = log_probability(a);
  double sum = 0;
  for (std::size_t i = together > n ? together - n : 0; i <= std::min(m, together); ++i)
    if (const double other = log_probability(i); other <= own + 1e-9) sum += std::exp(other);
  return std::min(sum, 1.0);
}

}  // namespace taubar::sweep
