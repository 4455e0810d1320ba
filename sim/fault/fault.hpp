// The axis "fault": what goes wrong, at which times. A scenario's list of faults becomes a plan, drawn before the run.
#pragma once
#include <algorithm>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/base/ids.hpp"
#include "core/base/time.hpp"
#include "core/config/catalogue.hpp"

namespace taubar::fault {

/// An agent stops, and may come back.
struct Crash {
  AgentId agent = 0;
  Time at = 0;
  Time recovery = never;
  bool keep_state = true;  ///< else it starts anew
};

/// Messages sent in [from, to) are lost: along the links, or between different groups.
struct Outage {
  Time from = 0, to = never;
  std::vector<std::pair<AgentId, AgentId>> links;  ///< sorted; empty: groups say it
  std::vector<std::uint32_t> group;                ///< by agent; a server is in group 0

  bool cuts(AgentId sender, AgentId receiver, Time now) const {
    if (now < from || now >= to) return false;
    if (!links.empty()) return std::binary_search(links.begin(), links.end(), std::pair(sender, receiver));
    const auto group_of = [this](AgentId i) { return i < group.size() ? group[i] : 0; };
    return group_of(sender) != group_of(receiver);
  }
};

struct Plan {
  std::vector<Crash> crashes;  ///< by agent, then by time; those of one agent do not overlap
  std::vector<Outage> outages = {};
  bool empty() const { return crashes.empty() && outages.empty(); }
};

/// Whom faults may strike.
struct Population {
  std::uint64_t agents = 0, seed = 0;
  std::span<const HostId> host_of = {};  ///< empty if there are none
  std::function<bool(AgentId from, AgentId to)> is_link = [](AgentId, AgentId) { return true; };
};

struct FaultSpec : config::Described {
  /// Adds what it does. It is number `number` of the scenario's faults, and says where a complaint is about.
  virtual void add_to(Plan& plan, const Population& population, std::uint64_t number,
                      std::vector<std::string>& complaints) const = 0;
  /// Agents may lose their state.
  virtual bool loses_state() const { return false; }
  /// Agents may stop.
  virtual bool stops_agents() const { return false; }
};

using Faults = std::vector<config::Choice<FaultSpec>>;

const config::Catalogue<FaultSpec>& faults();

/// InputError with all that is wrong, each complaint with its JSON pointer below /faults. An agent that is down does not
/// crash: of two spans of one agent that overlap the later one is left out.
Plan plan(const Faults& faults, const Population& population);

}  // namespace taubar::fault
