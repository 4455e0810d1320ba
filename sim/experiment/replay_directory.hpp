// What a replay left in its directory, as far as laws are fitted to it: manifest.json, steps.csv, messages.csv, ranks.csv.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "core/base/ids.hpp"
#include "core/config/json.hpp"

namespace taubar::experiment {

/// A completed local step; seconds of virtual time.
struct MeasuredStep {
  AgentId agent = 0;
  double begin = 0, duration = 0;
};

/// A message that arrived; seconds of virtual time.
struct MeasuredTransit {
  AgentId from = 0, to = 0;
  std::int64_t bytes = 0;
  double sent = 0;     ///< when its sender handed it, or the multicast that it belongs to, to the world
  double transit = 0;  ///< from then until it arrived; below 0 where the ranks' clocks disagree
  bool intra = false;  ///< within a host
};

struct ReplayDirectory {
  config::Json scenario;  ///< as resolved
  std::string pace;
  double time_scale = 1;  ///< real seconds for a second of virtual time
  std::int64_t ranks = 0;
  std::vector<HostId> host_of;  ///< of every program, a server's last
  std::vector<MeasuredStep> steps;        ///< by agent, then by begin
  std::vector<MeasuredTransit> messages;  ///< by sender, instant, receiver
  double overhead = 0;                    ///< mean sender time a message, seconds of virtual time
  double clock_uncertainty = 0;           ///< of a transit: the two greatest of any rank, seconds of virtual time
};

/// InputError with file and line for what is missing or malformed.
ReplayDirectory read_replay(const std::string& directory);

}  // namespace taubar::experiment
