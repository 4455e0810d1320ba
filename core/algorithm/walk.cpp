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

/// Below it, powers may have underflowed.
constexpr double least_row = 1e-200;

/// With a link from each to each.
constexpr std::size_t most_agents_anywhere = 4096;

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

/// k^p, (k+1)^p, … . Far out k^p (1 + j/k)^p by the binomial series: eight terms leave less than (32/8192)^8 = 2^−64.
template <std::size_t Count>
void powers_in_a_row(double k, double p, std::array<double, Count>& powers) {
  static_assert(Count <= 32);
  if (k < 8192) {
    for (std::size_t j = 0; j < Count; ++j) powers[j] = math::pow(k + static_cast<double>(j), p);
    return;
  }
  std::array<double, 8> term{math::pow(k, p)};
  for (std::size_t m = 1; m < term.size(); ++m)
    term[m] = term[m - 1] * (p - static_cast<double>(m - 1)) / (static_cast<double>(m) * k);
  for (std::size_t j = 0; j < Count; ++j) {
    double sum = term.back();
    for (std::size_t m = term.size() - 1; m-- > 0;) sum = sum * static_cast<double>(j) + term[m];
    powers[j] = sum;
  }
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

Walk::Walk(const WalkLaw& law, std::uint64_t seed, std::uint64_t token) : law_(law), seed_(seed), stream_(2 * token) {
  history_ = law.options().start_weights;
  history_.push_back(1);
  std::size_t most = 0;
  for (AgentId i = 0; i < law.agents(); ++i) most = std::max(most, law.neighbours(i).size());
  row_.resize(most + 1);
  sums_.resize(most + 1);
  if (law.self_repellent()) {
    powers_.resize(law.agents());
    found_.resize(law.agents());
    find_powers();
  }
  if (law.options().kind == Kind::reshuffling) order_.resize(law.agents());
}

void Walk::set_generation(std::int64_t generation) {
  const std::uint64_t stream = static_cast<std::uint64_t>(generation) << 16 | (stream_ & 0xffff);
  if (stream == stream_) return;
  stream_ = stream;
  words_block_ = epoch_ = -1;
}

std::span<double> Walk::carried_to_change() {
  if (!law_.self_repellent()) return {};
  powers_known_ = false;
  return history_;
}

void Walk::take(std::span<const double> history, std::int64_t n) {
  visits_ = n;
  std::copy(history.begin(), history.end(), history_.begin());
  powers_known_ = false;
}

double Walk::gamma(std::int64_t n) {
  const double a = law_.options().history_power;
  if (a == 1) return 1 / static_cast<double>(n + 1);
  if (gammas_block_ != n / gammas_at_once) {
    gammas_block_ = n / gammas_at_once;
    powers_in_a_row(static_cast<double>(gammas_block_ * gammas_at_once + 1), -a, gammas_);
  }
  return gammas_[static_cast<std::size_t>(n % gammas_at_once)];
}

void Walk::visit(AgentId i, std::int64_t n) {
  visits_ = n;
  const double step = gamma(n);
  double& scale = history_.back();
  scale *= 1 - step;
  history_[i] += step / scale;
  if (scale <= least_scale) {
    for (std::size_t j = 0; j + 1 < history_.size(); ++j) history_[j] *= scale;
    scale = 1;
    powers_known_ = false;
  }
  if (powers_.empty()) return;
  if (powers_known_) powers_[i] = found_[i].power * math::pow(found_[i].weight / history_[i], law_.options().alpha);
  if (visits_until_powers_ > 0) --visits_until_powers_;
}

/// −α (log w_j − log μ_j): the power of its own would overflow.
double Walk::exponent(AgentId j) const {
  return -law_.options().alpha * (math::log(history_[j]) - law_.log_target(j));
}

void Walk::find_powers() {
  for (AgentId j = 0; j < powers_.size(); ++j) powers_[j] = exponent(j);
  const double greatest = *std::max_element(powers_.begin(), powers_.end());
  for (AgentId j = 0; j < powers_.size(); ++j) {
    powers_[j] = math::exp(powers_[j] - greatest);
    found_[j] = {history_[j], powers_[j]};
  }
  powers_known_ = true;
  visits_until_powers_ = static_cast<std::int64_t>(powers_.size());
}

std::span<const double> Walk::row(AgentId i) {
  const auto links = law_.along_links(i);
  const auto neighbours = law_.neighbours(i);
  const std::size_t d = links.size();
  const std::span<double> row(row_.data(), d + 1);
  row[d] = law_.staying(i);
  row_sum_ = 0;
  if (law_.history_driven_target()) {
    row[d] = 1;
    for (std::size_t place = 0; place < d; ++place) row[d] -= row[place] = accepted(i, neighbours[place]) / static_cast<double>(d);
    return row;
  }
  if (powers_.empty()) {
    for (std::size_t place = 0; place < d; ++place) sums_[place] = row_sum_ += row[place] = links[place];
  } else if (powers_known_) {
    for (std::size_t place = 0; place < d; ++place) sums_[place] = row_sum_ += row[place] = links[place] * powers_[neighbours[place]];
    row[d] *= powers_[i];
  }
  row_sum_ += row[d];
  if (powers_.empty() || (powers_known_ && row_sum_ > least_row)) return row;
  if (visits_until_powers_ == 0) find_powers();
  return row_from_logarithms(i);
}

std::span<const double> Walk::row_from_logarithms(AgentId i) {
  const auto links = law_.along_links(i);
  const auto neighbours = law_.neighbours(i);
  const std::size_t d = links.size();
  const std::span<double> row(row_.data(), d + 1);
  const double own = law_.staying(i) > 0 ? exponent(i) : -HUGE_VAL;
  double largest = own;
  for (std::size_t place = 0; place < d; ++place) {
    row[place] = exponent(neighbours[place]);
    largest = std::max(largest, row[place]);
  }
  for (std::size_t place = 0; place < d; ++place) row[place] = links[place] * math::exp(row[place] - largest);
  row[d] = law_.staying(i) > 0 ? law_.staying(i) * math::exp(own - largest) : 0;
  row_sum_ = 0;
  for (std::size_t place = 0; place <= d; ++place) sums_[place] = row_sum_ += row[place];
  return row;
}

/// min(1, π_j[x] d_i / (π_i[x] d_j)), halved for a lazy walk.
double Walk::accepted(AgentId i, AgentId j) const {
  const double degrees = static_cast<double>(law_.neighbours(i).size()) / static_cast<double>(law_.neighbours(j).size());
  double ratio = law_.target()[j] / law_.target()[i] * degrees;
  const bool in_range = powers_known_ && powers_[i] > least_row && powers_[j] > least_row;
  ratio *= in_range ? powers_[j] / powers_[i] : math::exp(exponent(j) - exponent(i));
  return (law_.options().lazy ? 0.5 : 1.0) * std::min(1.0, ratio);
}

/// The number of the neighbour, and whether the walk goes there, from one draw.
AgentId Walk::by_proposal(AgentId i, double u) const {
  const auto neighbours = law_.neighbours(i);
  if (neighbours.empty()) return i;
  const double at = u * static_cast<double>(neighbours.size());
  const auto place = std::min(static_cast<std::size_t>(at), neighbours.size() - 1);
  return at - static_cast<double>(place) < accepted(i, neighbours[place]) ? neighbours[place] : i;
}

AgentId Walk::along_row(AgentId i, double u) {
  const auto neighbours = law_.neighbours(i);
  double own = 0;
  if (powers_known_) {  // the sums of row(), without the row: this is where a walk's time goes
    const auto links = law_.along_links(i);
    double sum = 0;
    for (std::size_t place = 0; place < links.size(); ++place) {
      sum += links[place] * powers_[neighbours[place]];
      sums_[place] = sum;
    }
    own = law_.staying(i) * powers_[i];
    row_sum_ = sum + own;
  }
  if (!powers_known_ || row_sum_ <= least_row) own = row(i).back();
  const double at = u * row_sum_;
  std::size_t below = 0;
  for (std::size_t place = 0; place < neighbours.size(); ++place) below += sums_[place] <= at;
  if (below < neighbours.size()) return neighbours[below];
  // Where P_ii = 0, rounding alone comes here.
  return own > 0 ? i : neighbours.back();
}

/// Of the stream of steps; four come from one block.
std::uint64_t Walk::word(std::int64_t n) {
  if (words_block_ != n / 4) {
    words_block_ = n / 4;
    words_ = philox({static_cast<std::uint64_t>(words_block_), static_cast<std::uint64_t>(Purpose::token_walk), stream_, 0}, seed_, 0);
  }
  return words_[static_cast<std::size_t>(n % 4)];
}

AgentId Walk::in_permutation(std::int64_t n) {
  const auto size = static_cast<std::int64_t>(order_.size());
  if (epoch_ != n / size) {
    epoch_ = n / size;
    std::iota(order_.begin(), order_.end(), AgentId{0});
    Stream random(seed_, Purpose::token_walk, stream_ + 1, static_cast<std::uint64_t>(epoch_));
    for (std::size_t left = order_.size(); left > 1; --left) std::swap(order_[left - 1], order_[random.below(left)]);
  }
  return order_[static_cast<std::size_t>(n % size)];
}

AgentId Walk::next(AgentId i, std::int64_t n) {
  if (law_.options().kind == Kind::reshuffling) return in_permutation(n);
  const double u = draw(n);
  if (law_.history_driven_target()) {
    if (!powers_known_ && visits_until_powers_ == 0) find_powers();
    return by_proposal(i, u);
  }
  return law_.options().kind == Kind::iid ? law_.by_target(u) : along_row(i, u);
}

}  // namespace taubar::algorithm
