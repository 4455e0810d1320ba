// The commands of taubar, one file each, as functions of plain options; main.cpp alone knows the command line.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "core/config/document.hpp"
#include "core/config/reader.hpp"

namespace taubar::tools {

/// Exit codes (README, "Exit codes").
enum Exit : int {
  done = 0,
  expectation_failed = 1,
  wrong_input = 2,
  run_failed = 3,
  refused = 4,
  nothing_selected = 5,
  environment = 6,
  resume_refused = 7,
  interrupted = 130,
  terminated = 143,
};

/// What every command that reads a scenario takes.
struct ScenarioOptions {
  std::string file;
  std::vector<std::string> set;   ///< "/json/pointer=value"
  std::vector<std::string> data;  ///< directories of data files
  std::optional<std::int64_t> seed;

  config::Document document() const;
  config::ReadOptions read_options() const { return {data}; }
};

struct RunOptions {
  ScenarioOptions scenario;
  std::string out;    ///< "" = nothing is written
  std::string trace;  ///< "" = as the scenario says
  int threads = 1;
  bool json = false, quiet = false, dry_run = false, no_cache = false;
};
int run(const RunOptions& options);

struct VerifyOptions {
  ScenarioOptions scenario;
  std::vector<std::string> bounds;  ///< by name; empty: all that apply
  std::string out, junit;           ///< "" = nothing is written
  int threads = 1;
  bool json = false, quiet = false, no_cache = false;
};
/// Runs, then judges by the published guarantees.
int verify(const VerifyOptions& options);
/// What they say before a run.
int bounds(const VerifyOptions& options);

struct SweepOptions {
  std::string file;
  std::vector<std::string> set;   ///< "/json/pointer=value", into the scenario
  std::vector<std::string> data;  ///< directories of data files
  std::string out;                ///< "" = results are kept in memory
  std::string shard;              ///< "I/N", "auto"; "" = all
  std::string time_limit, run_limit;  ///< durations; "" = none
  std::string junit, markdown;        ///< files to write; "" = none
  std::string against_baseline, update_baseline;  ///< files; "" = none
  int jobs = 0;                       ///< 0: as many as there are processors
  bool in_process = false, list = false, json = false, quiet = false, retry_failed = false, no_cache = false;
};
/// Runs what the store has not yet; under mpirun the ranks share the runs.
int sweep(const SweepOptions& options);

struct SweepExportOptions {
  std::string directory, csv, json_lines;  ///< files; "-": standard output, "" = not wanted
};
int sweep_export(const SweepExportOptions& options);

struct SweepMergeOptions {
  std::string out;
  std::vector<std::string> directories;
};
int sweep_merge(const SweepMergeOptions& options);

struct ReplayOptions {
  ScenarioOptions scenario;
  std::string out;
  std::string pace = "native", trace;
  double time_scale = 1;
  std::optional<double> time_limit;  ///< real seconds
  bool json = false, quiet = false, no_cache = false;
};
/// Under mpirun or srun; alone it is one rank.
int replay(const ReplayOptions& options);

struct CalibrateOptions {
  std::string replay;  ///< what a replay left
  std::string out;     ///< the scenario to write
  bool empirical = false, json = false;
};
int calibrate(const CalibrateOptions& options);

struct TopologyOptions {
  ScenarioOptions scenario;
  std::string dot;
  bool json = false;
};
int topology(const TopologyOptions& options);

struct CompareOptions {
  std::vector<std::string> directories;  ///< the first is the baseline
  bool json = false, markdown = false;
};
int compare(const CompareOptions& options);

/// `files` as given, scenarios or sweeps; every problem of every file is printed.
int check(const std::vector<std::string>& files, const std::vector<std::string>& data);

int list(const std::string& axis, bool json);
std::vector<std::string> listed_axes();

int schema(const std::string& what);

/// $XDG_CACHE_HOME/taubar, else ~/.cache/taubar, else "" (no cache).
std::string cache_directory();

}  // namespace taubar::tools
