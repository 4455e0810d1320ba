#include "core/problem/empirical_risk.hpp"

#include <algorithm>
#include <limits>

namespace taubar::problem {
namespace {

std::string hash_of(const SampleTerms& terms, const Shares& shares) {
  ContentHash hash;
  hash.text(shares.of == Shares::Of::mean ? "empirical risk 1" : "potential of a posterior 1");
  terms.add_model(hash);
  hash.real(shares.l2);
  terms.add_samples(hash);
  return hash.hex();
}

}  // namespace

double squared_norm(const ConstVectorRef& x) {
  double sum = 0;
  for (const double value : x) sum += value * value;
  return sum;
}

EmpiricalRisk::EmpiricalRisk(std::shared_ptr<const SampleTerms> terms, Shares shares,
                             std::shared_ptr<const SampleTerms> held_out)
    : all_(std::move(terms)),
      local_(all_),
      agents_(shares.agents),
      parts_(shares.of == Shares::Of::mean ? static_cast<double>(all_->samples()) : 1.0),
      l2_(shares.l2),
      hash_(hash_of(*all_, shares)) {
  if (held_out) held_out_ = std::make_unique<const HeldOut>(std::move(held_out));
  if (!shares.partition) return;
  order_ = std::move(shares.partition->order);
  start_ = std::move(shares.partition->start);
  if (!std::is_sorted(order_.begin(), order_.end())) local_ = all_->reordered(order_);
}

Run EmpiricalRisk::own(AgentId i) const {
  return everybody_has_all() ? everything() : Run{start_[i], start_[std::size_t{i} + 1]};
}

std::int64_t EmpiricalRisk::local_samples(AgentId i) const {
  const Run run = own(i);
  return run.end - run.begin;
}

double EmpiricalRisk::value(const ConstVectorRef& x) const {
  return weight() * all_->value(everything(), x) + 0.5 * l2_ * squared_norm(x);
}

void EmpiricalRisk::gradient(const ConstVectorRef& x, VectorRef g) const {
  all_->gradient(everything(), x, g);
  g = weight() * g + l2_ * x;
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

std::vector<double> EmpiricalRisk::by_sample(const std::vector<double>& by_agent) const {
  std::vector<double> weights(order_.size());
  for (std::size_t i = 0; i < by_agent.size(); ++i)
    for (auto p = start_[i]; p < start_[i + 1]; ++p)
      weights[static_cast<std::size_t>(order_[static_cast<std::size_t>(p)])] = by_agent[i];
  return weights;
}

Constants EmpiricalRisk::constants() const {
  constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
  return {unknown, unknown};
}

}  // namespace taubar::problem
