#include "core/problem/empirical_risk.hpp"

#include <algorithm>

#include "core/base/error.hpp"
#include "core/problem/content_hash.hpp"
#include "core/problem/gram.hpp"
#include "core/problem/newton.hpp"

namespace taubar::problem {
namespace {

// Term by term: Eigen's sum would depend on whether it was built with vector instructions.
double squared_norm(const ConstVectorRef& x) {
  double sum = 0;
  for (const double value : x) sum += value * value;
  return sum;
}

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

std::string hash_of(const SampleSum& samples, double l2) {
  ContentHash hash;
  hash.text("empirical risk 1").text(samples.loss().name()).integer(samples.loss().outputs()).real(l2);
  samples.features().add_to(hash);
  hash.reals(samples.targets());
  return hash.hex();
}

}  // namespace

EmpiricalRisk::EmpiricalRisk(SampleSum samples, const Partition& partition, double l2)
    : all_(std::make_shared<SampleSum>(std::move(samples))),
      order_(partition.order),
      start_(partition.start),
      l2_(l2),
      hash_(hash_of(*all_, l2)) {
  local_ = std::is_sorted(order_.begin(), order_.end())
               ? all_
               : std::make_shared<const SampleSum>(all_->reordered(order_));
}

Run EmpiricalRisk::own(AgentId i) const { return {start_[i], start_[std::size_t{i} + 1]}; }

std::int64_t EmpiricalRisk::local_samples(AgentId i) const {
  const Run run = own(i);
  return run.end - run.begin;
}

double EmpiricalRisk::value(const ConstVectorRef& x) const {
  return RegularisedSum(*all_, 1.0 / static_cast<double>(all_->samples()), {}, l2_).value(x);
}

void EmpiricalRisk::gradient(const ConstVectorRef& x, VectorRef g) const {
  RegularisedSum(*all_, 1.0 / static_cast<double>(all_->samples()), {}, l2_).gradient(x, g);
}

double EmpiricalRisk::local_value(AgentId i, const ConstVectorRef& x) const {
  return local_weight() * local_->value(own(i), x) + 0.5 * l2_ * squared_norm(x);
}

void EmpiricalRisk::local_gradient(AgentId i, const ConstVectorRef& x, VectorRef g) const {
  local_->gradient(own(i), x, g);
  g = local_weight() * g + l2_ * x;
}

void EmpiricalRisk::sampled_gradient(AgentId i, const ConstVectorRef& x,
                                     std::span<const std::int64_t> samples, VectorRef g) const {
  if (samples.empty()) {
    g = l2_ * x;
    return;
  }
  local_->gradient(own(i).begin, samples, x, g);
  const double share = static_cast<double>(local_samples(i)) / static_cast<double>(samples.size());
  g = (local_weight() * share) * g + l2_ * x;
}

Constants EmpiricalRisk::constants_of(const SampleSum& samples, Run run, double weight) const {
  const auto extremes = gram_extremes(samples.features(), run);
  const auto& loss = samples.loss();
  return {weight * loss.largest_curvature() * extremes.largest + l2_,
          (loss.quadratic() ? weight * extremes.smallest : 0.0) + l2_};
}

Constants EmpiricalRisk::constants() const {
  return constants_of(*all_, {0, all_->samples()}, 1.0 / static_cast<double>(all_->samples()));
}

Constants EmpiricalRisk::local_constants(AgentId i) const {
  return constants_of(*local_, own(i), local_weight());
}

std::optional<Vector> EmpiricalRisk::minimiser(const std::vector<double>& weights, double tolerance,
                                               const Vector& start) const {
  check(std::ssize(weights) == agents() && start.size() == dimension(),
        "a weight for each agent, a full start");
  if (l2_ == 0 && !all_->loss().quadratic()) return std::nullopt;
  const bool equal =
      std::all_of(weights.begin(), weights.end(), [&](double w) { return w == weights.front(); });
  std::vector<double> sample_weights;
  if (!equal) {
    sample_weights.resize(order_.size());
    for (std::size_t i = 0; i < weights.size(); ++i)
      for (auto p = start_[i]; p < start_[i + 1]; ++p)
        sample_weights[static_cast<std::size_t>(order_[static_cast<std::size_t>(p)])] = weights[i];
  }
  const double factor = equal ? 1.0 / static_cast<double>(all_->samples()) : local_weight();
  const RegularisedSum f(*all_, factor, std::move(sample_weights), l2_);
  if (l2_ == 0) {
    if (dimension() > max_hessian_dimension) return std::nullopt;
    Matrix h;
    f.hessian(start, h);
    if (!positive_definite(h)) return std::nullopt;
  }
  return newton(f, start, tolerance);
}

}  // namespace taubar::problem
