// f_i(x) = ½ (x − b_i)ᵀ A_i (x − b_i), A_i diagonal. Without explicit numbers: A_i = A with eigenvalues
// log-spaced in [1/condition_number, 1] and b_i = heterogeneity · N(0, I).
//
// F(x) = ½ Σ_j ā_j (x_j − c_j)² + constant with ā = mean of a_i, c_j = Σ_i a_ij b_ij / Σ_i a_ij, so F costs
// O(d).
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/base/error.hpp"
#include "core/base/math.hpp"
#include "core/config/fields.hpp"
#include "core/problem/compensated_sum.hpp"
#include "core/problem/content_hash.hpp"
#include "core/problem/entries.hpp"

namespace taubar::problem {
namespace {

class Quadratic final : public Problem {
 public:
  /// n×d centres; curvatures n×d, or 1×d for all. Entries of the curvatures are >= 0.
  Quadratic(Matrix curvatures, Matrix centres)
      : curvatures_(std::move(curvatures)), centres_(std::move(centres)) {
    average();
  }

  std::int64_t agents() const override { return centres_.rows(); }
  std::int64_t dimension() const override { return centres_.cols(); }

  double value(const ConstVectorRef& x) const override {
    CompensatedSum sum;
    for (Eigen::Index j = 0; j < x.size(); ++j) sum.add(0.5 * mean_curvature_[j] * square(x[j] - centre_[j]));
    sum.add(constant_);
    return sum.value();
  }
  void gradient(const ConstVectorRef& x, VectorRef g) const override {
    for (Eigen::Index j = 0; j < x.size(); ++j) g[j] = mean_curvature_[j] * (x[j] - centre_[j]);
  }
  double local_value(AgentId i, const ConstVectorRef& x) const override {
    CompensatedSum sum;
    for (Eigen::Index j = 0; j < x.size(); ++j)
      sum.add(0.5 * curvature(i, j) * square(x[j] - centres_(i, j)));
    return sum.value();
  }
  void local_gradient(AgentId i, const ConstVectorRef& x, VectorRef g) const override {
    for (Eigen::Index j = 0; j < x.size(); ++j) g[j] = curvature(i, j) * (x[j] - centres_(i, j));
  }
  void sampled_gradient(AgentId i, const ConstVectorRef& x, std::span<const std::int64_t>,
                        VectorRef g) const override {
    local_gradient(i, x, g);
  }

  Constants constants() const override { return {mean_curvature_.maxCoeff(), mean_curvature_.minCoeff()}; }
  Constants local_constants(AgentId i) const override {
    const auto row = curvatures_.row(curvatures_.rows() == 1 ? 0 : i);
    return {row.maxCoeff(), row.minCoeff()};
  }

  /// Closed form: x_j = Σ_i w_i a_ij b_ij / Σ_i w_i a_ij.
  std::optional<Vector> minimiser(const std::vector<double>& weights, double, const Vector&) const override {
    check(std::ssize(weights) == agents(), "a weight for each agent");
    if (std::all_of(weights.begin(), weights.end(), [&](double w) { return w == weights.front(); }))
      return mean_curvature_.minCoeff() > 0 ? std::optional(centre_) : std::nullopt;
    Vector x(dimension());
    for (Eigen::Index j = 0; j < x.size(); ++j) {
      CompensatedSum pull, weight;
      for (Eigen::Index i = 0; i < centres_.rows(); ++i) {
        const double share = weights[static_cast<std::size_t>(i)] * curvature(i, j);
        pull.add(share * centres_(i, j));
        weight.add(share);
      }
      if (!(weight.value() > 0)) return std::nullopt;
      x[j] = pull.value() / weight.value();
    }
    return x;
  }

  /// exp(−F/T) ∝ N(c, T diag(1/ā)).
  std::optional<KnownLaw> law(double temperature) const override {
    if (!(mean_curvature_.minCoeff() > 0) || dimension() > max_law_dimension) return std::nullopt;
    KnownLaw result{centre_, Matrix::Zero(dimension(), dimension()), true};
    for (Eigen::Index j = 0; j < centre_.size(); ++j)
      result.covariance(j, j) = temperature / mean_curvature_[j];
    return result;
  }

  std::string content_hash() const override {
    ContentHash hash;
    hash.text("quadratic 1").integer(agents()).integer(dimension());
    hash.reals({curvatures_.data(), static_cast<std::size_t>(curvatures_.size())});
    hash.reals({centres_.data(), static_cast<std::size_t>(centres_.size())});
    return hash.hex();
  }

 private:
  static double square(double t) { return t * t; }
  double curvature(Eigen::Index i, Eigen::Index j) const {
    return curvatures_(curvatures_.rows() == 1 ? 0 : i, j);
  }

  void average() {
    const auto n = static_cast<double>(agents());
    mean_curvature_.resize(dimension());
    centre_.resize(dimension());
    CompensatedSum constant;
    for (Eigen::Index j = 0; j < centre_.size(); ++j) {
      CompensatedSum weight, pull;
      for (Eigen::Index i = 0; i < centres_.rows(); ++i) {
        weight.add(curvature(i, j));
        pull.add(curvature(i, j) * centres_(i, j));
      }
      mean_curvature_[j] = weight.value() / n;
      centre_[j] = weight.value() > 0 ? pull.value() / weight.value() : 0.0;
      for (Eigen::Index i = 0; i < centres_.rows(); ++i)
        constant.add(0.5 * curvature(i, j) * square(centres_(i, j) - centre_[j]));
    }
    constant_ = constant.value() / n;
  }

  Matrix curvatures_, centres_;
  Vector mean_curvature_, centre_;
  double constant_ = 0;
};

struct QuadraticSpec final : ProblemSpec {
  std::optional<std::int64_t> dimension;                  ///< 10
  std::optional<double> condition_number, heterogeneity;  ///< 10 and 1
  Matrix curvatures, centres;

  void fields(config::Fields& f) override {
    common_fields(f);
    f.integer("dimension", dimension, config::between(1, 1e9), "d (default 10)");
    f.real("condition_number", condition_number, config::at_least(1),
           "eigenvalues are log-spaced in [1/condition_number, 1] (default 10)");
    f.real("heterogeneity", heterogeneity, config::non_negative,
           "standard deviation of the centres' coordinates (default 1)");
    f.matrix("curvatures", curvatures, config::non_negative,
             "n×d, the diagonals of A_i, instead of the above");
    f.matrix("centres", centres, config::any_number,
             "n×d, the minimisers b_i of the f_i; goes with curvatures");
    demand_consistency(f);
  }

  std::shared_ptr<const Problem> build(std::int64_t agents, std::uint64_t seed) const override {
    if (curvatures.size() == 0 && centres.size() == 0)
      return std::make_shared<Quadratic>(spectrum(), drawn_centres(agents, seed));
    if (curvatures.rows() != centres.rows() || curvatures.cols() != centres.cols() ||
        centres.rows() != agents)
      throw InputError(
          fmt::format("problem: curvatures are {}x{} and centres {}x{}; both must have {} rows, one for each "
                      "agent, and equally "
                      "many columns",
                      curvatures.rows(), curvatures.cols(), centres.rows(), centres.cols(), agents));
    return std::make_shared<Quadratic>(curvatures, centres);
  }

  double expected_bytes(std::int64_t agents) const override {
    if (curvatures.size() > 0) return 2 * sizeof(double) * static_cast<double>(curvatures.size());
    return sizeof(double) * static_cast<double>(d()) * (static_cast<double>(agents) + 3);
  }

 private:
  std::int64_t d() const { return dimension.value_or(10); }

  void demand_consistency(config::Fields& f) const {
    const bool is_explicit = f.present("curvatures") || f.present("centres");
    f.demand(!is_explicit || (f.present("curvatures") && f.present("centres")), "",
             "curvatures and centres are accepted together only");
    for (const std::string_view name : {"dimension", "condition_number", "heterogeneity"})
      f.demand(!is_explicit || !f.present(name), name, "is not accepted beside curvatures and centres");
    const bool same_shape = curvatures.rows() == centres.rows() && curvatures.cols() == centres.cols();
    f.demand(curvatures.size() == 0 || centres.size() == 0 || same_shape, "centres",
             "must have as many rows and columns as curvatures");
  }

  /// 1×d, ascending from 1/condition_number to 1.
  Matrix spectrum() const {
    Matrix eigenvalues(1, d());
    for (std::int64_t j = 0; j + 1 < d(); ++j) {
      const double share = 1 - static_cast<double>(j) / static_cast<double>(d() - 1);
      eigenvalues(0, j) = 1 / math::pow(condition_number.value_or(10), share);
    }
    eigenvalues(0, d() - 1) = 1;
    return eigenvalues;
  }

  Matrix drawn_centres(std::int64_t agents, std::uint64_t seed) const {
    Matrix result(agents, d());
    for (std::int64_t i = 0; i < agents; ++i) {
      Stream stream(seed, Purpose::data, static_cast<std::uint64_t>(i));
      for (std::int64_t j = 0; j < d(); ++j) result(i, j) = heterogeneity.value_or(1) * stream.normal();
    }
    return result;
  }
};

}  // namespace

const config::Entry<ProblemSpec> quadratic_entry{
    "quadratic", "f_i(x) = ½(x−b_i)ᵀA_i(x−b_i), with a closed form for everything", "",
    R"({"kind": "quadratic", "dimension": 5, "condition_number": 20, "heterogeneity": 1})",
    []() -> std::shared_ptr<ProblemSpec> { return std::make_shared<QuadraticSpec>(); }};

}  // namespace taubar::problem
