#include "core/problem/partition.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <string>

#include "core/base/error.hpp"
#include "core/base/random.hpp"
#include "core/config/fields.hpp"
#include "core/problem/gamma.hpp"

namespace taubar::problem {
namespace {

using Samples = std::vector<std::int64_t>;

Samples all_samples(std::size_t count) {
  Samples samples(count);
  std::iota(samples.begin(), samples.end(), std::int64_t{0});
  return samples;
}

void shuffle(Samples& samples, Stream& stream) {
  for (std::size_t i = samples.size(); i > 1; --i) std::swap(samples[i - 1], samples[stream.below(i)]);
}

/// Positions of n parts whose sizes differ by at most one, the larger first.
Samples equal_parts(std::int64_t samples, std::int64_t agents) {
  Samples start{0};
  for (std::int64_t i = 0; i < agents; ++i)
    start.push_back(start.back() + samples / agents + (i < samples % agents ? 1 : 0));
  return start;
}

struct Uniform final : PartitionSpec {
  void fields(config::Fields&) override {}
  Partition draw(std::span<const double> targets, std::int64_t agents, std::uint64_t seed) const override {
    Partition result{all_samples(targets.size()), equal_parts(std::ssize(targets), agents)};
    Stream stream(seed, Purpose::partition);
    shuffle(result.order, stream);
    return result;
  }
};

struct Contiguous final : PartitionSpec {
  void fields(config::Fields&) override {}
  Partition draw(std::span<const double> targets, std::int64_t agents, std::uint64_t) const override {
    return {all_samples(targets.size()), equal_parts(std::ssize(targets), agents)};
  }
};

struct ByLabel final : PartitionSpec {
  void fields(config::Fields&) override {}
  Partition draw(std::span<const double> targets, std::int64_t agents, std::uint64_t) const override {
    Partition result{all_samples(targets.size()), equal_parts(std::ssize(targets), agents)};
    std::stable_sort(result.order.begin(), result.order.end(), [&](std::int64_t a, std::int64_t b) {
      return targets[static_cast<std::size_t>(a)] < targets[static_cast<std::size_t>(b)];
    });
    return result;
  }
};

struct Sizes final : PartitionSpec {
  std::vector<std::int64_t> sizes;
  void fields(config::Fields& f) override {
    f.integers("sizes", sizes, config::at_least(1),
               "samples of each agent; they add up to the number of samples", config::required);
  }
  Partition draw(std::span<const double> targets, std::int64_t agents, std::uint64_t seed) const override {
    if (std::ssize(sizes) != agents)
      throw InputError("partition \"sizes\" names " + std::to_string(sizes.size()) + " sizes for " +
                       std::to_string(agents) + " agents; one for each agent is accepted");
    Partition result{all_samples(targets.size()), {0}};
    std::int64_t left = std::ssize(targets);
    for (const auto size : sizes) {
      if (size < 1)
        throw InputError("partition \"sizes\" holds " + std::to_string(size) + "; at least 1 is accepted");
      left = size > left ? -1 : left - size;
      if (left < 0) break;
      result.start.push_back(result.start.back() + size);
    }
    if (left != 0)
      throw InputError("partition \"sizes\" adds up to " + std::string(left < 0 ? "more" : "less") +
                       " than the number of samples, " + std::to_string(targets.size()) +
                       "; no sample is dropped");
    Stream stream(seed, Purpose::partition);
    shuffle(result.order, stream);
    return result;
  }
};

/// Each class is shared out in proportions of its own, drawn from Dirichlet(alpha, …, alpha).
struct Dirichlet final : PartitionSpec {
  double alpha = 1;
  void fields(config::Fields& f) override {
    f.real("alpha", alpha, config::between(1e-3, 1e6),
           "concentration: small values give each agent few classes", config::required);
  }
  Partition draw(std::span<const double> targets, std::int64_t agents, std::uint64_t seed) const override {
    std::map<double, Samples> classes;
    for (std::size_t s = 0; s < targets.size(); ++s)
      classes[targets[s]].push_back(static_cast<std::int64_t>(s));
    if (classes.size() > max_classes)
      throw InputError("partition \"dirichlet\" shares out classes, but the target takes " +
                       std::to_string(classes.size()) + " different values; at most " +
                       std::to_string(max_classes) + " are accepted");
    std::vector<Samples> owned(static_cast<std::size_t>(agents));
    std::uint64_t number = 0;
    for (auto& [label, members] : classes)
      share_out(members, owned, Stream(seed, Purpose::partition, ++number));
    feed_the_empty(owned);
    return joined(owned);
  }

 private:
  static constexpr std::size_t max_classes = 1000;

  // Cumulative shares rounded down, so that the parts add up to the class.
  void share_out(Samples& members, std::vector<Samples>& owned, Stream stream) const {
    shuffle(members, stream);
    const auto share = dirichlet_draw(stream, owned.size(), alpha);
    double cumulative = 0;
    std::size_t taken = 0;
    for (std::size_t i = 0; i < owned.size(); ++i) {
      cumulative += share[i];
      const auto goal = static_cast<std::size_t>(cumulative * static_cast<double>(members.size()));
      const auto end = i + 1 == owned.size() ? members.size() : std::min(goal, members.size());
      for (; taken < end; ++taken) owned[i].push_back(members[taken]);
    }
  }

  // An agent left with nothing gets the last sample of the agent that then has most (the lowest number on a
  // tie).
  static void feed_the_empty(std::vector<Samples>& owned) {
    std::map<std::size_t, std::vector<std::size_t>, std::greater<>>
        by_size;  // agents of a size, lowest number last
    for (std::size_t i = owned.size(); i-- > 0;) by_size[owned[i].size()].push_back(i);
    const auto hungry = by_size.count(0) ? by_size[0] : std::vector<std::size_t>{};
    for (auto agent = hungry.rbegin(); agent != hungry.rend(); ++agent) {
      const auto largest = by_size.begin();
      const std::size_t size = largest->first, giver = largest->second.back();
      largest->second.pop_back();
      if (largest->second.empty()) by_size.erase(largest);
      owned[*agent].push_back(owned[giver].back());
      owned[giver].pop_back();
      auto& peers = by_size[size - 1];
      peers.insert(std::lower_bound(peers.begin(), peers.end(), giver, std::greater<>()), giver);
    }
  }

  static Partition joined(const std::vector<Samples>& owned) {
    Partition result{{}, {0}};
    for (const auto& samples : owned) {
      result.order.insert(result.order.end(), samples.begin(), samples.end());
      result.start.push_back(std::ssize(result.order));
    }
    return result;
  }
};

template <class Spec>
std::shared_ptr<PartitionSpec> make() {
  return std::make_shared<Spec>();
}

constexpr config::Entry<PartitionSpec> by_label{
    "by_label", "samples sorted by label and cut into equal runs, so that agents see few classes", "",
    R"({"kind": "by_label"})", make<ByLabel>};
constexpr config::Entry<PartitionSpec> contiguous{"contiguous",
                                                  "equal runs of samples in the order of the data", "",
                                                  R"({"kind": "contiguous"})", make<Contiguous>};
constexpr config::Entry<PartitionSpec> dirichlet{"dirichlet",
                                                 "each class shared out in proportions drawn from a "
                                                 "symmetric Dirichlet law; an agent left with no sample gets "
                                                 "one from the agent that has most",
                                                 "T.-M. H. Hsu, H. Qi, M. Brown, Measuring the effects of "
                                                 "non-identical data distribution for federated visual "
                                                 "classification, 2019",
                                                 R"({"kind": "dirichlet", "alpha": 0.5})", make<Dirichlet>};
constexpr config::Entry<PartitionSpec> sizes{"sizes", "shuffled samples, each agent the stated number", "",
                                             R"({"kind": "sizes", "sizes": [100, 50, 50]})", make<Sizes>};
constexpr config::Entry<PartitionSpec> uniform{"uniform",
                                               "shuffled samples, sizes that differ by at most one", "",
                                               R"({"kind": "uniform"})", make<Uniform>};

}  // namespace

Partition PartitionSpec::deal(std::span<const double> targets, std::int64_t agents,
                              std::uint64_t seed) const {
  if (std::ssize(targets) < agents)
    throw InputError("the data has " + std::to_string(targets.size()) + " samples for " +
                     std::to_string(agents) + " agents; every agent needs at least one");
  Partition result = draw(targets, agents, seed);
  check(std::ssize(result.order) == std::ssize(targets), "a partition deals out every sample");
  check(std::ssize(result.start) == agents + 1, "a partition serves every agent");
  return result;
}

const config::Catalogue<PartitionSpec>& partitions() {
  static const config::Entry<PartitionSpec>* const entries[] = {&by_label, &contiguous, &dirichlet, &sizes,
                                                                &uniform};
  static const config::Catalogue<PartitionSpec> catalogue("partition", entries);
  return catalogue;
}

}  // namespace taubar::problem
