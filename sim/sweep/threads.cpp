#include "sim/sweep/threads.hpp"

#include <chrono>

namespace taubar::sweep {

Threads::Threads(StoppableWork work, int threads) : work_(std::move(work)), size_(static_cast<std::size_t>(threads)) {
  for (std::size_t t = 0; t < size_; ++t) threads_.emplace_back([this] { serve(); });
}

std::string Threads::give(std::size_t run) {
  {
    const std::lock_guard lock(mutex_);
    to_do_.push_back(run);
  }
  ++given_;
  to_do_arrived_.notify_one();
  return "a thread";
}

std::vector<Finished> Threads::wait(double seconds) {
  std::unique_lock lock(mutex_);
  finished_arrived_.wait_for(lock, std::chrono::duration<double>(seconds), [&] { return !finished_.empty(); });
  std::vector<Finished> some;
  some.swap(finished_);
  given_ -= some.size();
  return some;
}

void Threads::abandon() {
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    to_do_.clear();
  }
  stop_ = 1;
  to_do_arrived_.notify_all();
  threads_.clear();
}

void Threads::serve() {
  for (std::unique_lock lock(mutex_);;) {
    to_do_arrived_.wait(lock, [&] { return closed_ || !to_do_.empty(); });
    if (closed_) return;
    const std::size_t run = to_do_.front();
    to_do_.pop_front();
    lock.unlock();
    Outcome outcome = work_(run, stop_);
    lock.lock();
    finished_.emplace_back(run, std::move(outcome));
    finished_arrived_.notify_one();
  }
}

}  // namespace taubar::sweep
