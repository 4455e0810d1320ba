#include "core/algorithm/token_desk.hpp"

#include <algorithm>

#include "core/algorithm/token_optimizer.hpp"
#include "core/algorithm/token_version.hpp"

namespace taubar::algorithm {

TokenDesk::TokenDesk(const Inputs& inputs, StepSize steps, const TokenSgdOptions& options)
    : options_(options),
      step_size_(std::move(steps)),
      law_(inputs.graph, options.walk),
      seed_(inputs.seed),
      dimension_(inputs.initial.cols()),
      moments_(moments_of(options.optimizer)),
      bags_(static_cast<std::size_t>(options.tokens)) {
  std::size_t most = 0;
  for (AgentId i = 0; i < law_.agents(); ++i) most = std::max(most, law_.neighbours(i).size());
  if (keeps_visits()) row_.resize(most + 1);
  for (std::size_t t = 0; t < bags_.size(); ++t) take_bag(t, 0).held = false;
  message_size_ = static_cast<std::size_t>(dimension_ * (1 + moments_)) + weights(*bags_[0][0]).size();
}

AgentId TokenDesk::start_of(std::size_t token) const {
  const std::size_t n = law_.agents();
  return static_cast<AgentId>((static_cast<std::size_t>(options_.start) + token * n / tokens()) % n);
}

TokenBag& TokenDesk::take_bag(std::size_t token, std::int64_t version) {
  auto& bags = bags_[token];
  TokenBag* found = nullptr;
  for (const auto& bag : bags) {
    if (bag->held) continue;
    if (!found || bag->version < found->version) found = bag.get();
    if (bag->version == version) {
      found = bag.get();
      break;
    }
  }
  if (!found) {
    bags.push_back(std::make_unique<TokenBag>(law_, seed_, token, moments_, tokens() > 1 ? 1 : 0, dimension_));
    found = bags.back().get();
  }
  found->held = true;
  return *found;
}

const TokenBag& TokenDesk::newest_bag(std::size_t token) const {
  const auto& bags = bags_[token];
  return **std::max_element(bags.begin(), bags.end(), [](const auto& a, const auto& b) { return a->version < b->version; });
}

const TokenBag* TokenDesk::bag(std::size_t token, std::int64_t version) const {
  for (const auto& bag : bags_[token])
    if (bag->version == version) return bag.get();
  return nullptr;
}

std::span<const double> TokenDesk::weights(const TokenBag& bag) const {
  if (!keeps_visits()) return bag.walk.carried();
  if (options_.walk.history_power == 1) return {};
  return {&bag.log_scale, 1};
}

std::span<double> TokenDesk::weights_to_change(TokenBag& bag) const {
  if (!keeps_visits()) return bag.walk.carried_to_change();
  if (options_.walk.history_power == 1) return {};
  return {&bag.log_scale, 1};
}

void TokenDesk::pack(VectorView theta, TokenBag& bag, std::span<double> values) const {
  const auto d = static_cast<std::size_t>(dimension_);
  as_vector(values.first(d)) = theta;
  std::size_t at = d;
  for (int v = 0; v < moments_; ++v, at += d) as_vector(values.subspan(at, d)) = bag.moments[v];
  const auto own = weights(bag);
  std::copy(own.begin(), own.end(), values.begin() + static_cast<std::ptrdiff_t>(at));
}

void TokenDesk::unpack(std::span<const double> values, VectorView theta, TokenBag& bag, std::int64_t version) const {
  const auto d = static_cast<std::size_t>(dimension_);
  theta = as_vector(values.first(d));
  std::size_t at = d;
  for (int v = 0; v < moments_; ++v, at += d) bag.moments[v] = as_vector(values.subspan(at, d));
  const auto rest = values.subspan(at);
  if (!rest.empty() && keeps_visits())
    bag.log_scale = rest[0];
  else if (!rest.empty() && bag.left != version)
    bag.walk.take(rest, token_version::steps(version));
  bag.left = -1;
  bag.version = version;
  if (tokens() > 1) bag.theta[0] = theta;
}

std::size_t TokenDesk::take_copy() {
  if (free_copies_.empty()) {
    copies_.emplace_back(message_size_);
    free_copies_.reserve(copies_.size());
    return copies_.size() - 1;
  }
  const std::size_t number = free_copies_.back();
  free_copies_.pop_back();
  return number;
}

}  // namespace taubar::algorithm
