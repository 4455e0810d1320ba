#include "core/topology/spectral/factor.hpp"

#include <vector>

namespace taubar::topology {
namespace {

/// Row by row, each entry of the factor is met once on the way up the elimination tree (Liu 1986).
double factor_work(const Sparse& matrix, double limit) {
  const int n = static_cast<int>(matrix.cols());
  std::vector<int> parent(static_cast<std::size_t>(n), -1), met_by(static_cast<std::size_t>(n), -1);
  std::vector<double> below(static_cast<std::size_t>(n), 0);
  double work = 0;
  for (int row = 0; row < n && work <= limit; ++row) {
    met_by[static_cast<std::size_t>(row)] = row;
    for (Sparse::InnerIterator entry(matrix, row); entry; ++entry) {
      auto column = static_cast<std::size_t>(entry.index());
      if (entry.index() >= row) continue;
      while (met_by[column] != row) {
        met_by[column] = row;
        work += 2 * below[column]++ + 1;  // (c+1)² − c²
        if (parent[column] < 0) parent[column] = row;
        column = static_cast<std::size_t>(parent[column]);
      }
    }
  }
  return work;
}

}  // namespace

Ordering fill_reducing(const Sparse& matrix, double limit) {
  Ordering ordering;
  Permutation to_old;
  Eigen::AMDOrdering<int>()(matrix, to_old);
  ordering.to_new = to_old.inverse();
  ordering.work = factor_work(permuted(matrix, ordering.to_new), limit);
  return ordering;
}

Sparse permuted(const Sparse& matrix, const Permutation& to_new) {
  Sparse result;
  result = matrix.twistedBy(to_new);
  return result;
}

}  // namespace taubar::topology
