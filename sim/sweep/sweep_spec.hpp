// The sweep file as a struct: which points, which seeds, what is reported and expected (scenario.md, "Sweeps").
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/config/document.hpp"
#include "core/config/fields.hpp"
#include "core/config/reader.hpp"
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
  void fields(config::Fields& f);
};

struct SampleSpec {
  enum class Kind { latin_hypercube, sobol, random };
  Kind kind = Kind::latin_hypercube;
  std::int64_t points = 0;
  std::int64_t seed = 1;  ///< of the draws; no matter for Sobol
  std::vector<Range> ranges;
  void fields(config::Fields& f);
};

struct SeedSpec {
  std::int64_t first = 1, count = 1;
  void fields(config::Fields& f);
};

/// What is aggregated over seeds, and along which axes. `y` is a figure: "time_to(METRIC, LEVEL)", "final(METRIC)", or a
/// JSON Pointer into the summary ("/idle_share").
struct ReportSpec {
  std::string x, y, group;                ///< pointers; "" = none
  std::optional<double> speedup_against;  ///< the x to which speed-up is relative
  void fields(config::Fields& f);
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
  config::Document document;      ///< the sweep file itself: where its values stand
  std::string name;               ///< default: the file's name
  config::Document scenario;      ///< before any point is set
  std::string scenario_file;      ///< resolved
  bool embedded = false;          ///< the scenario stands in the sweep file
  std::vector<Axis> set;          ///< of one value each: the same at all points, and no parameters
  std::vector<Axis> grid;         ///< every combination; the last axis varies fastest
  std::vector<Axis> zip;          ///< side by side: all of one length
  std::optional<SampleSpec> sample;
  SeedSpec seeds;
  std::optional<ReportSpec> report;
  std::vector<ComparisonSpec> comparisons;
  std::vector<RunExpectation> expectations;
  std::optional<double> run_time_limit;  ///< seconds of real time for one run
  std::optional<double> memory_limit;    ///< bytes of all workers together
  double confidence = 0.95;

  /// Whether some axis or range has this pointer.
  bool varies(const std::string& pointer) const;
};

/// Whether a document is that of a sweep, not of a scenario.
bool is_sweep(const config::Document& document);

/// Reads the sweep and its scenario's file. InputError with all problems of the sweep's file.
SweepSpec read_sweep(const config::Document& document, const config::ReadOptions& options);

/// JSON Schema of a sweep file.
config::Json sweep_schema();

}  // namespace taubar::sweep
