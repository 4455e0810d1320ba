// What a sample of vectors says of their covariance, with intervals of each entry as if the vectors were normal.
//   s_jj: (R−1) s_jj / χ²(1 − α/2; R−1)  …  (R−1) s_jj / χ²(α/2; R−1), exact
//   s_jk: s_jk ± t(1 − α/2; R−1) √((s_jj s_kk + s_jk²)/(R−1)): the standard deviation of an entry of Wishart's law, with the
//         sample's own values (Anderson, An introduction to multivariate statistical analysis, 3rd ed., 2003, 3.4.2)
#pragma once
#include <vector>

#include "sim/law/sample_statistics.hpp"

namespace taubar::law {

struct SampleCovariance {
  std::size_t count = 0;  ///< R
  double level = 0.95;
  std::vector<double> mean;                      ///< d values
  std::vector<std::vector<double>> lower;        ///< row j: s_j0 … s_jj
  std::vector<std::vector<Interval>> intervals;  ///< of the same
};

/// Of 2 vectors or more, all of d values.
SampleCovariance sample_covariance(const std::vector<std::vector<double>>& sample, double level = 0.95);

}  // namespace taubar::law
