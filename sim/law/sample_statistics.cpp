#include "sim/law/sample_statistics.hpp"

#include <algorithm>
#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <limits>

namespace taubar::law {
namespace {

double median_of(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : values[half - 1] + (values[half] - values[half - 1]) / 2;
}

}  // namespace

std::optional<double> SampleStatistics::half_width() const {
  if (!of_mean) return std::nullopt;
  return (of_mean->high - of_mean->low) / 2;
}

SampleStatistics sample_statistics(const std::vector<double>& values, double level) {
  SampleStatistics s;
  s.count = values.size();
  s.level = level;
  if (values.empty()) {
    s.mean = s.median = s.least = s.greatest = std::numeric_limits<double>::quiet_NaN();
    return s;
  }
  const auto n = static_cast<double>(values.size());
  double sum = 0, squares = 0;
  for (const double x : values) sum += x - values.front();  // so that equal values have exactly their mean
  s.mean = values.front() + sum / n;
  s.median = median_of(values);
  const auto [least, greatest] = std::minmax_element(values.begin(), values.end());
  s.least = *least;
  s.greatest = *greatest;
  if (values.size() < 2) return s;
  for (const double x : values) squares += (x - s.mean) * (x - s.mean);
  s.deviation = std::sqrt(squares / (n - 1));
  const double tail = (1 - level) / 2;
  const double half = boost::math::quantile(boost::math::complement(boost::math::students_t(n - 1), tail)) *
                      *s.deviation / std::sqrt(n);
  s.of_mean = {s.mean - half, s.mean + half};
  const boost::math::chi_squared chi(n - 1);
  s.of_variance = {squares / boost::math::quantile(boost::math::complement(chi, tail)),
                   squares / boost::math::quantile(chi, tail)};
  return s;
}

}  // namespace taubar::law
