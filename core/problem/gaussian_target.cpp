// U(x) = ½ (x−m)ᵀ P (x−m), P (d×d) symmetric positive definite: exp(−U/T) is N(m, T P⁻¹). Without a matrix, P
// is diagonal with entries log-spaced in [1/condition_number, 1].
#include <fmt/format.h>

#include <optional>

#include "core/base/dense.hpp"
#include "core/base/error.hpp"
#include "core/base/math.hpp"
#include "core/config/fields.hpp"
#include "core/problem/content_hash.hpp"
#include "core/problem/entries.hpp"
#include "core/problem/newton.hpp"
#include "core/problem/shared_problem.hpp"

namespace taubar::problem {
namespace {

class GaussianTarget final : public SharedProblem {
 public:
  /// `precision` is d×d, or 1×d for a diagonal; `covariance` its inverse, of the same shape.
  GaussianTarget(std::int64_t agents, Vector mean, Matrix precision, Matrix covariance)
      : SharedProblem(agents),
        mean_(std::move(mean)),
        precision_(std::move(precision)),
        covariance_(std::move(covariance)) {
    if (diagonal()) {
      constants_ = {precision_.maxCoeff(), precision_.minCoeff()};
      return;
    }
    const Vector curvatures = symmetric_eigenvalues(precision_);
    const double largest = curvatures[dimension() - 1], slack = 1e-12 * largest;  // rounding
    constants_ = {largest + slack, std::max(0.0, curvatures[0] - slack)};
  }

  std::int64_t dimension() const override { return mean_.size(); }
  double value(const ConstVectorRef& x) const override {
    double sum = 0;
    for (Eigen::Index i = 0; i < x.size(); ++i) sum += (x[i] - mean_[i]) * row_times(i, x);
    return 0.5 * sum;
  }
  void gradient(const ConstVectorRef& x, VectorRef g) const override {
    for (Eigen::Index i = 0; i < x.size(); ++i) g[i] = row_times(i, x);
  }
  Constants constants() const override { return constants_; }
  std::optional<KnownLaw> law(double temperature) const override {
    if (dimension() > max_law_dimension) return std::nullopt;
    const Matrix full = diagonal() ? Matrix(covariance_.row(0).asDiagonal()) : covariance_;
    return KnownLaw{mean_, temperature * full, true};
  }
  std::string content_hash() const override {
    ContentHash hash;
    hash.text("gaussian 1").integer(dimension());
    hash.reals({mean_.data(), static_cast<std::size_t>(mean_.size())});
    hash.reals({precision_.data(), static_cast<std::size_t>(precision_.size())});
    return hash.hex();
  }

 protected:
  std::optional<Vector> known_minimiser() const override { return mean_; }

 private:
  bool diagonal() const { return precision_.rows() == 1; }
  // Term by term in the order of the columns: the same bits with and without vector instructions.
  double row_times(Eigen::Index i, const ConstVectorRef& x) const {
    if (diagonal()) return precision_(0, i) * (x[i] - mean_[i]);
    double sum = 0;
    for (Eigen::Index j = 0; j < x.size(); ++j) sum += precision_(i, j) * (x[j] - mean_[j]);
    return sum;
  }

  Vector mean_;
  Matrix precision_, covariance_;
  Constants constants_;
};

bool is_symmetric(const Matrix& a) {
  return a.rows() == a.cols() && (a.array() == a.transpose().array()).all();
}

/// Of a safely positive definite matrix, symmetric to the last bit.
Matrix symmetric_inverse(const Matrix& a) {
  const Matrix inverse = inverse_of_positive_definite(a);
  return 0.5 * (inverse + inverse.transpose());
}

struct GaussianTargetSpec final : ProblemSpec {
  std::optional<std::int64_t> dimension;   ///< 10
  std::optional<double> condition_number;  ///< 10
  std::vector<double> mean;
  Matrix covariance, precision;

  void fields(config::Fields& f) override {
    common_fields(f);
    f.integer("dimension", dimension, config::between(1, 1e9), "d (default 10)");
    f.real(
        "condition_number", condition_number, config::at_least(1),
        "the coordinates are independent with precisions log-spaced in [1/condition_number, 1] (default 10)");
    f.reals("mean", mean, config::any_number, "d numbers (default zeros)");
    f.matrix("covariance", covariance, config::any_number,
             "d×d, symmetric and positive definite, instead of the above");
    f.matrix("precision", precision, config::any_number, "d×d, its inverse, instead of a covariance");
    demand_consistency(f);
  }

  std::shared_ptr<const Problem> build(std::int64_t agents, std::uint64_t) const override {
    Vector centre = Vector::Zero(d());
    if (!mean.empty()) {
      if (std::ssize(mean) != d()) throw InputError(wrong_mean());
      centre = ConstVectorView(mean.data(), d());
    }
    if (precision.size() > 0)
      return std::make_shared<GaussianTarget>(agents, centre, precision, symmetric_inverse(precision));
    if (covariance.size() > 0)
      return std::make_shared<GaussianTarget>(agents, centre, symmetric_inverse(covariance), covariance);
    const Matrix precisions = spectrum();
    return std::make_shared<GaussianTarget>(agents, centre, precisions, precisions.cwiseInverse());
  }

  double expected_bytes(std::int64_t) const override {
    const auto size = static_cast<double>(d());
    return sizeof(double) * size * (is_explicit() ? 4 * size : 4);
  }

 private:
  bool is_explicit() const { return covariance.size() > 0 || precision.size() > 0; }
  std::int64_t d() const {
    if (is_explicit()) return std::max(covariance.rows(), precision.rows());
    return dimension.value_or(mean.empty() ? 10 : std::ssize(mean));
  }
  std::string wrong_mean() const {
    return fmt::format("problem.mean: holds {} numbers; {} are accepted", mean.size(), d());
  }

  void demand_consistency(config::Fields& f) const {
    f.demand(covariance.size() == 0 || precision.size() == 0, "precision",
             "is not accepted beside a covariance");
    for (const std::string_view name : {"dimension", "condition_number"})
      f.demand(!is_explicit() || !f.present(name), name,
               "is not accepted beside a covariance or a precision");
    demand_law(f, covariance, "covariance");
    demand_law(f, precision, "precision");
    f.demand(mean.empty() || std::ssize(mean) == d(), "mean", fmt::format("must hold {} numbers", d()));
  }
  static void demand_law(config::Fields& f, const Matrix& a, std::string_view name) {
    f.demand(a.size() == 0 || (is_symmetric(a) && positive_definite(a)), name,
             "must be symmetric and positive definite (Cholesky's pivots above 1e-11 of the diagonal)");
  }

  /// 1×d, ascending from 1/condition_number to 1.
  Matrix spectrum() const {
    Matrix values(1, d());
    for (std::int64_t j = 0; j + 1 < d(); ++j) {
      const double share = 1 - static_cast<double>(j) / static_cast<double>(d() - 1);
      values(0, j) = 1 / math::pow(condition_number.value_or(10), share);
    }
    values(0, d() - 1) = 1;
    return values;
  }
};

}  // namespace

const config::Entry<ProblemSpec> gaussian_entry{
    "gaussian", "target N(m, Σ): U(x) = ½(x−m)ᵀΣ⁻¹(x−m) for every agent, with a closed form for everything",
    "", R"({"kind": "gaussian", "mean": [1, -2], "covariance": [[2, 0.6], [0.6, 0.5]]})",
    []() -> std::shared_ptr<ProblemSpec> { return std::make_shared<GaussianTargetSpec>(); }};

}  // namespace taubar::problem
