// What a run leaves, as plain values: records, counts, measured asynchrony, and why it ended.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/base/time.hpp"
#include "core/trace/counts.hpp"
#include "core/trace/fault_figures.hpp"
#include "core/trace/particle_figures.hpp"
#include "core/trace/replay.hpp"
#include "core/trace/server_figures.hpp"
#include "core/trace/staleness.hpp"
#include "core/trace/timeline.hpp"
#include "core/trace/token_figures.hpp"

namespace taubar::trace {

/// One row of metrics.csv; `values` in the order of Trace::metrics.
struct Record {
  Time time = 0;
  Counts counts;
  std::vector<double> values;
};

/// A finished run's end, by the name under which the summary reports it.
enum class StoppedBy {
  virtual_time,
  updates,
  gradients,
  messages,
  wall_time,
  target,
  stalled,      ///< nothing is left to happen: every agent waits for a message that will not come
  diverged,     ///< a state is not finite
  event_limit,  ///< limits.events
  time_limit,   ///< limits.wall_time
  interrupted,
  terminated,
  failed,       ///< an agent or a rank of a replay failed
  under_way,    ///< it has not ended: what a replay has recorded so far
};
std::string_view name(StoppedBy why);

struct Divergence {
  std::int64_t agent = -1;  ///< the first whose iterate is not finite; else (a metric overflowed) that of the largest
  Time time = 0;
  std::string explanation;
};

/// How far a run was from the fastest that its workers allow: as many gradients take at least `seconds` if nobody ever
/// waits, and took `achieved` (theory.md 11.5).
struct FloorDistance {
  std::int64_t gradients = 0;
  double seconds = 0, achieved = 0;
  double ratio() const { return achieved / seconds; }
};

/// How the visits of a token are spread over the agents, against the target μ of its walk: r_i are their shares.
struct VisitFigures {
  double total_variation = 0;    ///< ½ Σ |r_i − μ_i|
  double mean_square_error = 0;  ///< Σ (r_i − μ_i)² / n
};

/// A token at the end of a run.
struct TokenEnd {
  std::int64_t steps = 0;
  std::vector<double> iterate;  ///< θ_n, d values
  std::vector<double> history;  ///< x_n, n values with sum 1; empty where it is not known (a replay)
};

struct Trace {
  std::vector<std::string> metrics;
  std::vector<Record> records;            ///< from the start to the end, times increasing
  int record_halvings = 0;                ///< how often every other record went, because there were too many
  std::map<std::string, double> final;    ///< every metric that applies, at the end
  Time end = 0;
  Counts counts;
  std::uint64_t events = 0;
  Staleness staleness;                    ///< of messages, in k; of methods with a server: delays, in its updates
  std::optional<ServerFigures> server;    ///< of methods with a server
  std::optional<FaultFigures> faults;     ///< where any were planned
  std::optional<FloorDistance> floor;     ///< where gradients were computed and their times have a mean
  std::int64_t k = 0, tau_proc = 0, tau_msg = 0, tau_bar = 0;
  double idle_share = 0;
  std::optional<double> minimum_weight;   ///< over all records and the end, push methods
  std::vector<std::int64_t> steps;        ///< completed local steps by agent
  std::optional<VisitFigures> visits;     ///< of methods in which a token travels, once it has been somewhere
  std::vector<TokenEnd> tokens;           ///< of the same
  std::optional<SamplingFigures> sampling;    ///< where particles sample
  std::optional<TokenFigures> token_figures;  ///< where agents keep visits, or recover tokens
  /// Local steps that are in no token's iterate at the end: of tokens that were lost, and of copies that were dropped.
  std::int64_t repeated_steps() const;
  std::optional<double> rate_bias_expected, rate_bias_measured;  ///< ‖x*_r − x*‖₂
  std::uint64_t fingerprint = 0;          ///< of a run in virtual time
  StoppedBy stopped_by = StoppedBy::virtual_time;
  std::optional<Divergence> divergence;
  std::string failure;                    ///< who failed and why, after StoppedBy::failed
  std::optional<Replay> replay;           ///< of a run over real processes
  std::optional<Timeline> timeline;       ///< where the scenario asks for it
  double wall_seconds = 0;                ///< of the run alone

  /// Whether it came to an end of its own.
  bool complete() const {
    return stopped_by != StoppedBy::interrupted && stopped_by != StoppedBy::terminated && stopped_by != StoppedBy::failed &&
           stopped_by != StoppedBy::under_way;
  }
  /// Column of a recorded metric, or −1.
  int column(std::string_view metric) const;
  /// Seconds of virtual time of the first record at which the metric is at or below the level.
  std::optional<double> time_to(std::string_view metric, double level) const;
};

}  // namespace taubar::trace
