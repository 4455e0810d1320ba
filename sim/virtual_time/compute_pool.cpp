#include "sim/virtual_time/compute_pool.hpp"

namespace taubar::virtual_time {

ComputePool::ComputePool(std::size_t agents, int threads) : state_(threads > 1 ? agents : 0) {
  for (int t = 1; t < threads; ++t) workers_.emplace_back([this] { work(); });
}

ComputePool::~ComputePool() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
  }
  more_.notify_all();
}

void ComputePool::begin(AgentId agent, agent::AgentProgram& program) {
  if (workers_.empty()) return;
  state_[agent].store(waiting, std::memory_order_release);
  {
    const std::lock_guard lock(mutex_);
    tasks_.push_back({agent, &program});
  }
  more_.notify_one();
}

bool ComputePool::claim(AgentId agent) {
  int expected = waiting;
  return state_[agent].compare_exchange_strong(expected, running, std::memory_order_acq_rel);
}

void ComputePool::finish(AgentId agent, agent::AgentProgram& program) {
  if (workers_.empty() || claim(agent)) {
    program.compute();
    return;
  }
  std::unique_lock lock(mutex_);
  finished_.wait(lock, [&] { return state_[agent].load(std::memory_order_acquire) == done; });
  if (failure_) std::rethrow_exception(failure_);
}

void ComputePool::work() {
  for (;;) {
    Task task;
    {
      std::unique_lock lock(mutex_);
      more_.wait(lock, [&] { return closing_ || !tasks_.empty(); });
      if (closing_) return;
      task = tasks_.front();
      tasks_.pop_front();
    }
    // The loop may have run this step itself, and the agent may have begun the next one: then this task is that one's
    // twin, and whoever claims first runs it.
    if (!claim(task.agent)) continue;
    std::exception_ptr failure;
    try {
      task.program->compute();
    } catch (...) {
      failure = std::current_exception();
    }
    {
      const std::lock_guard lock(mutex_);
      if (failure && !failure_) failure_ = failure;
      state_[task.agent].store(done, std::memory_order_release);
    }
    finished_.notify_all();
  }
}

}  // namespace taubar::virtual_time
