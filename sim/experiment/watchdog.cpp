#include "sim/experiment/watchdog.hpp"

#include <chrono>

namespace taubar::experiment {

using Clock = std::chrono::steady_clock;

Watchdog::Watchdog(double limit, double grace, const std::atomic<int>* signal, std::function<void(int)> end)
    : limit_(limit), grace_(grace), signal_(signal), end_(std::move(end)),
      thread_([this](const std::stop_token& stop) { watch(stop); }) {}

void Watchdog::watch(const std::stop_token& stop) {
  const auto seconds = [](double s) { return std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(s)); };
  auto deadline = Clock::now() + seconds(limit_);
  int seen = 0;
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    const int signal = signal_ ? signal_->load(std::memory_order_relaxed) : 0;
    if (signal != 0 && seen == 0) {
      seen = signal;
      deadline = std::min(deadline, Clock::now() + seconds(grace_));
    }
    if (Clock::now() >= deadline) {
      end_(seen);
      return;
    }
    woken_.wait_for(lock, stop, std::chrono::milliseconds(50), [] { return false; });
  }
}

}  // namespace taubar::experiment
