#include "sim/law/blend.hpp"

#include <algorithm>
#include <limits>

#include "core/base/error.hpp"

namespace taubar::law {

Blend::Blend(const std::vector<double>& weights, std::vector<std::unique_ptr<Law>> components)
    : components_(std::move(components)) {
  double total = 0;
  for (double weight : weights) total += weight;
  check(total > 0 && weights.size() == components_.size(),
        "a blend has as many weights as components, not all 0");
  double end = 0;
  for (double weight : weights) {
    shares_.push_back(weight / total);
    ends_.push_back(end += shares_.back());
  }
  // The last component of positive share takes what rounding left of the interval.
  for (std::size_t i = shares_.size(); i-- > 0;) {
    ends_[i] = 1;
    if (shares_[i] > 0) break;
  }
  for (const auto& component : components_)
    depends_on_time_ = depends_on_time_ || component->depends_on_time();
}

std::size_t Blend::choose(double& u) const {
  const auto end = std::upper_bound(ends_.begin(), ends_.end(), u);
  const auto i = static_cast<std::size_t>(end - ends_.begin());
  const double begin = i == 0 ? 0 : ends_[i - 1];
  u = std::clamp((u - begin) / (ends_[i] - begin), 0x1p-53, 1 - 0x1p-53);
  return i;
}

double Blend::quantile(double u) const {
  const std::size_t i = choose(u);
  return components_[i]->quantile(u);
}

double Blend::quantile_at(double u, Time now, std::uint64_t key) {
  const std::size_t i = choose(u);
  return components_[i]->quantile_at(u, now, key);
}

template <class Quantity>
double Blend::weighted(Quantity quantity) const {
  double sum = 0;
  for (std::size_t i = 0; i < components_.size(); ++i)
    if (shares_[i] > 0) sum += shares_[i] * quantity(*components_[i]);
  return sum;
}

double Blend::cdf(double x) const {
  return std::min(1.0, weighted([x](const Law& law) { return law.cdf(x); }));
}
double Blend::mean() const {
  return weighted([](const Law& law) { return law.mean(); });
}
double Blend::limited_mean(double x) const {
  return weighted([x](const Law& law) { return law.limited_mean(x); });
}
double Blend::mean_inverse() const {
  return weighted([](const Law& law) { return law.mean_inverse(); });
}

Support Blend::support() const {
  Support all{std::numeric_limits<double>::infinity(), 0};
  for (std::size_t i = 0; i < components_.size(); ++i) {
    if (shares_[i] == 0) continue;
    const Support one = components_[i]->support();
    all = {std::min(all.low, one.low), std::max(all.high, one.high)};
  }
  return all;
}

}  // namespace taubar::law
