// Plan × Crew → Store: hands out what is not there yet, writes what comes back, stops when it shall.
#pragma once
#include <atomic>
#include <functional>
#include <optional>
#include <vector>

#include "sim/sweep/crew.hpp"
#include "sim/sweep/store.hpp"

namespace taubar::sweep {

/// Which runs of the plan are to be done: those of the shard that are pending by their statuses, and with `retry` those that
/// did not end well.
struct Selection {
  std::vector<std::size_t> all;      ///< of the shard
  std::vector<std::size_t> pending;  ///< of these
};
Selection select(const Plan& plan, const std::vector<Status>& statuses, const Shard& shard, bool retry);

struct SweepProgress {
  std::size_t finished = 0, to_do = 0;  ///< of this call; `to_do` in all
  std::size_t failed = 0;               ///< of those finished
  double seconds = 0;
  double rate() const { return seconds > 0 ? static_cast<double>(finished) / seconds : 0; }
};

struct ConductControl {
  const std::atomic<int>* signal = nullptr;       ///< not 0: no run begins any more, those under way are given up
  std::optional<double> time_limit;               ///< seconds of real time, as if a signal came then
  std::function<void(const SweepProgress&)> progress;  ///< a few times a second; may be empty
};

struct Conducted {
  SweepProgress progress;
  int signal = 0;           ///< that ended it, or 0
  bool out_of_time = false;
  bool complete() const { return progress.finished == progress.to_do; }
};

/// Results are written about twenty times a second, each time in one transaction. EnvironmentError where the disk is full: what
/// was written stays.
Conducted conduct(const Plan& plan, const std::vector<std::size_t>& pending, const std::vector<std::string>& figures, Crew& crew, Store& store,
                  const ConductControl& control);

}  // namespace taubar::sweep
