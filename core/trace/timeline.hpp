// Local steps and messages of a run, one by one, up to a limit: what a timeline viewer shows.
#pragma once
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
  const std::vector<Step>& steps() const { return steps_; }
  const std::vector<Message>& messages() const { return messages_; }
  std::size_t left_out() const { return left_out_; }

 private:
  bool room() {
    if (steps_.size() + messages_.size() < limit) return true;
    ++left_out_;
    return false;
  }
  std::vector<Step> steps_;
  std::vector<Message> messages_;
  std::size_t left_out_ = 0;
};

}  // namespace taubar::trace
