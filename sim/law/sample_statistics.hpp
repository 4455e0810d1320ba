// What a sample says of its law: mean and variance with confidence intervals that are exact for normal
// samples.
//   mean:     x̄ ± t(1 − α/2; n−1) s/√n                                    (Student, Biometrika 6, 1908)
//   variance: (n−1) s² / χ²(1 − α/2; n−1)  …  (n−1) s² / χ²(α/2; n−1)
// The bits of the intervals may differ between machines: quantiles are the library's.
#pragma once
#include <cstddef>
#include <optional>
#include <vector>

namespace taubar::law {

struct Interval {
  double low = 0, high = 0;
};

struct SampleStatistics {
  std::size_t count = 0;
  double level = 0.95;  ///< 1 − α: how often the intervals hold the true values
  double mean = 0, median = 0, least = 0, greatest = 0;  ///< NaN of no values
  std::optional<double> deviation;  ///< s, with n − 1; of 2 values or more, as the intervals
  std::optional<Interval> of_mean, of_variance;

  /// Half the width of the interval of the mean.
  std::optional<double> half_width() const;
};

/// `values` in any order, all finite; the sums run in the order given. `level` in (0, 1).
SampleStatistics sample_statistics(const std::vector<double>& values, double level = 0.95);

}  // namespace taubar::law
