#include "sim/law/sample_covariance.hpp"

#include <boost/math/distributions/students_t.hpp>
#include <cmath>

namespace taubar::law {

SampleCovariance sample_covariance(const std::vector<std::vector<double>>& sample, double level) {
  SampleCovariance result{sample.size(), level, {}, {}, {}};
  const std::size_t d = sample.front().size();
  const double nu = static_cast<double>(sample.size()) - 1;
  std::vector<std::vector<double>> of_each(d);
  for (const auto& vector : sample)
    for (std::size_t j = 0; j < d; ++j) of_each[j].push_back(vector[j]);
  const double t = boost::math::quantile(boost::math::complement(boost::math::students_t(nu), (1 - level) / 2));
  for (std::size_t j = 0; j < d; ++j) {
    const auto own = sample_statistics(of_each[j], level);
    result.mean.push_back(own.mean);
    auto& row = result.lower.emplace_back();
    auto& intervals = result.intervals.emplace_back();
    for (std::size_t k = 0; k < j; ++k) {
      double sum = 0;
      for (std::size_t r = 0; r < sample.size(); ++r) sum += (of_each[j][r] - own.mean) * (of_each[k][r] - result.mean[k]);
      const double s = sum / nu, both = *own.deviation * *own.deviation * result.lower[k][k];
      const double half = t * std::sqrt((both + s * s) / nu);
      row.push_back(s);
      intervals.push_back({s - half, s + half});
    }
    row.push_back(*own.deviation * *own.deviation);
    intervals.push_back(*own.of_variance);
  }
  return result;
}

}  // namespace taubar::law
