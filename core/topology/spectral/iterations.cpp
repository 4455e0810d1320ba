#include "core/topology/spectral/iterations.hpp"

#include <Spectra/SymEigsSolver.h>

#include <algorithm>
#include <stdexcept>

#include "core/topology/spectral/start_vector.hpp"

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
      for (Sparse::InnerIterator entry(matrix_, j); entry; ++entry)
        row_sums[entry.index()] += std::abs(entry.value());
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

/// Whether the operator only scales a generic vector, as on complete graphs: Lanczos would divide by zero.
template <class Op>
std::optional<Vector> if_scaled(const Op& op) {
  Vector v(op.rows()), scaled(op.rows());
  op.perform_op(start_vector(op.rows(), 0).data(), v.data());
  v.normalize();
  op.perform_op(v.data(), scaled.data());
  const double scale = v.dot(scaled);
  return (scaled - scale * v).norm() <= 1e-13 * std::abs(scale) ? std::optional(v) : std::nullopt;
}

/// The v of the largest eigenvalue.
template <class Op>
std::optional<Vector> largest_vector(Op& op, Eigen::Index basis, int restarts, std::uint64_t start = 0) {
  if (auto v = if_scaled(op)) return v;
  try {
    Spectra::SymEigsSolver<Op> solver(op, 1, std::min(op.rows(), basis));
    solver.init(start_vector(op.rows(), start).data());
    solver.compute(Spectra::SortRule::LargestAlge, restarts, 1e-13);
    if (solver.info() != Spectra::CompInfo::Successful) return std::nullopt;
    return Vector(solver.eigenvectors(1).col(0));
  } catch (const std::runtime_error&) {  // the small eigenproblem inside did not converge
    return std::nullopt;
  }
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
  if (const auto v = largest_vector(inverse, 30, 50)) return v->cwiseQuotient(mass_of(pencil_).cwiseSqrt());
  return pencil_.deflated() ? std::nullopt : bracketed_minimiser();
}

std::optional<Vector> FactoredPencil::bracketed_minimiser() const {
  const Sparse q = permuted(matrix_, ordering_.to_new);
  const Vector mass = ordering_.to_new * Vector(mass_of(pencil_));
  const auto in_agents = [this](const Vector& v) { return Vector(ordering_.to_new.inverse() * v); };
  Factor factor(q);
  Vector u = start_vector(q.rows(), 0);
  double below = 0, step = 0.9;
  for (int round = 0; round < 100; ++round) {
    for (int turn = 0; turn < 4; ++turn) u = factor.solve(mass.cwiseProduct(u)).eval().normalized();
    const double above = ratio(pencil_, in_agents(u));
    if (above - below <= 1e-11 * above) return in_agents(u);
    const double trial = below + step * (above - below);
    Sparse shifted = q;
    shifted.diagonal() -= trial * mass;
    Factor trial_factor(shifted);
    if (trial_factor.info() == Eigen::Success && trial_factor.vectorD().minCoeff() > 0) {
      below = trial;
      factor.compute(shifted);
      step = 0.9;
    } else {
      step /= 2;
    }
  }
  return std::nullopt;
}

std::optional<Vector> plain_minimiser(const Pencil& pencil) {
  ShiftedOperator shifted(pencil);
  std::optional<Vector> best;
  double least = 0;
  for (std::uint64_t start = 0; start < 2; ++start) {
    const auto v = largest_vector(shifted, 40, 200, start);
    if (!v) return std::nullopt;
    Vector u = shifted.to_u(*v);
    const double of = ratio(pencil, u);
    if (!(shifted.residual(u, of) <= 1e-9 * of)) return std::nullopt;
    if (!best || of < least) {
      best = std::move(u);
      least = of;
    }
  }
  return best;
}

}  // namespace taubar::topology
