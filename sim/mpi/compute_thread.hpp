// Runs AgentProgram::compute beside the thread that talks to the other ranks, one step at a time: a host has one
// computing core, and messages arrive while it computes.
#pragma once
#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

#include "core/agent/program.hpp"
#include "core/base/time.hpp"

namespace taubar::mpi {

class ComputeThread {
 public:
  struct Done {
    AgentId agent = 0;
    Time begun = 0, ended = 0;  ///< of compute(), on the machine's steady clock
    std::exception_ptr failure;
  };

  ComputeThread();
  /// Waits for the step under way; what has not begun is dropped.
  ~ComputeThread();

  void begin(AgentId agent, agent::AgentProgram& program);
  /// Appends what has ended since the last call.
  void take_done(std::vector<Done>& done);
  /// Steps begun and not yet handed back.
  std::size_t under_way() const { return under_way_; }
  /// Sleeps until a step ends, at most until that instant of the steady clock. True if one has ended.
  bool wait_until(Time instant);

 private:
  struct Task {
    AgentId agent;
    agent::AgentProgram* program;
  };
  void work(const std::stop_token& stop);

  std::mutex mutex_;
  std::condition_variable_any more_, ended_;
  std::deque<Task> tasks_;
  std::vector<Done> done_;
  std::size_t under_way_ = 0;
  std::jthread thread_;
};

}  // namespace taubar::mpi
