// Runs AgentProgram::compute on other threads while virtual time goes on. The state that compute() sees was frozen when
// the step began, so results do not depend on how many threads there are.
#pragma once
#include <atomic>
#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

#include "core/agent/program.hpp"

namespace taubar::virtual_time {

class ComputePool {
 public:
  /// `threads` >= 1 in all; one of them is the caller's, in finish().
  ComputePool(std::size_t agents, int threads);
  ~ComputePool();
  ComputePool(const ComputePool&) = delete;
  ComputePool& operator=(const ComputePool&) = delete;

  /// The agent's step has begun: compute() may run from now on.
  void begin(AgentId agent, agent::AgentProgram& program);
  /// The agent's step ends: returns when compute() has run, here or elsewhere. Rethrows what it threw.
  void finish(AgentId agent, agent::AgentProgram& program);

 private:
  enum State : int { none, waiting, running, done };
  struct Task {
    AgentId agent;
    agent::AgentProgram* program;
  };
  void work();
  bool claim(AgentId agent);

  std::vector<std::atomic<int>> state_;
  std::deque<Task> tasks_;
  std::mutex mutex_;
  std::condition_variable more_, finished_;
  std::exception_ptr failure_;
  bool closing_ = false;
  std::vector<std::jthread> workers_;
};

}  // namespace taubar::virtual_time
