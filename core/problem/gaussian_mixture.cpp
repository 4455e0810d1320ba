// U(x) = −log Σ_k w_k N(x; m_k, s_k² I), k = 1 … K, by log-sum-exp; the law of exp(−U) is the mixture itself,
// with mean m̄ = Σ w_k m_k and covariance Σ_k w_k (s_k² I + m_k m_kᵀ) − m̄ m̄ᵀ.
//
// With equal s, ∇²U = I/s² − C/s⁴, C the covariance of the m_k under the posterior weights at x, 0 <= C <=
// D²/4 with D the largest distance of two means (Popoviciu 1935): so L = max(1/s², D²/(4s⁴) − 1/s²), and mu =
// 1/s² − D²/(4s⁴) where that is positive.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "core/base/error.hpp"
#include "core/base/math.hpp"
#include "core/config/fields.hpp"
#include "core/problem/content_hash.hpp"
#include "core/problem/entries.hpp"
#include "core/problem/shared_problem.hpp"

namespace taubar::problem {
namespace {

class GaussianMixture final : public SharedProblem {
 public:
  /// K weights of sum 1, K×d means, K variances s_k².
  GaussianMixture(std::int64_t agents, Vector weights, Matrix means, Vector variances)
      : SharedProblem(agents),
        weights_(std::move(weights)),
        means_(std::move(means)),
        variances_(std::move(variances)) {
    constexpr double two_pi = 6.283185307179586;
    offsets_.resize(components());
    for (Eigen::Index k = 0; k < components(); ++k)
      offsets_[k] =
          math::log(weights_[k]) - 0.5 * static_cast<double>(dimension()) * math::log(two_pi * variances_[k]);
  }

  std::int64_t dimension() const override { return means_.cols(); }
  double value(const ConstVectorRef& x) const override {
    Vector& terms = exponents(x);
    const double top = terms.maxCoeff();
    double sum = 0;
    for (const double term : terms) sum += math::exp(term - top);
    return -top - math::log(sum);
  }
  /// Σ_k p_k (x − m_k)/s_k², p_k the posterior weights of the components at x.
  void gradient(const ConstVectorRef& x, VectorRef g) const override {
    Vector& p = exponents(x);
    const double top = p.maxCoeff();
    double sum = 0;
    for (double& term : p) sum += term = math::exp(term - top);
    g.setZero();
    for (Eigen::Index k = 0; k < components(); ++k) {
      const double share = p[k] / sum / variances_[k];
      for (Eigen::Index j = 0; j < x.size(); ++j) g[j] += share * (x[j] - means_(k, j));
    }
  }
  Constants constants() const override {
    constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
    if (variances_.minCoeff() != variances_.maxCoeff()) return {unknown, unknown};
    double widest = 0;
    for (Eigen::Index k = 0; k < components(); ++k)
      for (Eigen::Index l = 0; l < k; ++l)
        widest = std::max(widest, (means_.row(k) - means_.row(l)).squaredNorm());
    const double a = 1 / variances_[0], b = 0.25 * widest * a * a;
    return {std::max(a, b - a) * (1 + 1e-12), a > b ? (a - b) * (1 - 1e-12) : unknown};
  }
  std::optional<KnownLaw> law(double temperature) const override {
    if (temperature != 1 || dimension() > max_law_dimension) return std::nullopt;
    KnownLaw result{means_.transpose() * weights_, Matrix::Zero(dimension(), dimension()), components() == 1};
    for (Eigen::Index k = 0; k < components(); ++k) {
      const Vector off = means_.row(k).transpose() - result.mean;
      result.covariance += weights_[k] * off * off.transpose();
      result.covariance.diagonal().array() += weights_[k] * variances_[k];
    }
    return result;
  }
  std::string content_hash() const override {
    ContentHash hash;
    hash.text("gaussian mixture 1").integer(components()).integer(dimension());
    hash.reals({weights_.data(), static_cast<std::size_t>(weights_.size())});
    hash.reals({means_.data(), static_cast<std::size_t>(means_.size())});
    hash.reals({variances_.data(), static_cast<std::size_t>(variances_.size())});
    return hash.hex();
  }

 protected:
  /// The modes of a mixture have no closed form.
  std::optional<Vector> known_minimiser() const override { return std::nullopt; }

 private:
  Eigen::Index components() const { return means_.rows(); }

  /// log(w_k N(x; m_k, s_k² I)) for each k, in working memory of the thread.
  Vector& exponents(const ConstVectorRef& x) const {
    thread_local Vector terms;
    terms.resize(components());
    for (Eigen::Index k = 0; k < components(); ++k) {
      double square = 0;
      for (Eigen::Index j = 0; j < x.size(); ++j) square += (x[j] - means_(k, j)) * (x[j] - means_(k, j));
      terms[k] = offsets_[k] - 0.5 * square / variances_[k];
    }
    return terms;
  }

  Vector weights_;
  Matrix means_;
  Vector variances_, offsets_;
};

struct GaussianMixtureSpec final : ProblemSpec {
  std::vector<double> weights;
  Matrix means;  ///< default (−3, 0) and (3, 0)
  std::vector<double> variances{1};

  void fields(config::Fields& f) override {
    common_fields(f);
    f.reals("weights", weights, config::positive, "K numbers, taken relative to their sum (default equal)");
    f.matrix("means", means, config::any_number, "K×d, a row a component (default (-3, 0) and (3, 0))");
    f.reals("variances", variances, config::positive,
            "of each coordinate: one number for all components, or K");
    const auto count = components().rows();
    f.demand(weights.empty() || std::ssize(weights) == count, "weights",
             fmt::format("must hold {} numbers, one for each mean", count));
    f.demand(std::ssize(variances) == 1 || std::ssize(variances) == count, "variances",
             fmt::format("must hold one number, or {}, one for each mean", count));
  }

  std::shared_ptr<const Problem> build(std::int64_t agents, std::uint64_t) const override {
    const Matrix at = components();
    const auto count = at.rows();
    Vector w = Vector::Ones(count), s2 = Vector::Constant(count, variances.front());
    if (!weights.empty()) w = ConstVectorView(weights.data(), count);
    if (variances.size() > 1) s2 = ConstVectorView(variances.data(), count);
    double sum = 0;
    for (const double weight : w) sum += weight;
    return std::make_shared<GaussianMixture>(agents, w / sum, at, s2);
  }

  double expected_bytes(std::int64_t) const override {
    return sizeof(double) * 4.0 * static_cast<double>(components().size() + components().rows());
  }

 private:
  Matrix components() const {
    if (means.size() > 0) return means;
    Matrix two(2, 2);
    two << -3, 0, 3, 0;
    return two;
  }
};

}  // namespace

const config::Entry<ProblemSpec> gaussian_mixture_entry{
    "gaussian_mixture",
    "target Σ_k w_k N(m_k, s_k² I), several modes: U is minus its log density, for every agent", "",
    R"({"kind": "gaussian_mixture", "weights": [1, 3], "means": [[-2, 0], [2, 1]], "variances": [1]})",
    []() -> std::shared_ptr<ProblemSpec> { return std::make_shared<GaussianMixtureSpec>(); }};

}  // namespace taubar::problem
