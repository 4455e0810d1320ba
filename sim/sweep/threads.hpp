// Runs in threads of this process: nothing to fork and nothing to pass, one copy of what runs share; but what crashes one run
// ends all, and a run that does not look whether it shall end cannot be ended.
#pragma once
#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "sim/sweep/crew.hpp"

namespace taubar::sweep {

class Threads final : public Crew {
 public:
  /// `work` is called by several threads at once, and told where to look whether it shall end.
  using StoppableWork = std::function<Outcome(std::size_t run, const std::atomic<int>& stop)>;
  Threads(StoppableWork work, int threads);
  ~Threads() override { abandon(); }
  Threads(const Threads&) = delete;

  std::size_t idle() const override { return size_ - given_; }
  std::string give(std::size_t run) override;
  std::vector<Finished> wait(double seconds) override;
  void abandon() override;

 private:
  void serve();

  StoppableWork work_;
  std::size_t size_, given_ = 0;
  std::mutex mutex_;
  std::condition_variable to_do_arrived_, finished_arrived_;
  std::deque<std::size_t> to_do_;
  std::vector<Finished> finished_;
  bool closed_ = false;
  std::atomic<int> stop_{0};
  std::vector<std::jthread> threads_;
};

}  // namespace taubar::sweep
