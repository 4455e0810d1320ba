// Keeps what a replay has recorded so far, in a thread of its own: writing waits for the disk, the agents must not.
#pragma once
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

#include "core/trace/trace.hpp"

namespace taubar::experiment {

class Keeper {
 public:
  /// `keep` may be empty: then nothing is kept. It is called by one thread at a time.
  explicit Keeper(std::function<void(const trace::Trace&)> keep);

  /// Soon; what was to be kept before and has not been begun is dropped.
  void keep_soon(trace::Trace trace);
  /// Before it returns, after what is being kept.
  void keep_now(const trace::Trace& trace);
  /// Keeps nothing more; returns when what is being kept is done.
  void close();

 private:
  void work(const std::stop_token& stop);

  std::function<void(const trace::Trace&)> keep_;
  std::mutex keeping_;  ///< held while keep_ runs
  std::mutex mutex_;    ///< of the next one
  std::condition_variable_any more_;
  std::optional<trace::Trace> next_;
  std::jthread thread_;
};

}  // namespace taubar::experiment
