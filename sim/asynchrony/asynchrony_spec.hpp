// The section "asynchrony": laws of time decide the order of events, or a schedule that keeps tau_proc and tau_msg does.
#pragma once
#include <cstdint>
#include <optional>

#include "core/config/fields.hpp"

namespace taubar::asynchrony {

enum class Model { event_driven, bounded };

/// Of the bounded model; `unsaid` under event_driven.
enum class Schedule { unsaid, random, round_robin, adversarial };

struct AsynchronySpec {
  Model model = Model::event_driven;
  std::optional<std::int64_t> tau_proc;  ///< k within which every agent completes at least once
  std::optional<std::int64_t> tau_msg;   ///< k within which a message is taken
  Schedule schedule = Schedule::unsaid;

  bool bounded() const { return model == Model::bounded; }
  void fields(config::Fields& f);
};

}  // namespace taubar::asynchrony
