// What faults do to a world: which links are down, who is down, and which life each agent lives: what an agent waits for (the end of a step, a timer) is of one life, and
// ends with it. Nothing is allocated once it is made.
#pragma once
#include <algorithm>
#include <cstdint>
#include <memory>
#include <vector>

#include "core/agent/program.hpp"
#include "core/trace/fault_figures.hpp"
#include "sim/fault/fault.hpp"
#include "sim/virtual_time/state_tape.hpp"

namespace taubar::virtual_time {

struct Life {
  std::uint32_t life = 0;        ///< crashes so far
  std::uint32_t crash = 0;       ///< the next of the plan, or the one it is down by
  std::uint64_t lost_steps = 0;  ///< so far
  bool down = false;
  bool lost_step = false;  ///< at the last crash
};

class Lives {
 public:
  /// The programs have not started.
  Lives(const fault::Plan& plan, const std::vector<std::unique_ptr<agent::AgentProgram>>& programs)
      : crashes_(plan.crashes), outages_(plan.outages), lives_(programs.size()), first_states_(programs.size()) {
    for (std::size_t c = crashes_.size(); c-- > 0;) {
      const fault::Crash& crash = crashes_[c];
      lives_[crash.agent].crash = static_cast<std::uint32_t>(c);
      auto& first = first_states_[crash.agent];
      if (!crash.keep_state && !first) first = std::make_unique<StateTape>(*programs[crash.agent]);
    }
  }

  /// Whether what is sent now is lost on its link.
  bool cut(AgentId from, AgentId to, Time now) const {
    return std::any_of(outages_.begin(), outages_.end(), [&](const auto& outage) { return outage.cuts(from, to, now); });
  }
  const Life& operator[](AgentId agent) const { return lives_[agent]; }
  void crash(AgentId agent, Time now, bool in_step) {
    if (figures.crashes++ == 0) {
      figures.first_agent = agent;
      figures.first_crash = now;
    }
    Life& its = lives_[agent];
    ++its.life;
    its.down = true;
    its.lost_step = in_step;
    its.lost_steps += in_step;
    figures.lost_steps += in_step;
  }
  /// The crash that is over.
  const fault::Crash& recover(AgentId agent) {
    ++figures.recoveries;
    Life& its = lives_[agent];
    its.down = false;
    return crashes_[its.crash++];
  }
  void start_anew(AgentId agent, agent::AgentProgram& program) { first_states_[agent]->play(program); }

  std::size_t bytes() const {
    return crashes_.capacity() * sizeof(fault::Crash) + lives_.capacity() * (sizeof(Life) + sizeof(void*));
  }

  trace::FaultFigures figures;

 private:
  std::vector<fault::Crash> crashes_;
  std::vector<fault::Outage> outages_;
  std::vector<Life> lives_;
  std::vector<std::unique_ptr<StateTape>> first_states_;  ///< of those that start anew
};

}  // namespace taubar::virtual_time
