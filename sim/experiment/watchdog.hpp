// The promise that a replay ends: a process that can no longer end in order, because a peer is gone or a step does not
// return, ends all the same.
#pragma once
#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace taubar::experiment {

class Watchdog {
 public:
  /// After `limit` seconds, or `grace` seconds after `signal` has become non-zero, calls `end` with 0 or that signal, from
  /// its own thread; unless destroyed before.
  Watchdog(double limit, double grace, const std::atomic<int>* signal, std::function<void(int)> end);

 private:
  void watch(const std::stop_token& stop);

  double limit_, grace_;
  const std::atomic<int>* signal_;
  std::function<void(int)> end_;
  std::mutex mutex_;
  std::condition_variable_any woken_;
  std::jthread thread_;
};

}  // namespace taubar::experiment
