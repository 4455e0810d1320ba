// Which agents a rule is about: [3, 7], "all", {"fraction": 0.1}, {"first": 4}, {"hosts": [0]}.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/base/ids.hpp"

namespace taubar::config {

struct Selection {
  enum class Kind { all, listed, fraction, first, hosts };
  Kind kind = Kind::all;
  std::vector<std::int64_t> listed;  ///< agents, or hosts
  double fraction = 0;     ///< of the agents, rounded to nearest, drawn without replacement
  std::int64_t first = 0;  ///< agents 0 … first−1

  /// The selected agents in increasing order. `rule` numbers the rule, so that two fractions draw
  /// differently. `host_of`: the host of each agent, empty if there are none. InputError if an agent is not below
  /// `agents` or nobody lives on a host; `pointer` says where the selection stands.
  std::vector<AgentId> resolve(std::uint64_t agents, std::uint64_t seed, std::uint64_t rule, const std::string& pointer,
                               std::span<const HostId> host_of = {}) const;
};

}  // namespace taubar::config
