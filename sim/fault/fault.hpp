// The axis "fault": what goes wrong, at which times. A scenario's list of faults becomes a plan, drawn before the run.
#pragma once
#include <cstdint>
#include <span>
#include <string>
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

struct Plan {
  std::vector<Crash> crashes;  ///< by agent, then by time; those of one agent do not overlap
  bool empty() const { return crashes.empty(); }
};

/// Whom faults may strike.
struct Population {
  std::uint64_t agents = 0, seed = 0;
  std::span<const HostId> host_of = {};  ///< empty if there are none
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
