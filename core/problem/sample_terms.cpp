#include "core/problem/sample_terms.hpp"

namespace taubar::problem {

SampleTerms::SampleTerms(std::vector<double> targets, std::shared_ptr<const Loss> loss)
    : targets_(std::move(targets)), loss_(std::move(loss)) {}

void SampleTerms::add_model(ContentHash& hash) const { hash.text(loss().name()).integer(loss().outputs()); }

std::vector<double> SampleTerms::targets_in(std::span<const std::int64_t> order) const {
  std::vector<double> result;
  result.reserve(order.size());
  for (const auto s : order) result.push_back(target(s));
  return result;
}

}  // namespace taubar::problem
