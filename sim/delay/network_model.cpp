#include "sim/delay/network_model.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include "core/base/error.hpp"

namespace taubar::delay {
namespace {

/// Streams of laws with a state of their own: apart from those of compute times.
constexpr std::uint64_t first_place = std::uint64_t{1} << 40, intra_host_place = first_place - 1;

std::uint64_t owner(AgentId from, AgentId to) { return std::uint64_t{from} << 32 | to; }

double uniform(std::uint64_t seed, Purpose purpose, AgentId from, AgentId to, std::uint64_t index) {
  return to_unit(random_word(seed, purpose, from, to, index));
}

struct Named {
  AgentId from, to;
  std::uint32_t number;
  bool operator<(const Named& other) const { return std::pair(from, to) < std::pair(other.from, other.to); }
};

std::vector<Named> sorted_by_ends(std::span<const std::pair<AgentId, AgentId>> links) {
  std::vector<Named> sorted;
  sorted.reserve(links.size());
  for (const auto& [from, to] : links)
    sorted.push_back({from, to, static_cast<std::uint32_t>(sorted.size())});
  std::sort(sorted.begin(), sorted.end());
  return sorted;
}

}  // namespace

NetworkModel::NetworkModel(const NetworkSpec& spec, std::size_t ends,
                           std::span<const std::pair<AgentId, AgentId>> links, std::uint64_t seed,
                           const Placement& placement)
    : seed_(seed), contention_(spec.contention), ordering_(spec.ordering) {
  check(links.size() <= std::numeric_limits<std::uint32_t>::max(), "a link's number fits into 32 bits");
  std::vector<std::string> complaints;
  make_classes(spec, complaints);
  if (!spec.links.empty()) assign_classes(spec.links, links, complaints);
  if (spec.intra_host) add_intra_host_classes(spec, complaints);
  if (!complaints.empty()) throw InputError(complaints);
  if (spec.intra_host && !placement.each_apart()) shift_intra_host(links, placement, 1 + spec.links.size());

  carried_.assign(links.size(), 0);
  for (const LinkClass& its : classes_)
    if (its.overhead > 0) sender_free_.resize(ends, 0);
  if (contention_ != Contention::none) interface_free_.assign(ends, 0);
  if (queues_at_receiver()) receiver_free_.assign(ends, 0);
  if (ordering_ == Ordering::fifo) last_arrival_.assign(links.size(), 0);

  const LinkClass& all = classes_[0];
  default_latency_ = all.latency.get();
  const law::Support latency = all.latency->support();
  if (latency.low == latency.high) constant_latency_ = from_seconds(latency.low);
  only_latency_ = class_of_link_.empty() && all.overhead == 0 && all.bandwidth == config::unbounded &&
                  all.loss == 0 && all.duplicate == 0 && contention_ == Contention::none &&
                  ordering_ == Ordering::unordered && !all.latency->depends_on_time();
}

void NetworkModel::make_classes(const NetworkSpec& spec, std::vector<std::string>& complaints) {
  LinkClass all;
  all.latency = law::build_at(spec.latency, seed_, first_place, "/network/latency", complaints);
  if (!all.latency) all.latency = law::laws().make("constant")->build(seed_);  // 0
  all.bandwidth = spec.bandwidth.value_or(config::unbounded);
  all.overhead = from_seconds(spec.overhead);
  all.loss = spec.loss;
  all.duplicate = spec.duplicate;
  classes_.push_back(all);
  for (std::size_t i = 0; i < spec.links.size(); ++i) {
    const LinkSpec& given = spec.links[i];
    LinkClass some = all;
    if (given.latency)
      some.latency = law::build_at(given.latency, seed_, first_place + 1 + i,
                                   "/network/links/" + std::to_string(i) + "/latency", complaints);
    some.bandwidth = given.bandwidth.value_or(all.bandwidth);
    some.loss = given.loss.value_or(all.loss);
    some.duplicate = given.duplicate.value_or(all.duplicate);
    classes_.push_back(some);
  }
}

/// Every class once more, with what `intra_host` says where no override of a link says otherwise.
void NetworkModel::add_intra_host_classes(const NetworkSpec& spec, std::vector<std::string>& complaints) {
  const IntraHostSpec& given = *spec.intra_host;
  const std::shared_ptr<law::Law> latency =
      law::build_at(given.latency, seed_, intra_host_place, "/network/intra_host/latency", complaints);
  const std::size_t count = classes_.size();
  for (std::size_t c = 0; c < count; ++c) {
    LinkClass inside = classes_[c];
    const LinkSpec* named = c > 0 ? &spec.links[c - 1] : nullptr;
    if (latency && !(named && named->latency)) inside.latency = latency;
    if (given.bandwidth && !(named && named->bandwidth)) inside.bandwidth = *given.bandwidth;
    if (given.overhead) inside.overhead = from_seconds(*given.overhead);
    classes_.push_back(inside);
  }
}

/// Moves the links inside hosts to the second half of the classes; if there is none, nothing changes.
void NetworkModel::shift_intra_host(std::span<const std::pair<AgentId, AgentId>> links, const Placement& placement,
                                    std::size_t shift) {
  for (std::size_t number = 0; number < links.size(); ++number) {
    if (!placement.together(links[number].first, links[number].second)) continue;
    if (class_of_link_.empty()) class_of_link_.assign(links.size(), 0);
    class_of_link_[number] += static_cast<std::uint32_t>(shift);
  }
}

void NetworkModel::assign_classes(const std::vector<LinkSpec>& overrides,
                                  std::span<const std::pair<AgentId, AgentId>> links,
                                  std::vector<std::string>& complaints) {
  const std::vector<Named> sorted = sorted_by_ends(links);
  class_of_link_.assign(links.size(), 0);
  for (std::size_t i = 0; i < overrides.size(); ++i) {
    const Matrix& edges = overrides[i].edges;
    for (Eigen::Index row = 0; row < edges.rows(); ++row) {
      const Named wanted{static_cast<AgentId>(edges(row, 0)), static_cast<AgentId>(edges(row, 1)), 0};
      const std::string where = "/network/links/" + std::to_string(i) + "/edges/" + std::to_string(row) +
                                ": [" + std::to_string(wanted.from) + ", " + std::to_string(wanted.to) + "] ";
      const auto found = std::lower_bound(sorted.begin(), sorted.end(), wanted);
      if (found == sorted.end() || wanted < *found) {
        complaints.push_back(where + "is not a link; accepted are links of the topology, from first");
      } else if (auto& its_class = class_of_link_[found->number]; its_class != 0) {
        complaints.push_back(where + "is named twice, before in /network/links/" +
                             std::to_string(its_class - 1));
      } else {
        its_class = static_cast<std::uint32_t>(i + 1);
      }
    }
  }
}

/// When the first bit leaves; books the sender's overhead and its interface.
Time NetworkModel::departure(AgentId from, Duration overhead, Duration transmission, Time now) {
  Time start = now;
  if (!sender_free_.empty()) start = sender_free_[from] = after(std::max(now, sender_free_[from]), overhead);
  if (contention_ != Contention::none) {
    start = std::max(start, interface_free_[from]);
    interface_free_[from] = after(start, transmission);
  }
  return start;
}

Time NetworkModel::in_order(std::size_t link, Time arrival) {
  if (ordering_ != Ordering::fifo) return arrival;
  return last_arrival_[link] = std::max(last_arrival_[link], arrival);
}

void NetworkModel::latencies(std::size_t first, AgentId from, std::span<const AgentId> to, std::span<Duration> latencies) {
  constexpr std::size_t lanes = 4;
  std::size_t done = 0;
  if (constant_latency_) {
    std::fill(latencies.begin(), latencies.end(), *constant_latency_);
    return;
  }
  for (; done + lanes <= to.size(); done += lanes) {
    std::uint32_t* carried = carried_.data() + first + done;
    const auto words = random_words(seed_, Purpose::latency, from, to.data() + done, carried);
    std::array<double, lanes> values;
    for (std::size_t l = 0; l < lanes; ++l) {
      values[l] = to_unit(words[l]);
      ++carried[l];
    }
    default_latency_->quantiles(values);
    for (std::size_t l = 0; l < lanes; ++l) latencies[done + l] = from_seconds(values[l]);
  }
  for (; done < to.size(); ++done) latencies[done] = drawn_latency(first + done, from, to[done]);
}

Passage NetworkModel::send_in_full(std::size_t link, AgentId from, AgentId to, std::int64_t bytes, Time now) {
  const LinkClass& its = class_of(link);
  const Duration sending = transmission(its, bytes);
  const Time start = departure(from, its.overhead, sending, now);
  const Time set_out = queues_at_receiver() ? start : after(start, sending);
  const std::uint64_t m = carried_[link]++;
  const auto latency = [&](double u) {
    return from_seconds(its.latency->quantile_at(u, now, owner(from, to)));
  };

  Passage passage;
  passage.lost = its.loss > 0 && uniform(seed_, Purpose::loss, from, to, m) < its.loss;
  if (passage.lost) return passage;
  passage.arrival = in_order(link, after(set_out, latency(uniform(seed_, Purpose::latency, from, to, m))));
  if (its.duplicate > 0 && uniform(seed_, Purpose::duplicate, from, to, 2 * m) < its.duplicate)
    passage.duplicate_arrival =
        in_order(link, after(set_out, latency(uniform(seed_, Purpose::duplicate, from, to, 2 * m + 1))));
  return passage;
}

Time NetworkModel::receive(AgentId to, std::size_t link, std::int64_t bytes, Time now) {
  check(queues_at_receiver(), "messages queue at the receiver only under sender_and_receiver");
  return receiver_free_[to] = after(std::max(now, receiver_free_[to]), transmission(class_of(link), bytes));
}

Time NetworkModel::left_at(AgentId from) const {
  const Time queue = interface_free_.empty() ? 0 : interface_free_[from];
  return std::max(sender_free(from), queue);
}

double NetworkModel::fixed_seconds(std::int64_t bytes) const {
  return to_seconds(classes_[0].overhead) + 8.0 * static_cast<double>(bytes) / classes_[0].bandwidth;
}

double NetworkModel::mean_seconds(std::int64_t bytes) const {
  return fixed_seconds(bytes) + default_latency_->mean();
}

law::Support NetworkModel::support_seconds(std::int64_t bytes) const {
  const law::Support latency = default_latency_->support();
  return {fixed_seconds(bytes) + latency.low, fixed_seconds(bytes) + latency.high};
}

double NetworkModel::cdf_seconds(double seconds, std::int64_t bytes) const {
  return default_latency_->cdf(seconds - fixed_seconds(bytes));
}

double NetworkModel::bytes_per_link(const NetworkSpec& spec) {
  return sizeof(std::uint32_t) + (spec.links.empty() && !spec.intra_host ? 0 : sizeof(std::uint32_t)) +
         (spec.ordering == Ordering::fifo ? sizeof(Time) : 0);
}

double NetworkModel::bytes_per_end(const NetworkSpec& spec) {
  const bool overhead = spec.overhead > 0 || (spec.intra_host && spec.intra_host->overhead.value_or(0) > 0);
  return (overhead ? sizeof(Time) : 0) + (spec.contention != Contention::none ? sizeof(Time) : 0) +
         (spec.contention == Contention::sender_and_receiver ? sizeof(Time) : 0);
}

}  // namespace taubar::delay
