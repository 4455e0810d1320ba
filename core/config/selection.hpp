// Which agents a rule is about: [3, 7], "all", {"fraction": 0.1}, {"first": 4}.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "core/base/ids.hpp"

namespace taubar::config {

struct Selection {
  enum class Kind { all, listed, fraction, first };
  Kind kind = Kind::all;
  std::vector<std::int64_t> listed;
  double fraction = 0;     ///< of the agents, rounded to nearest, drawn without replacement
  std::int64_t first = 0;  ///< agents 0 … first−1

  /// The selected agents in increasing order. `rule` numbers the rule, so that two fractions draw
  /// differently. InputError if an agent is not below `agents`; `pointer` says where the selection stands.
  std::vector<AgentId> resolve(std::uint64_t agents, std::uint64_t seed, std::uint64_t rule,
                               const std::string& pointer) const;
};

}  // namespace taubar::config
