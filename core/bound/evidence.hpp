// What a run left, as far as bounds look at it.
#pragma once
#include <optional>
#include <vector>

#include "core/agent/program.hpp"
#include "core/bound/push_testimony.hpp"
#include "core/bound/server_testimony.hpp"
#include "core/bound/setting.hpp"
#include "core/trace/trace.hpp"

namespace taubar::bound {

struct Evidence {
  const Setting& setting;
  const trace::Trace& trace;
  /// Of push methods, watched event by event; null otherwise.
  const PushTestimony* push = nullptr;
  /// Of methods with a server, at the end.
  std::optional<agent::ServerFigures> server = std::nullopt;
  /// Of the same, watched update by update; null otherwise.
  const ServerTestimony* server_run = nullptr;
  /// Of the mass at the end: how much more an agent has summed than what mass_error is relative to (metric::MassBalance).
  double largest_sum = 0;
  /// The estimate x̂ and the agents' iterates at the end.
  Vector estimate = {};
  /// Of agents (or the server) whose particles sample the target, as the run ended; they outlive the evidence.
  std::vector<const trace::Draws*> draws = {};
};

}  // namespace taubar::bound
