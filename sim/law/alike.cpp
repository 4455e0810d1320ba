#include "sim/law/alike.hpp"

#include <algorithm>
#include <numeric>

#include "core/base/error.hpp"
#include "sim/law/k_sample.hpp"

namespace taubar::law {
namespace {

constexpr std::size_t most_values = 1000;

void thin(std::vector<double>& values) {
  if (values.size() <= most_values) return;
  for (std::size_t i = 0; i < most_values; ++i) values[i] = values[i * values.size() / most_values];
  values.resize(most_values);
}

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

/// Which p-values Holm's procedure refuses: the least is held against level/count, the next against level/(count − 1), …
std::vector<bool> refused(const std::vector<double>& p) {
  std::vector<std::size_t> order(p.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return p[a] < p[b]; });
  std::vector<bool> yes(p.size());
  for (std::size_t i = 0; i < p.size(); ++i) {
    if (p[order[i]] >= level_of_difference / static_cast<double>(p.size() - i)) break;
    yes[order[i]] = true;
  }
  return yes;
}

/// The sample with the middle median, first among equals.
std::size_t reference(const std::vector<std::size_t>& rest, const std::vector<double>& medians) {
  auto sorted = rest;
  std::stable_sort(sorted.begin(), sorted.end(), [&](std::size_t a, std::size_t b) { return medians[a] < medians[b]; });
  return sorted[(sorted.size() - 1) / 2];
}

}  // namespace

Alike alike(std::vector<std::vector<double>> samples) {
  check(!samples.empty(), "there are samples to compare");
  std::vector<double> medians;
  for (auto& values : samples) {
    check(!values.empty(), "samples that are compared are not empty");
    thin(values);
    medians.push_back(median(values));
  }
  std::vector<std::size_t> rest(samples.size());
  std::iota(rest.begin(), rest.end(), std::size_t{0});
  Alike result;
  if (samples.size() > 1) result.p = anderson_darling_p(samples);
  if (result.p >= level_of_difference) {
    result.groups = {rest};
    return result;
  }
  while (!rest.empty()) {
    const std::size_t middle = reference(rest, medians);
    std::vector<double> p;
    for (std::size_t i : rest) p.push_back(i == middle ? 1 : anderson_darling_p({samples[middle], samples[i]}));
    const auto differs = refused(p);
    std::vector<std::size_t> group, others;
    for (std::size_t i = 0; i < rest.size(); ++i) (differs[i] ? others : group).push_back(rest[i]);
    result.groups.push_back(group);
    rest = others;
  }
  std::stable_sort(result.groups.begin(), result.groups.end(),
                   [](const auto& a, const auto& b) { return a.size() > b.size(); });
  return result;
}

}  // namespace taubar::law
