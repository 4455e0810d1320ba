// The results of a sweep in an SQLite database, OUT/results.sqlite: one row a run, and summary and descents in a table of their
// own, so that tables are made without reading them. Write-ahead log, synchronous NORMAL: a process that is killed at any
// moment loses nothing that was written; a machine that loses power may lose the last moments, never the file.
//
// A sweep changes its store alone, under a lock (flock on OUT/lock) that ends with its process; any number may read meanwhile.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "sim/sweep/crew.hpp"
#include "sim/sweep/plan.hpp"
#include "sim/sweep/run_row.hpp"

namespace taubar::sweep {

/// To be raised with the tables.
inline constexpr int store_format = 3;

/// What is there is no store, or one of another format, of another sweep, or of another version of the results (exit 7).
class ForeignStore : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// OUT is this process's alone until the lock goes. EnvironmentError naming the holder where it has one.
class StoreLock {
 public:
  explicit StoreLock(const std::string& directory);
  ~StoreLock();
  StoreLock(const StoreLock&) = delete;

 private:
  int file_ = -1;
};

/// One row with everything, as texts: what exports are made of.
struct StoredRun {
  std::string key, parameters, status, summary, error, begun, ended;
  std::int64_t point = 0, seed = 0;
  int exit_code = 0;
  double wall_seconds = 0;
};

/// A run that was under way when this was last written.
struct UnderWay {
  std::string key, parameters, by, since;
  std::int64_t point = 0, seed = 0;
};

class Store {
 public:
  /// Creates or opens DIRECTORY/results.sqlite; "" is a store in memory. `sweep` is the sweep's name. ForeignStore for what
  /// cannot go on, EnvironmentError where the disk does not allow it.
  Store(const std::string& directory, const std::string& sweep);
  /// Opens one that is there, to read. InputError where there is none.
  explicit Store(const std::string& directory);
  ~Store();
  Store(const Store&) = delete;

  const std::string& sweep() const { return sweep_; }
  const std::string& file() const { return file_; }

  /// Of each run of the plan; `pending` where there is none.
  std::vector<Status> statuses(const Plan& plan) const;
  /// The same, and rows of runs that are still planned get the plan's point, others the point −1.
  std::vector<Status> renumber(const Plan& plan);
  /// All of it or nothing: rows of what has finished (one of the same key gives way), and what is under way from now on.
  void write(const Plan& plan, const std::vector<Finished>& finished, const std::string& figures, const std::vector<Begun>& begun = {});
  /// What was under way at the last write: nothing after a sweep that ended in order, else what died with it.
  std::vector<UnderWay> under_way() const;
  /// A row a planned run, in the plan's order; `pending` where there is none. With those parts of summary and descents that
  /// the figures need. `figures`: figures_of the sweep.
  std::vector<RunRow> rows(const Plan& plan, const std::vector<std::string>& figures);
  /// All rows, by point and seed.
  void each(const std::function<void(const StoredRun&)>& visit) const;
  /// Seconds of wall time: the mean of the runs that ended by themselves; 0 where there is none.
  double mean_seconds() const;
  std::int64_t count() const;

  /// Takes what other stores of this sweep have: a run that is there already stays, unless it did not end well and the other
  /// did. InputError, and nothing is taken, where one run has two fingerprints. Returns how many rows were taken.
  std::int64_t merge(const std::string& directory);

  /// "ok", or what SQLite finds wrong with the file.
  std::string integrity() const;

 private:
  struct Database;
  void create(const std::string& sweep);
  void check_identity(const std::string& sweep);

  std::string file_, sweep_;
  std::unique_ptr<Database> database_;
};

}  // namespace taubar::sweep
