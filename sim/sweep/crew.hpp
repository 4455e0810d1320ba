// Who carries out runs: processes (pool.hpp), threads (threads.hpp) or ranks (ranks.hpp), behind one interface. One caller,
// one thread.
#pragma once
#include <cstddef>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "sim/sweep/outcome.hpp"

namespace taubar::sweep {

/// A run of the plan by its index, and what came of it.
using Finished = std::pair<std::size_t, Outcome>;

/// A run that has begun: by its index, who carries it out ("rank 2"), and since when (UTC).
struct Begun {
  std::size_t run = 0;
  std::string by, since;
};

/// Carries out a run of the plan, wherever it is called.
using Work = std::function<Outcome(std::size_t run)>;

class Crew {
 public:
  virtual ~Crew() = default;
  /// How many more runs can be given at once.
  virtual std::size_t idle() const = 0;
  /// Says who carries it out: "worker process 4711", "rank 2".
  virtual std::string give(std::size_t run) = 0;
  /// What has finished, waiting for it no longer than that.
  virtual std::vector<Finished> wait(double seconds) = 0;
  /// Ends what is under way; it comes to nothing.
  virtual void abandon() = 0;
};

}  // namespace taubar::sweep
