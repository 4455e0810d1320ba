// A scenario under several seeds: Scenario → Replicates, a trace each, and their verdict. Replicate r is the
// scenario with seed + r and the structure of all (Scenario::replicate), so that any of them can be repeated
// alone. What they share is built once; worlds stand only while they run, one a thread.
#pragma once
#include <cstdint>
#include <memory>
#include <vector>

#include "sim/experiment/judge.hpp"
#include "sim/experiment/run.hpp"

namespace taubar::experiment {

struct Replicate {
  std::int64_t seed = 0;
  std::unique_ptr<trace::Trace> trace;  ///< nothing: it did not begin
  std::vector<Verdict> verdicts;      ///< of this run alone, one an expectation

  /// It ended by itself.
  bool finished() const { return trace && trace->complete(); }
  /// It ended by what `stop` asks for: not diverged, stalled or above a limit.
  bool sound() const;
};

struct Replicates {
  Scenario scenario;
  std::shared_ptr<const Structure> structure;
  std::vector<Replicate> all;  ///< in the order of their seeds
  double wall_seconds = 0;
  int signal = 0;  ///< the one that ended them, or 0

  /// What every statistic is of.
  std::vector<const Replicate*> sound() const;
  /// Finished, but not sound.
  std::vector<const Replicate*> failed() const;
  std::size_t finished() const;
  std::uint64_t events() const;  ///< of those that finished
  bool complete() const { return finished() == all.size(); }
  /// Of the fingerprints of those that finished, in the order of their seeds; the same for any number of
  /// threads.
  std::uint64_t fingerprint() const;
};

/// Builds the structure, runs all replicates over options.threads threads, and judges each. With fewer
/// replicates than threads the others serve local steps. A signal ends those under way and begins no more.
/// Exceptions: those of build.
Replicates run_replicates(const Scenario& scenario, const BuildOptions& options,
                          const RunControl& control = {});

/// One verdict an expectation, of the mean of what the sound replicates measured; a bound, and a metric "at
/// any", must hold in each. None holds if a replicate failed, or if one has nothing measured (NaN, or a level
/// that it never reached).
std::vector<Verdict> judge(const Replicates& replicates);

}  // namespace taubar::experiment
