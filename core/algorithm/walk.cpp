#include "core/algorithm/walk.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/base/error.hpp"
#include "core/base/math.hpp"
#include "core/base/random.hpp"

namespace taubar::algorithm {
namespace {

using Kind = WalkOptions::Kind;

/// Below it, w and q are brought back to the size of x: γ/q must not overflow.
constexpr double least_scale = 1e-100;

/// With a link from each to each.
constexpr std::size_t most_agents_anywhere = 4096;

/// Streams of a walk: of its steps, and of its permutations by epoch.
constexpr std::uint64_t steps = 0, permutations = 1;

/// n positive weights, divided by their sum; `otherwise` where there are none.
std::vector<double> normalised(const std::vector<double>& weights, std::vector<double> otherwise, const char* name) {
  const std::size_t n = otherwise.size();
  std::vector<double> result = weights.empty() ? std::move(otherwise) : weights;
  if (result.size() != n)
    throw InputError(fmt::format("/algorithm/{}: has {} values; accepted is one for each of the {} agents", name,
                                 result.size(), n));
  if (std::any_of(result.begin(), result.end(), [](double w) { return !(w > 0); }))
    throw InputError(fmt::format("/algorithm/{}: has a value that is not positive", name));
  const double sum = std::accumulate(result.begin(), result.end(), 0.0);
  for (double& w : result) w /= sum;
  return result;
}

}  // namespace

WalkLaw::WalkLaw(const topology::Digraph& graph, WalkOptions options) : graph_(graph), options_(std::move(options)) {
  const std::size_t n = graph.agents();
  std::vector<double> natural(n, 1.0);
  if (options_.kind == Kind::simple_random_walk && graph.links() > 0)
    for (AgentId i = 0; i < n; ++i) natural[i] = static_cast<double>(graph.out_neighbours(i).size());
  target_ = normalised(options_.target, std::move(natural), "target");
  log_target_.reserve(n);
  for (const double mu : target_) log_target_.push_back(math::log(mu));
  if (algorithm::along_links(options_.kind)) follow_links();
  if (!algorithm::along_links(options_.kind) && n > most_agents_anywhere)
    throw InputError(fmt::format("/algorithm/walk: iid and reshuffling send the token from any of {} agents to any other; "
                                 "accepted with them are {} agents at most", n, most_agents_anywhere));
  if (options_.kind == Kind::iid) {
    cumulative_.resize(n);
    std::partial_sum(target_.begin(), target_.end(), cumulative_.begin());
  }
  options_.start_weights = normalised(options_.start_weights, target_, "start_weights");
}

void WalkLaw::follow_links() {
  if (graph_.directed())
    throw InputError("/algorithm/walk: the chain must be reversible, and the graph is directed; accepted is an "
                     "undirected graph");
  link_.reserve(graph_.links());
  own_.reserve(agents());
  for (AgentId i = 0; i < agents(); ++i) {
    const auto neighbours = graph_.out_neighbours(i);
    const double degree = static_cast<double>(neighbours.size());
    double refused = neighbours.empty() ? 1 : 0;
    for (const AgentId j : neighbours) {
      double accepted = 1;
      if (options_.kind == Kind::metropolis_hastings) {
        const double degree_of_j = static_cast<double>(graph_.out_neighbours(j).size());
        accepted = std::min(1.0, target_[j] * degree / (target_[i] * degree_of_j));
      }
      refused += (1 - accepted) / degree;
      link_.push_back((options_.lazy ? 0.5 : 1.0) * accepted / degree);
    }
    own_.push_back(options_.lazy ? 0.5 + 0.5 * refused : refused);
  }
}

AgentId WalkLaw::by_target(double u) const {
  const auto above = std::upper_bound(cumulative_.begin(), cumulative_.end(), u * cumulative_.back());
  return static_cast<AgentId>(std::min<std::ptrdiff_t>(above - cumulative_.begin(), std::ssize(cumulative_) - 1));
}

Walk::Walk(const WalkLaw& law, std::uint64_t seed) : law_(law), seed_(seed) {
  history_ = law.options().start_weights;
  history_.push_back(1);
  std::size_t most = 0;
  for (AgentId i = 0; i < law.agents(); ++i) most = std::max(most, law.neighbours(i).size());
  row_.resize(most + 1);
  if (law.options().kind == Kind::reshuffling) order_.resize(law.agents());
}

void Walk::visit(AgentId i, std::int64_t n) {
  const double a = law_.options().history_power, k = static_cast<double>(n + 1);
  const double gamma = a == 1 ? 1 / k : math::pow(k, -a);
  double& scale = history_.back();
  scale *= 1 - gamma;
  history_[i] += gamma / scale;
  if (scale > least_scale) return;
  for (std::size_t j = 0; j + 1 < history_.size(); ++j) history_[j] *= scale;
  scale = 1;
}

std::span<const double> Walk::row(AgentId i) {
  const auto links = law_.along_links(i);
  const auto neighbours = law_.neighbours(i);
  const std::size_t d = links.size();
  const std::span<double> row(row_.data(), d + 1);
  std::copy(links.begin(), links.end(), row.begin());
  row[d] = law_.staying(i);
  if (!law_.self_repellent()) return row;
  // P_ij exp(e_ij − max_j e_ij), e_ij = −α (log w_j − log μ_j): a power of its own would overflow.
  const auto exponent = [&](AgentId j) { return -law_.options().alpha * (math::log(history_[j]) - law_.log_target(j)); };
  const double own = row[d] > 0 ? exponent(i) : -HUGE_VAL;
  double largest = own;
  for (std::size_t place = 0; place < d; ++place) {
    row[place] = exponent(neighbours[place]);
    largest = std::max(largest, row[place]);
  }
  for (std::size_t place = 0; place < d; ++place) row[place] = links[place] * math::exp(row[place] - largest);
  row[d] = row[d] > 0 ? row[d] * math::exp(own - largest) : 0;
  return row;
}

AgentId Walk::along_row(AgentId i, double u) {
  const auto weights = row(i);
  const auto neighbours = law_.neighbours(i);
  double left = u * std::accumulate(weights.begin(), weights.end(), 0.0);
  for (std::size_t place = 0; place < neighbours.size(); ++place) {
    left -= weights[place];
    if (left < 0) return neighbours[place];
  }
  // Where P_ii = 0, rounding alone comes here.
  return weights.back() > 0 ? i : neighbours.back();
}

AgentId Walk::in_permutation(std::int64_t n) {
  const auto size = static_cast<std::int64_t>(order_.size());
  if (epoch_ != n / size) {
    epoch_ = n / size;
    std::iota(order_.begin(), order_.end(), AgentId{0});
    Stream random(seed_, Purpose::token_walk, permutations, static_cast<std::uint64_t>(epoch_));
    for (std::size_t left = order_.size(); left > 1; --left) std::swap(order_[left - 1], order_[random.below(left)]);
  }
  return order_[static_cast<std::size_t>(n % size)];
}

AgentId Walk::next(AgentId i, std::int64_t n) {
  if (law_.options().kind == Kind::reshuffling) return in_permutation(n);
  const double u = to_unit(random_word(seed_, Purpose::token_walk, steps, 0, static_cast<std::uint64_t>(n)));
  return law_.options().kind == Kind::iid ? law_.by_target(u) : along_row(i, u);
}

}  // namespace taubar::algorithm
