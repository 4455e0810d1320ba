// Local steps and messages of a run, one by one, up to a limit: what a timeline viewer shows.
#pragma once
#include <algorithm>
#include <vector>

#include "core/base/ids.hpp"
#include "core/base/time.hpp"

namespace taubar::trace {

class Timeline {
 public:
  static constexpr std::size_t limit = 1'000'000;  ///< steps and messages together; what comes later is counted only

  struct Step {
    AgentId agent;
    Time begin, end;
  };
  struct Message {
    AgentId from, to;
    Time sent, arrived;  ///< arrived: `never` if lost
  };
  void step(AgentId agent, Time begin, Time end) {
    if (room()) steps_.push_back({agent, begin, end});
  }
  void message(AgentId from, AgentId to, Time sent, Time arrived) {
    if (room()) messages_.push_back({from, to, sent, arrived});
  }
  /// The agent is down from now on; a step of its that goes on ends here.
  void crash(AgentId agent, Time at) {
    downs_.push_back({agent, at, never});
    for (auto step = steps_.rbegin(); step != steps_.rend(); ++step) {
      if (step->agent != agent) continue;
      step->end = std::max(step->begin, std::min(step->end, at));
      break;
    }
  }
  void recovery(AgentId agent, Time at) {
    for (auto down = downs_.rbegin(); down != downs_.rend(); ++down)
      if (down->agent == agent) return void(down->end = at);
  }
  /// Spans in which an agent was down; `end` is `never` if it did not come back.
  const std::vector<Step>& downs() const { return downs_; }
  const std::vector<Step>& steps() const { return steps_; }
  const std::vector<Message>& messages() const { return messages_; }
  std::size_t left_out() const { return left_out_; }

 private:
  bool room() {
    if (steps_.size() + messages_.size() < limit) return true;
    ++left_out_;
    return false;
  }
  std::vector<Step> steps_, downs_;
  std::vector<Message> messages_;
  std::size_t left_out_ = 0;
};

}  // namespace taubar::trace
