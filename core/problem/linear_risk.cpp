#include "core/problem/linear_risk.hpp"

#include <algorithm>

#include "core/base/error.hpp"
#include "core/problem/gram.hpp"
#include "core/problem/newton.hpp"

namespace taubar::problem {
namespace {

/// factor · Σ_s w_s ℓ_s + (l2/2)‖x‖²
class RegularisedSum final : public TwiceDifferentiable {
 public:
  RegularisedSum(const SampleSum& samples, double factor, std::vector<double> weights, double l2)
      : samples_(samples), factor_(factor), weights_(std::move(weights)), l2_(l2) {}

  std::int64_t dimension() const override { return samples_.dimension(); }
  double value(const ConstVectorRef& x) const override {
    return factor_ * samples_.value(run(), x, weights_) + 0.5 * l2_ * squared_norm(x);
  }
  void gradient(const ConstVectorRef& x, VectorRef g) const override {
    samples_.gradient(run(), x, g, weights_);
    g = factor_ * g + l2_ * x;
  }
  void hessian(const ConstVectorRef& x, Matrix& h) const override {
    samples_.hessian(run(), x, h, weights_);
    h *= factor_;
    h.diagonal().array() += l2_;
  }
  void hessian_times(const ConstVectorRef& x, const ConstVectorRef& v, VectorRef out) const override {
    samples_.hessian_times(run(), x, v, out, weights_);
    out = factor_ * out + l2_ * v;
  }
  void hessian_diagonal(const ConstVectorRef& x, VectorRef out) const override {
    samples_.hessian_diagonal(run(), x, out, weights_);
    out = (factor_ * out).array() + l2_;
  }

 private:
  Run run() const { return {0, samples_.samples()}; }

  const SampleSum& samples_;
  double factor_;
  std::vector<double> weights_;
  double l2_;
};

}  // namespace

LinearRisk::LinearRisk(std::shared_ptr<const SampleSum> samples, Shares shares,
                       std::shared_ptr<const SampleTerms> held_out)
    : EmpiricalRisk(std::move(samples), std::move(shares), std::move(held_out)) {}

Constants LinearRisk::constants_of(const SampleTerms& terms, Run run, double weight) const {
  const auto extremes = gram_extremes(linear(terms).features(), run);
  const auto& loss = terms.loss();
  const double curvature = weight * loss.largest_curvature();
  return {curvature * extremes.largest + l2(), (loss.quadratic() ? curvature * extremes.smallest : 0.0) + l2()};
}

Constants LinearRisk::constants() const {
  std::call_once(known_, [&] { constants_ = constants_of(all(), everything(), weight()); });
  return constants_;
}

Constants LinearRisk::local_constants(AgentId i) const {
  return everybody_has_all() ? constants() : constants_of(local(), own(i), local_weight());
}

std::optional<Vector> LinearRisk::minimiser(const std::vector<double>& weights, double tolerance,
                                            const Vector& start) const {
  check(std::ssize(weights) == agents() && start.size() == dimension(),
        "a weight for each agent, a full start");
  if (l2() == 0 && !all().loss().quadratic()) return std::nullopt;
  const bool equal = everybody_has_all() || std::all_of(weights.begin(), weights.end(), [&](double w) {
                       return w == weights.front();
                     });
  const RegularisedSum f(linear(all()), equal ? weight() : local_weight(),
                         equal ? std::vector<double>{} : by_sample(weights), l2());
  if (l2() == 0) {
    if (dimension() > max_hessian_dimension) return std::nullopt;
    Matrix h;
    f.hessian(start, h);
    if (!positive_definite(h)) return std::nullopt;
  }
  return newton(f, start, tolerance);
}

}  // namespace taubar::problem
