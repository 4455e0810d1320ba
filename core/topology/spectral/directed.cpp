#include "core/topology/spectral/directed.hpp"

// GCC 12 takes a resize in Spectra's eigenvectors for a use after free (optimised builds only; the sanitizer
// agrees with Spectra).
#if defined(__GNUC__) && !defined(__clang__) && __GNUC__ >= 12
#pragma GCC diagnostic ignored "-Wuse-after-free"
#endif

#include <Spectra/GenEigsSolver.h>
#include <fmt/format.h>

#include <Eigen/LU>
#include <Eigen/SparseLU>
#include <algorithm>
#include <complex>
#include <limits>
#include <optional>
#include <stdexcept>

#include "core/base/dense.hpp"
#include "core/base/error.hpp"
#include "core/base/linear_algebra.hpp"
#include "core/topology/spectral/factor.hpp"
#include "core/topology/spectral/start_vector.hpp"

namespace taubar::topology {
namespace {

using Complex = std::complex<double>;
using ComplexVector = Eigen::VectorXcd;

constexpr std::size_t dense_agents = 400;
constexpr double factor_work_limit = 1e10;
constexpr double arnoldi_tolerance = 1e-13;
constexpr double rounding = std::numeric_limits<double>::epsilon();

/// 1 − |1 − μ| without cancellation for small μ.
double gap_of(Complex mu) { return (2 * mu.real() - std::norm(mu)) / (1 + std::sqrt(std::norm(1.0 - mu))); }

/// W, entry (j, i) along link i → j.
Sparse matrix(const Digraph& graph, const MixingWeights& mixing) {
  std::vector<Eigen::Triplet<double>> entries;
  std::size_t link = 0;
  for (std::size_t i = 0; i < graph.agents(); ++i) {
    entries.emplace_back(static_cast<int>(i), static_cast<int>(i), mixing.own[i]);
    for (const AgentId j : graph.out_neighbours(static_cast<AgentId>(i)))
      entries.emplace_back(static_cast<int>(j), static_cast<int>(i), mixing.link[link++]);
  }
  Sparse w(static_cast<int>(graph.agents()), static_cast<int>(graph.agents()));
  w.setFromTriplets(entries.begin(), entries.end());
  return w;
}

// ---- small graphs ----

struct Eigenpair {
  Complex mu;          ///< 1 − λ
  ComplexVector left;  ///< leftᵀ W = λ leftᵀ
  ComplexVector right;
};

/// leftᵀ (I − W) right / leftᵀ right. Columns sum to 1, so the product is Σ_{i→j} W_ji right_i (left_i −
/// left_j): differences of neighbours, which stay accurate where μ is small.
Complex two_sided_ratio(const Digraph& graph, const MixingWeights& mixing, const ComplexVector& left,
                        const ComplexVector& right) {
  Complex product = 0;
  std::size_t link = 0;
  for (std::size_t i = 0; i < graph.agents(); ++i)
    for (const AgentId j : graph.out_neighbours(static_cast<AgentId>(i)))
      product += mixing.link[link++] * right[static_cast<Eigen::Index>(i)] *
                 (left[static_cast<Eigen::Index>(i)] - left[static_cast<Eigen::Index>(j)]);
  return product / (left.transpose() * right)(0);
}

/// Inverse iteration for both vectors with the shift just beside λ; nothing where it leaves the eigenvalue.
std::optional<Eigenpair> refine(const Digraph& graph, const MixingWeights& mixing, const Eigen::MatrixXd& w,
                                Complex lambda, ComplexVector right) {
  ComplexVector left = right.conjugate();  // exact where W is normal
  Complex mu = 1.0 - lambda;
  for (int round = 0; round < 2; ++round) {
    Eigen::MatrixXcd shifted = w.cast<Complex>();
    shifted.diagonal().array() -= 1.0 - mu + 4 * rounding;
    const Eigen::PartialPivLU<Eigen::MatrixXcd> factor(shifted);
    right = factor.solve(right).normalized();
    left = factor.transpose().solve(left).normalized();
    mu = two_sided_ratio(graph, mixing, left, right);
  }
  if (!(std::norm(mu - (1.0 - lambda)) < 1e-16)) return std::nullopt;  // NaN included
  return Eigenpair{mu, left, right};
}

DirectedGap dense_gap(const Digraph& graph, const MixingWeights& mixing) {
  const Eigen::MatrixXd w = matrix(graph, mixing);
  const ComplexEigen all = complex_eigen(w);
  if (!all.converged) throw InputError("spectrum: the dense eigenvalue iteration does not converge");
  const ComplexVector& values = all.values;
  Eigen::Index perron = 0, second = -1;
  (values.array() - 1.0).abs2().minCoeff(&perron);
  for (Eigen::Index e = 0; e < values.size(); ++e)
    if (e != perron && (second < 0 || std::norm(values[e]) > std::norm(values[second]))) second = e;

  const auto refined = refine(graph, mixing, w, values[second], all.vectors.col(second));
  if (!refined) {
    const double gap = gap_of(1.0 - values[second]);
    return {gap, 1e-8 / gap};  // an ill-conditioned eigenvalue: half of the digits, as for a double root
  }
  const double condition = 1 / std::sqrt(std::norm((refined->left.transpose() * refined->right)(0)));
  const double gap = gap_of(refined->mu);
  return {gap, 8 * rounding * condition * std::sqrt(std::norm(refined->mu)) / gap};
}

// ---- large graphs ----

/// v ↦ W v on the vectors of sum 0.
class SumFreeOperator {
 public:
  using Scalar = double;
  explicit SumFreeOperator(const Sparse& w) : w_(w) {}
  Eigen::Index rows() const { return w_.rows(); }
  Eigen::Index cols() const { return w_.rows(); }
  void perform_op(const double* in, double* out) const {
    Vector v = ConstVectorView(in, rows());
    v.array() -= v.mean();
    v = w_ * v;
    v.array() -= v.mean();
    VectorView(out, rows()) = v;
  }

 private:
  const Sparse& w_;
};

/// v ↦ (I − W)⁻¹ v on the vectors of sum 0: one agent of the closed class is fixed at 0, and the stationary
/// vector then brings the sum to 0. The matrix left is diagonally dominant by columns, so elimination needs
/// no pivoting.
class InverseOperator {
 public:
  using Scalar = double;
  InverseOperator(const Sparse& w, int fixed, const Ordering& ordering)
      : fixed_(fixed), to_new_(ordering.to_new), w_(w) {
    Sparse rest(w.rows(), w.cols());
    rest.setIdentity();
    rest -= w;
    // The fixed agent keeps its place with a 1 on the diagonal and nothing else in its row and column.
    rest.prune(
        [fixed](Eigen::Index i, Eigen::Index j, double) { return (i != fixed && j != fixed) || i == j; });
    rest.coeffRef(fixed, fixed) = 1;
    factor_.setPivotThreshold(0);
    factor_.isSymmetric(true);
    factor_.compute(permuted(rest, to_new_));
    if (!usable()) return;
    Vector from_fixed = w.col(fixed);
    from_fixed[fixed] = 0;
    stationary_ = solve(from_fixed);
    stationary_[fixed] = 1;
    stationary_ /= stationary_.sum();
  }
  bool usable() const { return factor_.info() == Eigen::Success; }
  Eigen::Index rows() const { return w_.rows(); }
  Eigen::Index cols() const { return w_.rows(); }
  void perform_op(const double* in, double* out) const {
    Vector v = ConstVectorView(in, rows());
    v.array() -= v.mean();
    v[fixed_] = 0;
    v = solve(v);
    v -= stationary_ * v.sum();
    VectorView(out, rows()) = v;
  }

 private:
  Vector solve(const Vector& right) const {
    return to_new_.inverse() * Vector(factor_.solve(to_new_ * right));
  }

  int fixed_;
  Permutation to_new_;
  const Sparse& w_;
  Eigen::SparseLU<Sparse, Eigen::NaturalOrdering<int>> factor_;
  Vector stationary_;
};

template <class Op>
std::optional<ComplexVector> leading_eigenvalues(Op& op, Eigen::Index count, Eigen::Index basis, int restarts,
                                                 std::uint64_t start) {
  try {
    Spectra::GenEigsSolver<Op> solver(op, count, std::min(op.rows(), basis));
    solver.init(start_vector(op.rows(), start).data());
    solver.compute(Spectra::SortRule::LargestMagn, restarts, arnoldi_tolerance);
    if (solver.info() != Spectra::CompInfo::Successful) return std::nullopt;
    return solver.eigenvalues();
  } catch (const std::runtime_error&) {  // the small eigenproblem inside did not converge
    return std::nullopt;
  }
}

/// Arnoldi can converge to the wrong end of a dense cloud of eigenvalues; hence eight of them and two starts,
/// of which the larger result counts.
std::optional<DirectedGap> arnoldi_gap(const Sparse& w) {
  constexpr Eigen::Index count = 8, basis = 100;
  constexpr double work = 1e11;
  const int restarts =
      static_cast<int>(std::clamp(work / (4.0 * basis * basis * static_cast<double>(w.rows())), 5.0, 300.0));
  SumFreeOperator op(w);
  double gap = 1;
  for (std::uint64_t start = 0; start < 2; ++start) {
    const auto values = leading_eigenvalues(op, count, basis, restarts, start);
    if (!values) return std::nullopt;
    for (const Complex value : *values) gap = std::min(gap, gap_of(1.0 - value));
  }
  return DirectedGap{gap, arnoldi_tolerance / gap};
}

/// All eigenvalues lie in the disc |λ − w| <= 1 − w, w the smallest own share (Gershgorin). Those not found
/// have |1 − λ| >= r, the farthest found, hence |λ|² <= 1 − r² w/(1 − w): the largest found is the largest of
/// all if it is above that.
std::optional<DirectedGap> inverse_gap(const Sparse& w, const MixingWeights& mixing, int fixed) {
  constexpr Eigen::Index count = 12, basis = 48;
  const Ordering ordering = fill_reducing(w, factor_work_limit);
  if (ordering.work > factor_work_limit) return std::nullopt;
  InverseOperator op(w, fixed, ordering);
  if (!op.usable()) return std::nullopt;
  const auto values = leading_eigenvalues(op, count, basis, 300, 0);
  if (!values) return std::nullopt;
  double gap = 1, farthest = 0, size = 0;
  for (const Complex nu : *values) {
    const Complex mu = 1.0 / nu;
    if (gap_of(mu) < gap) {
      gap = gap_of(mu);
      size = std::sqrt(std::norm(mu));
    }
    farthest = std::max(farthest, std::norm(mu));
  }
  const double own = *std::min_element(mixing.own.begin(), mixing.own.end());
  const double slem = 1 - gap;
  if (own < 1 && slem * slem < 1 - farthest * own / (1 - own)) return std::nullopt;
  return DirectedGap{gap, arnoldi_tolerance * size / gap};
}

}  // namespace

DirectedGap directed_gap(const Digraph& graph, const MixingWeights& mixing, AgentId in_closed_class) {
  if (graph.agents() <= dense_agents) return dense_gap(graph, mixing);
  const Sparse w = matrix(graph, mixing);
  if (const auto found = arnoldi_gap(w)) return *found;
  if (const auto found = inverse_gap(w, mixing, static_cast<int>(in_closed_class))) return *found;
  throw InputError(
      fmt::format("spectrum: no eigenvalue iteration converges on this directed topology of {} agents and "
                  "{} links",
                  graph.agents(), graph.links()));
}

}  // namespace taubar::topology
