// Figures of a run, by the names that sweep files use:
//   time_to(METRIC, LEVEL)   seconds of virtual time until the first record of METRIC at or below LEVEL
//   final(METRIC)            METRIC at the end of the run
//   /json/pointer            any number of the run's summary, as `taubar run --json` prints it
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "sim/sweep/run_row.hpp"

namespace taubar::sweep {

struct Figure {
  enum class Kind { time_to, final, summary };
  Kind kind = Kind::summary;
  std::string metric;  ///< of time_to and final
  double level = 0;    ///< of time_to
  std::string pointer; ///< of summary

  /// In one spelling, whatever the blanks and digits of the file: "time_to(suboptimality, 0.01)".
  std::string name() const;
  /// "s" where it is known, else "".
  std::string_view unit() const { return kind == Kind::time_to ? "s" : ""; }
  /// Whether less is better: times and metrics. Of numbers of the summary nobody knows.
  bool least_is_best() const { return kind != Kind::summary; }
};

/// InputError that says what is accepted, with the metric that may have been meant.
Figure figure_named(std::string_view text);
/// What figure_named would complain of; "" for a sound name.
std::string figure_complaint(std::string_view text);

/// Nothing: never reached, or not there. It does not ask how the run ended.
std::optional<double> value_of(const Figure& figure, const RunRow& row);

/// Seconds until when a run that never reached the level was watched: its virtual time.
std::optional<double> watched_until(const RunRow& row);

}  // namespace taubar::sweep
