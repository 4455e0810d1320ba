// Which host each agent lives on: {"count": 4, "assignment": "block"}. A host is one MPI rank in a replay.
#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "core/base/ids.hpp"
#include "core/config/fields.hpp"

namespace taubar::delay {

enum class Assignment { block, round_robin };

struct HostsSpec {
  std::int64_t count = 1;
  Assignment assignment = Assignment::block;
  void fields(config::Fields& f);
};

/// Agents 0 … n−1 over `count` hosts; a server, agent n, lives on host 0. `block`: host h holds consecutive agents, the
/// first n mod count hosts one more than the others. `round_robin`: agent i lives on host i mod count.
class Placement {
 public:
  /// Every agent on a host of its own.
  Placement() = default;
  /// `agents` counts those with data, without a server; `hosts` >= 1, and those beyond `agents` stay empty.
  Placement(std::uint64_t agents, std::uint64_t hosts, Assignment assignment);
  /// As the scenario says; without hosts, every agent on its own.
  Placement(std::uint64_t agents, const std::optional<HostsSpec>& spec);

  bool each_apart() const { return hosts_ == 0; }
  HostId host_of(AgentId agent) const {
    if (each_apart()) return agent;
    if (agent >= agents_) return 0;
    if (assignment_ == Assignment::round_robin) return static_cast<HostId>(agent % hosts_);
    const std::uint64_t larger = agents_ % hosts_, size = agents_ / hosts_, in_larger = larger * (size + 1);
    return static_cast<HostId>(agent < in_larger ? agent / (size + 1) : larger + (agent - in_larger) / size);
  }
  bool together(AgentId a, AgentId b) const { return host_of(a) == host_of(b); }
  /// The host of each agent with data, for selections by host; empty if each lives apart.
  std::vector<HostId> host_of_each() const;

 private:
  std::uint64_t agents_ = 0, hosts_ = 0;
  Assignment assignment_ = Assignment::block;
};

}  // namespace taubar::delay
