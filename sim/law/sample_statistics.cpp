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

/// What the intervals of a sample of this size take from tables.
struct Quantiles {
  std::size_t count = 0;
  double level = 0, student = 0, chi_squared_above = 0, chi_squared_below = 0;
};

/// They cost a hundred times the rest, and samples come by the thousand in one size: those of the last call are kept.
const Quantiles& quantiles_of(std::size_t count, double level) {
  thread_local Quantiles last;
  if (last.count == count && last.level == level) return last;
  const double freedom = static_cast<double>(count) - 1, tail = (1 - level) / 2;
  const boost::math::chi_squared chi(freedom);
  last = {count, level, boost::math::quantile(boost::math::complement(boost::math::students_t(freedom), tail)),
          boost::math::quantile(boost::math::complement(chi, tail)), boost::math::quantile(chi, tail)};
  return last;
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
  const Quantiles& quantiles = quantiles_of(values.size(), level);
  const double half = quantiles.student * *s.deviation / std::sqrt(n);
  s.of_mean = {s.mean - half, s.mean + half};
  s.of_variance = {squares / quantiles.chi_squared_above, squares / quantiles.chi_squared_below};
  return s;
}

}  // namespace taubar::law
