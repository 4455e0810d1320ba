// What a replay over real processes measures beyond what every run leaves.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "core/base/ids.hpp"
#include "core/base/time.hpp"

namespace taubar::trace {

/// A completed local step. Instants and spans in virtual time (real time divided by the time scale) but for `work`.
struct MeasuredStep {
  AgentId agent = 0;
  Time begin = 0;         ///< when the agent asked for it
  Duration duration = 0;  ///< until its result was applied
  Duration work = 0;      ///< real time inside compute()
  Duration excess = 0;    ///< by how much the duration overran what the scenario's law gave; 0 under native pace
};

/// A message that has been taken by its receiver, or is still unread at the end.
struct MeasuredMessage {
  AgentId from = 0, to = 0;
  std::int64_t bytes = 0;
  Time sent = 0;
  Duration transit = 0;  ///< sent to arrived, clocks corrected: may be below 0 by their uncertainty
  Duration waited = -1;  ///< arrived to taken; −1: unread at the end
  Duration excess = 0;   ///< of the transit over the scenario's law; 0 under native pace
};

/// One rank, in real seconds.
struct RankFigures {
  std::string machine;
  std::int64_t agents = 0;
  double offset = 0, offset_uncertainty = 0;  ///< its clock minus rank 0's
  double drift = 0;                           ///< change of that offset over the run
  std::int64_t messages = 0, bytes = 0;       ///< handed to the network by its agents
  double send_seconds = 0;                    ///< spent in handing them over
  double compute_seconds = 0;                 ///< spent in compute()
  double held_back_seconds = 0;               ///< no step was begun because a window was full
  std::int64_t most_unread_bytes = 0;
  std::int64_t steps_left_out = 0, messages_left_out = 0;  ///< measured but beyond what is kept
};

struct Replay {
  std::string library;  ///< which MPI
  std::string pace;     ///< native or scenario
  double time_scale = 1;
  std::vector<int> host_of;  ///< of each program: the rank it lived on
  std::vector<RankFigures> ranks;
  std::vector<MeasuredStep> steps;        ///< by begin
  std::vector<MeasuredMessage> messages;  ///< by instant of sending
};

}  // namespace taubar::trace
