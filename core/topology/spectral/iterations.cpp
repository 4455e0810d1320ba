#include "core/topology/spectral/iterations.hpp"

#include <Spectra/SymEigsSolver.h>

#include <algorithm>

namespace taubar::topology {
namespace {

using Mass = ConstVectorView;

Mass mass_of(const Pencil& pencil) {
  return {pencil.mass.data(), static_cast<Eigen::Index>(pencil.agents())};
}

/// What Spectra multiplies with: v = M^½ u, with the constant u taken out where the pencil is deflated.
class Operator {
 public:
  using Scalar = double;
  explicit Operator(const Pencil& pencil) : root_(mass_of(pencil).cwiseSqrt()), deflated_(pencil.deflated()) {
    constant_ = root_.normalized();
  }
  Eigen::Index rows() const { return root_.size(); }
  Eigen::Index cols() const { return root_.size(); }

 protected:
  void deflate(Vector& v) const {
    if (deflated_) v -= constant_ * constant_.dot(v);
  }
  Vector root_, constant_;
  bool deflated_;
};

/// v ↦ M^½ Q⁻¹ M^½ v; largest eigenvalue 1 / smallest ratio.
class InverseOperator : public Operator {
 public:
  InverseOperator(const Pencil& pencil, int grounded, const Sparse& matrix, const Ordering& ordering)
      : Operator(pencil), grounded_(grounded), to_new_(ordering.to_new), factor_(permuted(matrix, to_new_)) {}

  bool usable() const { return factor_.info() == Eigen::Success; }

  void perform_op(const double* in, double* out) const {
    Vector v = ConstVectorView(in, rows());
    deflate(v);
    v.array() *= root_.array();
    v = solve(v);
    v.array() *= root_.array();
    deflate(v);
    VectorView(out, rows()) = v;
  }

 private:
  Vector solve(const Vector& right) const {
    if (grounded_ < 0) return to_new_.inverse() * factor_.solve(to_new_ * right);
    const Eigen::Index after = rows() - 1 - grounded_;
    Vector rest(rows() - 1), result(rows());
    rest << right.head(grounded_), right.tail(after);
    rest = to_new_.inverse() * factor_.solve(to_new_ * rest);
    result << rest.head(grounded_), 0.0, rest.tail(after);
    return result;
  }

  int grounded_;
  Permutation to_new_;
  Factor factor_;
};

/// v ↦ (s − M^−½ Q M^−½) v with s above the largest ratio; largest eigenvalue s − smallest ratio.
class ShiftedOperator : public Operator {
 public:
  explicit ShiftedOperator(const Pencil& pencil) : Operator(pencil), matrix_(matrix(pencil)) {
    // q(u) <= Σ_i u_i² Σ_j |Q_ij| by Gershgorin.
    Vector row_sums = Vector::Zero(rows());
    for (Eigen::Index j = 0; j < rows(); ++j)
      for (Sparse::InnerIterator entry(matrix_, j); entry; ++entry) row_sums[entry.index()] += std::abs(entry.value());
    shift_ = row_sums.cwiseQuotient(mass_of(pencil)).maxCoeff();
  }

  void perform_op(const double* in, double* out) const {
    Vector v = ConstVectorView(in, rows());
    deflate(v);
    v = shift_ * v - (matrix_ * v.cwiseQuotient(root_)).cwiseQuotient(root_);
    deflate(v);
    VectorView(out, rows()) = v;
  }

  /// ‖M^−½ (Q − ratio M) u‖ / ‖M^½ u‖: an eigenvalue lies at most this far from the ratio.
  double residual(const Vector& u, double of) const {
    const Vector v = u.cwiseProduct(root_);
    return ((matrix_ * u).cwiseQuotient(root_) - of * v).norm() / v.norm();
  }

  Vector to_u(const Vector& v) const { return v.cwiseQuotient(root_); }

 private:
  Sparse matrix_;
  double shift_ = 0;
};

/// The v of the largest eigenvalue.
template <class Op>
std::optional<Vector> largest_vector(Op& op, Eigen::Index basis, int restarts, double tolerance) {
  Spectra::SymEigsSolver<Op> solver(op, 1, std::min(op.rows(), basis));
  solver.init();
  solver.compute(Spectra::SortRule::LargestAlge, restarts, tolerance);
  if (solver.info() != Spectra::CompInfo::Successful) return std::nullopt;
  return Vector(solver.eigenvectors(1).col(0));
}

int largest_degree(const Pencil& pencil) {
  std::vector<std::size_t> degree(pencil.agents());
  for (const auto& edge : pencil.edges) {
    ++degree[edge.a];
    ++degree[edge.b];
  }
  return static_cast<int>(std::max_element(degree.begin(), degree.end()) - degree.begin());
}

Sparse without(const Sparse& matrix, int agent) {
  std::vector<Eigen::Triplet<double>> entries;
  entries.reserve(static_cast<std::size_t>(matrix.nonZeros()));
  for (int j = 0; j < matrix.cols(); ++j)
    for (Sparse::InnerIterator entry(matrix, j); entry; ++entry) {
      const int i = static_cast<int>(entry.index());
      if (i != agent && j != agent) entries.emplace_back(i - (i > agent), j - (j > agent), entry.value());
    }
  Sparse rest(matrix.rows() - 1, matrix.cols() - 1);
  rest.setFromTriplets(entries.begin(), entries.end());
  return rest;
}

}  // namespace

FactoredPencil::FactoredPencil(const Pencil& pencil, double limit)
    : pencil_(pencil), grounded_(pencil.deflated() ? largest_degree(pencil) : -1), matrix_(matrix(pencil)) {
  if (grounded_ >= 0) matrix_ = without(matrix_, grounded_);
  ordering_ = fill_reducing(matrix_, limit);
}

std::optional<Vector> FactoredPencil::minimiser() const {
  InverseOperator inverse(pencil_, grounded_, matrix_, ordering_);
  if (!inverse.usable()) return std::nullopt;
  const auto v = largest_vector(inverse, 30, 1000, 1e-13);
  if (!v) return std::nullopt;
  return v->cwiseQuotient(mass_of(pencil_).cwiseSqrt());
}

std::optional<Vector> plain_minimiser(const Pencil& pencil) {
  ShiftedOperator shifted(pencil);
  const auto v = largest_vector(shifted, 40, 200, 1e-13);
  if (!v) return std::nullopt;
  Vector u = shifted.to_u(*v);
  const double of = ratio(pencil, u);
  return shifted.residual(u, of) <= 1e-9 * of ? std::optional(std::move(u)) : std::nullopt;
}

}  // namespace taubar::topology
