#include "core/topology/spectral/reversible.hpp"

#include <cmath>

#include "core/base/dense.hpp"

namespace taubar::topology {

ChainModes modes(const ReversibleChain& chain) {
  const auto n = static_cast<Eigen::Index>(chain.target.size());
  const Vector root = ConstVectorView(chain.target.data(), n).cwiseSqrt();
  Eigen::MatrixXd symmetric = Eigen::MatrixXd::Zero(n, n);
  std::size_t link = 0;
  for (Eigen::Index i = 0; i < n; ++i) {
    symmetric(i, i) = chain.own[static_cast<std::size_t>(i)];
    for (const AgentId j : chain.graph->out_neighbours(static_cast<AgentId>(i)))
      symmetric(i, j) = root[i] / root[j] * chain.link[link++];
  }
  const SymmetricEigen all = symmetric_eigen(symmetric);  // looks at the lower triangle
  ChainModes result;
  result.eigenvalues = all.values.head(n - 1).reverse();
  const auto vectors = all.vectors.leftCols(n - 1).rowwise().reverse();
  result.right = root.cwiseInverse().asDiagonal() * vectors;
  result.left = root.asDiagonal() * vectors;
  return result;
}

}  // namespace taubar::topology
