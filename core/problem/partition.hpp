// How samples are dealt out to agents.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "core/config/catalogue.hpp"

namespace taubar::problem {

/// Agent i owns samples order[start[i]] … order[start[i+1]−1]; each of the N samples once, each agent at
/// least one.
struct Partition {
  std::vector<std::int64_t> order;  ///< N sample numbers, as read
  std::vector<std::int64_t> start;  ///< n+1 positions in `order`
};

struct PartitionSpec : config::Described {
  /// Deals N = targets.size() samples to n agents; chance from Purpose::partition streams of the seed.
  /// InputError for fewer samples than agents, or sizes that do not add up.
  Partition deal(std::span<const double> targets, std::int64_t agents, std::uint64_t structure_seed) const;

 protected:
  virtual Partition draw(std::span<const double> targets, std::int64_t agents,
                         std::uint64_t structure_seed) const = 0;
};

const config::Catalogue<PartitionSpec>& partitions();

}  // namespace taubar::problem
