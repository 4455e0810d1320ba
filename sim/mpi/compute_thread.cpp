#include "sim/mpi/compute_thread.hpp"

#include <chrono>

#include "sim/mpi/clock.hpp"

namespace taubar::mpi {

ComputeThread::ComputeThread() : thread_([this](const std::stop_token& stop) { work(stop); }) {}

ComputeThread::~ComputeThread() {
  thread_.request_stop();
  more_.notify_all();
}

void ComputeThread::begin(AgentId agent, agent::AgentProgram& program) {
  {
    const std::lock_guard lock(mutex_);
    tasks_.push_back({agent, &program});
  }
  ++under_way_;
  more_.notify_one();
}

void ComputeThread::take_done(std::vector<Done>& done) {
  if (under_way_ == 0) return;
  const std::lock_guard lock(mutex_);
  under_way_ -= done_.size();
  done.insert(done.end(), done_.begin(), done_.end());
  done_.clear();
}

bool ComputeThread::wait_until(Time instant) {
  std::unique_lock lock(mutex_);
  const auto span = std::chrono::nanoseconds(instant - steady_now());
  return ended_.wait_for(lock, span, [this] { return !done_.empty(); });
}

void ComputeThread::work(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (more_.wait(lock, stop, [this] { return !tasks_.empty(); })) {
    const Task task = tasks_.front();
    tasks_.pop_front();
    lock.unlock();
    Done done{task.agent, steady_now(), 0, nullptr};
    try {
      task.program->compute();
    } catch (...) {
      done.failure = std::current_exception();
    }
    done.ended = steady_now();
    lock.lock();
    done_.push_back(done);
    ended_.notify_all();
    if (stop.stop_requested()) return;
  }
}

}  // namespace taubar::mpi
