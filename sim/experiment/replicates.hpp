// A scenario under several seeds: Scenario → Replicates, a trace each, and their verdict. Replicate r is the
// scenario with seed + r and the structure of all (Scenario::replicate), so that any of them can be repeated
// alone. What they share is built once; worlds stand only while they run, one a thread.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/bound/bound.hpp"
#include "sim/experiment/judge.hpp"
#include "sim/experiment/run.hpp"

namespace taubar::experiment {

/// Values of an estimate that is kept of every replicate.
inline constexpr Eigen::Index most_estimated = 64;

struct Replicate {
  std::int64_t seed = 0;
  std::unique_ptr<trace::Trace> trace;  ///< nothing: it did not begin
  std::vector<double> estimate;         ///< x̂ at the end; empty above most_estimated values
  std::vector<Verdict> verdicts;      ///< of this run alone, one an expectation
  std::vector<bound::Verdict> bounds;   ///< of this run alone, where bounds are asked for

  /// It ended by itself.
  bool finished() const { return trace && trace->complete(); }
  /// It ended by what `stop` asks for: not diverged, stalled or above a limit.
  bool sound() const;
};

struct Replicates {
  Scenario scenario;
  std::shared_ptr<const Structure> structure;
  std::vector<Replicate> all;  ///< in the order of their seeds
  std::vector<bound::Verdict> bounds;  ///< over the sound replicates, of those asked for, in the catalogue's order
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
/// `bounds`: the guarantees to judge by, none named for all; nothing for those that the scenario expects.
/// Exceptions: those of build.
Replicates run_replicates(const Scenario& scenario, const BuildOptions& options, const RunControl& control = {},
                          const std::optional<std::vector<std::string>>& bounds = std::nullopt);

/// A bound over several runs: by the sample of them where it is of one, else the worst verdict of a run, which its
/// reason names.
bound::Verdict over_replicates(const bound::Bound& bound, const bound::Setting& setting,
                               const std::vector<const Replicate*>& runs);

/// One verdict an expectation, of the mean of what the sound replicates measured: its whole interval must keep the limits, fails
/// where it lies beyond, and is inconclusive else; a bound that is not of the sample, and a metric "at any", must hold in each.
/// None holds if a replicate failed, or if one has nothing measured (NaN, or a level
/// that it never reached).
std::vector<Verdict> judge(const Replicates& replicates);

}  // namespace taubar::experiment
