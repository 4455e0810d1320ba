// The sweep file as a struct: which points, which seeds, what is reported and expected (scenario.md, "Sweeps").
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/config/document.hpp"
#include "core/config/fields.hpp"
#include "sim/sweep/run_row.hpp"

namespace taubar::sweep {

/// Values that a pointer takes, in the order of the file.
struct Axis {
  std::string pointer;
  std::vector<config::Json> values;
};

/// Where a sampled pointer lies.
struct Range {
  std::string pointer;
  double low = 0, high = 1;
  bool logarithmic = false;
  bool integer = false;  ///< rounded to whole numbers, both ends included
};

struct SampleSpec {
  enum class Kind { latin_hypercube, sobol, random };
  Kind kind = Kind::latin_hypercube;
  std::int64_t points = 0;
  std::vector<Range> ranges;
};

struct SeedSpec {
  std::int64_t first = 1, count = 1;
};

/// What is aggregated over seeds, and along which axes. `y` is a figure: "time_to(METRIC, LEVEL)", "final(METRIC)", or a
/// JSON Pointer into the summary ("/idle_share").
struct ReportSpec {
  std::string x, y, group;                ///< pointers; "" = none
  std::optional<double> speedup_against;  ///< the x to which speed-up is relative
};

/// Of one group against another, paired by seed (and by all other parameters): the ratio of `compare` in `of` to `compare` in `to`.
struct ComparisonSpec {
  std::string compare;      ///< a figure, as ReportSpec::y
  Parameters of, to;        ///< which runs belong to either
  std::optional<double> at_most, at_least;
};

/// An expectation on every run of the sweep, or on those that `where` names: a figure below, above or within.
struct RunExpectation {
  std::string figure;
  Parameters where;
  std::optional<double> below, above;
  std::vector<double> within;  ///< [low, high]
};

struct SweepSpec {
  std::string name;               ///< default: the file's name
  config::Document scenario;      ///< before any point is set
  std::string scenario_file;      ///< resolved
  std::vector<Axis> grid;         ///< every combination; the last axis varies fastest
  std::vector<Axis> zip;          ///< side by side: all of one length
  std::optional<SampleSpec> sample;
  SeedSpec seeds;
  std::optional<ReportSpec> report;
  std::vector<ComparisonSpec> comparisons;
  std::vector<RunExpectation> expectations;
  std::optional<double> run_time_limit;  ///< seconds of real time for one run
  double confidence = 0.95;
};

}  // namespace taubar::sweep
