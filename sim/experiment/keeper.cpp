#include "sim/experiment/keeper.hpp"

#include "core/base/error.hpp"
#include "sim/experiment/background.hpp"

namespace taubar::experiment {

Keeper::Keeper(std::function<void(const trace::Trace&)> keep)
    : keep_(std::move(keep)), thread_([this](const std::stop_token& stop) { work(stop); }) {}

void Keeper::keep_soon(trace::Trace trace) {
  {
    const std::lock_guard lock(mutex_);
    next_ = std::move(trace);
  }
  more_.notify_one();
}

void Keeper::keep_now(const trace::Trace& trace) {
  const std::lock_guard lock(keeping_);
  if (keep_) keep_(trace);
}

void Keeper::close() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

void Keeper::work(const std::stop_token& stop) {
  step_back();
  for (;;) {
    std::unique_lock lock(mutex_);
    if (!more_.wait(lock, stop, [this] { return next_.has_value(); }) || stop.stop_requested()) return;
    const trace::Trace trace = std::move(*next_);
    next_.reset();
    lock.unlock();
    try {
      keep_now(trace);
    } catch (const EnvironmentError&) {
      // What cannot be written now is complained of when the run ends and writes again.
    }
  }
}

}  // namespace taubar::experiment
