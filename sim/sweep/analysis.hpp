// SweepSpec + rows → everything that tables, Markdown, JSON and JUnit say. It refers to the rows.
#pragma once
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "sim/sweep/baseline.hpp"
#include "sim/sweep/comparison.hpp"
#include "sim/sweep/expectation.hpp"
#include "sim/sweep/sample.hpp"
#include "sim/sweep/speedup.hpp"

namespace taubar::sweep {

struct JudgeOptions {
  std::optional<Baseline> baseline;  ///< of --against-baseline
  std::string baseline_file;         ///< its name
  std::string run_options;           ///< for every reproduction command, as "--data DIR"
};

/// Of one expectation of the sweep file: a verdict a point. Or all of the scenario's own.
struct ExpectationVerdicts {
  std::string words;
  std::vector<Verdict> verdicts;
  std::size_t count(Decision outcome) const;
  Decision worst() const;
};

struct Analysis {
  static constexpr std::size_t statuses = 7;

  std::string run_options;  ///< of every reproduction command
  std::size_t runs = 0;
  std::array<std::size_t, statuses> by_status{};  ///< by the value of Status
  std::vector<std::int64_t> seeds;                ///< each once
  std::vector<const RunRow*> failed;
  std::vector<Point> points;
  std::vector<std::string> axes, telling;

  std::optional<Figure> figure;  ///< report.y
  Layout layout;
  std::vector<PointSample> samples;
  std::vector<Series> series;
  std::vector<std::vector<std::optional<RatioOverSeeds>>> speedups;  ///< by series and point; empty if none is asked for
  const PointSample *least = nullptr, *greatest = nullptr;
  bool recorded = true;  ///< false: not one run has the figure

  std::vector<Comparison> comparisons;
  std::vector<ExpectationVerdicts> expectations;
  std::optional<BaselineComparison> against;

  std::vector<Verdict> verdicts;  ///< all, in the order in which they are told
  std::size_t with(Status status) const { return by_status[static_cast<std::size_t>(status)]; }
  /// "12 points × 5 seeds: 59 done, 1 failed".
  std::string counts_text() const;
  std::string point_text(const Parameters& parameters) const { return parameters_text(parameters, telling, axes); }
};

/// Rows in any order, pending ones included. InputError where the baseline is of another figure.
Analysis analyse(const SweepSpec& spec, const std::vector<RunRow>& rows, const JudgeOptions& options);

/// 0: all that is expected holds; 1: something fails or is inconclusive, or the baseline gives an alarm; 3: a run diverged,
/// crashed, was refused as wrong or went beyond its limits; 4: one was too large for the machine. The highest that applies.
int exit_code_of(const Analysis& analysis);

/// "done", "failed", "wrong input", …: for people.
std::string_view status_words(Status status);

}  // namespace taubar::sweep
