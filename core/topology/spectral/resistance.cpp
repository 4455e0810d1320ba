#include "core/topology/spectral/resistance.hpp"

#include <Eigen/Cholesky>
#include <algorithm>
#include <boost/graph/biconnected_components.hpp>
#include <vector>

#include "core/base/error.hpp"
#include "core/base/linear_algebra.hpp"
#include "core/topology/boost_graph.hpp"
#include "core/topology/spectral/factor.hpp"

namespace taubar::topology {
namespace {

// Multiplications of the sparse factorisation; the selected inverse takes about six times as many. Where a
// dense one, which is faster by the multiplication, is possible, that is preferred earlier.
constexpr double sparse_work = 3e9;
constexpr double sparse_work_if_dense_possible = 3e8;
constexpr std::size_t dense_agents = 6000;  ///< two matrices of 288 MB

/// A bridge is a biconnected component of one edge.
bool has_bridge(const Digraph& graph) {
  const BoostUndirected copy = boost_undirected(graph);
  std::vector<std::size_t> component(graph.edges());
  const auto number = get(boost::edge_index, copy);
  const std::size_t count =
      boost::biconnected_components(copy, boost::make_iterator_property_map(component.begin(), number));
  std::vector<std::size_t> size(count);
  for (const auto c : component) ++size[c];
  return std::find(size.begin(), size.end(), std::size_t{1}) != size.end();
}

/// The Laplacian without its last agent, which is the earth.
Sparse grounded_laplacian(const Digraph& graph) {
  const int n = static_cast<int>(graph.agents()) - 1;
  std::vector<Eigen::Triplet<double>> entries;
  for (int i = 0; i < n; ++i) {
    const auto row = graph.out_neighbours(static_cast<AgentId>(i));
    entries.emplace_back(i, i, static_cast<double>(row.size()));
    for (const AgentId j : row)
      if (static_cast<int>(j) < n) entries.emplace_back(i, static_cast<int>(j), -1.0);
  }
  Sparse matrix(n, n);
  matrix.setFromTriplets(entries.begin(), entries.end());
  return matrix;
}

/// The entries of the inverse of L D Lᵀ at the places of L and on the diagonal (Takahashi, Fagan, Chin 1973),
/// from the last column backwards: Z_ij = −Σ_k Z_ik L_kj over the k in column j, Z_jj = 1/D_j − Σ_k L_kj
/// Z_kj. All Z that are needed lie at places of L.
struct SelectedInverse {
  explicit SelectedInverse(const Factor& factor)
      : below(factor.matrixL().nestedExpression()), diagonal(below.cols()) {
    const Sparse lower = below;
    const Vector d = factor.vectorD();
    std::vector<int> place(static_cast<std::size_t>(lower.cols()), -1);  // of an agent in column j
    std::vector<double> sums;
    for (int j = static_cast<int>(lower.cols()) - 1; j >= 0; --j) {
      const int begin = lower.outerIndexPtr()[j], count = lower.outerIndexPtr()[j + 1] - begin;
      const int* rows = lower.innerIndexPtr() + begin;
      const double* l = lower.valuePtr() + begin;
      for (int p = 0; p < count; ++p) place[static_cast<std::size_t>(rows[p])] = p;
      sums.assign(static_cast<std::size_t>(count), 0.0);
      for (int p = 0; p < count; ++p) {
        sums[static_cast<std::size_t>(p)] += diagonal[rows[p]] * l[p];
        for (Sparse::InnerIterator z(below, rows[p]); z; ++z) {
          const int q = place[static_cast<std::size_t>(z.index())];
          if (q < 0) continue;
          sums[static_cast<std::size_t>(q)] += z.value() * l[p];
          sums[static_cast<std::size_t>(p)] += z.value() * l[q];
        }
      }
      double of_diagonal = 1 / d[j];
      for (int p = 0; p < count; ++p) {
        below.valuePtr()[begin + p] = -sums[static_cast<std::size_t>(p)];
        of_diagonal += sums[static_cast<std::size_t>(p)] * l[p];
        place[static_cast<std::size_t>(rows[p])] = -1;
      }
      diagonal[j] = of_diagonal;
    }
  }

  Sparse below;  ///< Z at the places of L
  Vector diagonal;
};

double by_sparse_inverse(const Sparse& laplacian, const Ordering& ordering) {
  const Sparse ordered = permuted(laplacian, ordering.to_new);
  const Factor factor(ordered);
  check(factor.info() == Eigen::Success, "a grounded Laplacian is positive definite");
  const SelectedInverse inverse(factor);
  double most = 0;
  for (int j = 0; j < ordered.cols(); ++j) {
    double to_earth = 0;  // the row's sum: edges that end at the earth
    for (Sparse::InnerIterator entry(ordered, j); entry; ++entry) {
      to_earth += entry.value();
      if (entry.index() > j)
        most = std::max(most, inverse.diagonal[j] + inverse.diagonal[entry.index()] -
                                  2 * inverse.below.coeff(entry.index(), j));
    }
    if (to_earth > 0) most = std::max(most, inverse.diagonal[j]);
  }
  return most;
}

/// With K = C Cᵀ: (e_a − e_b)ᵀ K⁻¹ (e_a − e_b) = ‖C⁻¹ e_a − C⁻¹ e_b‖².
double by_dense_inverse(const Digraph& graph, const Sparse& laplacian) {
  Eigen::MatrixXd dense = laplacian;
  const Eigen::Index n = dense.rows();
  const Eigen::LLT<Eigen::Ref<Eigen::MatrixXd>> factor(dense);
  check(factor.info() == Eigen::Success, "a grounded Laplacian is positive definite");
  Eigen::MatrixXd inverse = Eigen::MatrixXd::Identity(n, n);
  factor.matrixL().solveInPlace(inverse);
  double most = 0;
  for (Eigen::Index a = 0; a < n; ++a)
    for (const AgentId b : graph.out_neighbours(static_cast<AgentId>(a))) {
      if (static_cast<Eigen::Index>(b) < a) continue;
      most = std::max(most, static_cast<Eigen::Index>(b) < n ? (inverse.col(a) - inverse.col(b)).squaredNorm()
                                                             : inverse.col(a).squaredNorm());
    }
  return most;
}

}  // namespace

std::optional<double> largest_resistance(const Digraph& graph) {
  if (has_bridge(graph)) return 1.0;
  const Sparse laplacian = grounded_laplacian(graph);
  const Ordering ordering = fill_reducing(laplacian, sparse_work);
  const bool dense_possible = graph.agents() <= dense_agents;
  if (ordering.work <= (dense_possible ? sparse_work_if_dense_possible : sparse_work))
    return by_sparse_inverse(laplacian, ordering);
  return dense_possible ? std::optional(by_dense_inverse(graph, laplacian)) : std::nullopt;
}

}  // namespace taubar::topology
