// Runs in long-lived worker processes: what kills one costs one run, and another takes its place.
//
// Workers are forked, not started anew: the plan is made once and shared, nothing is passed but the number of a run, and a
// worker is there in a tenth of a millisecond. Forking is safe because the parent has no other thread: a Pool is for programs
// of one thread, and it alone waits for its children. A worker keeps no file open but its line to the parent: else a lock of
// the parent would outlive it. It ends with its parent, by signal (Linux) or at the end of the line.
#pragma once
#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>

#include "sim/sweep/crew.hpp"

namespace taubar::sweep {

struct PoolOptions {
  int workers = 1;
  std::optional<double> time_limit;  ///< of a run; a worker that does not mind it is killed some time later
  std::optional<double> memory;      ///< bytes of address space that a worker may have beyond those of the parent
};

class Pool final : public Crew {
 public:
  Pool(Work work, const PoolOptions& options);
  ~Pool() override { abandon(); }
  Pool(const Pool&) = delete;

  std::size_t idle() const override;
  std::string give(std::size_t run) override;
  std::vector<Finished> wait(double seconds) override;
  void abandon() override;
  std::vector<pid_t> processes() const;

 private:
  using Instant = std::chrono::steady_clock::time_point;
  struct Worker {
    pid_t process = -1;
    int line = -1;
    std::optional<std::size_t> run;
    std::string begun;
    Instant since;
    bool killed_for_time = false;
    std::string received;
  };
  Worker start();
  [[noreturn]] void serve(int line);
  bool send(Worker& worker, std::size_t run);
  void receive(Worker& worker, std::vector<Finished>& finished);
  Outcome obituary(const Worker& worker, int status) const;
  int bury(Worker& worker);
  void kill_late();
  double seconds_since(Instant instant) const;
  double hard_limit() const;

  Work work_;
  PoolOptions options_;
  std::vector<Worker> workers_;
};

}  // namespace taubar::sweep
