// Snapshots of a replay: every rank sends what its agents hold at the instants of recording; rank 0 puts them together
// and evaluates the metrics in a thread that takes only what the processors have to spare, unless a stop rule waits for
// the values.
#pragma once
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <span>
#include <thread>
#include <vector>

#include "sim/experiment/recorder.hpp"
#include "sim/mpi/world.hpp"

namespace taubar::experiment {

/// A token, as far as a replay tells of it.
struct TravellingState {
  std::int64_t generation = 0, steps = -1;  ///< as in agent::TokenView
  Vector iterate;
  agent::TokenView view(std::size_t index) const {
    return {index, steps, {iterate.data(), static_cast<std::size_t>(iterate.size())}, {}, generation};
  }
};

/// The agents of all ranks at one instant.
struct Collected {
  Time time = 0;
  trace::Counts counts;
  Matrix iterates;              ///< a row a program
  std::vector<double> weights;  ///< of the agents with data: push-sum weights
  std::vector<TravellingState> tokens;  ///< the newest states that any rank knew
};

/// What a rank's agents know of each of the run's tokens: the newest.
std::vector<TravellingState> own_tokens(const mpi::World& world, std::size_t tokens, Eigen::Index dimension);
/// Of the same tokens, as another rank knows them: the newer of each pair stays.
void merge_tokens(std::vector<TravellingState>& all, const std::vector<TravellingState>& more);

/// Words of one rank's snapshot: number of the record, time, counts, then generation, steps and iterate of each token as the
/// rank knows it, then weight and iterate of each of its agents.
std::vector<double> snapshot_words(const Experiment& experiment, const mpi::World& world, std::int64_t number, Time time);

/// Puts the parts of each record together.
class Collector {
 public:
  Collector(std::vector<int> host_of, int ranks, std::size_t agents_with_data, std::size_t tokens, Eigen::Index dimension);
  /// The record, once its last part has come.
  std::optional<Collected> add(int rank, std::span<const double> words);

 private:
  struct Partial {
    Collected record;
    int missing = 0;
  };
  std::vector<int> host_of_;
  int ranks_;
  std::size_t agents_, tokens_;
  Eigen::Index dimension_;
  std::map<std::int64_t, Partial> partial_;
};

/// Evaluates records in the order of their time.
class Evaluator {
 public:
  /// `urgent`: at the priority of everything else, because a target may end the run.
  Evaluator(const Experiment& experiment, bool urgent);
  ~Evaluator();
  void add(Collected record);
  /// Whether a record met the scenario's target, or was not finite.
  bool target_met() const { return target_met_; }
  bool diverged() const { return diverged_; }
  /// Evaluates here what is still waiting, and waits for what is under way.
  void finish();
  /// What has been evaluated so far; empty before the first record.
  struct Rows {
    std::vector<std::string> metrics;
    std::vector<trace::Record> records;
    double minimum_weight;
  };
  Rows rows();

 private:
  void work(bool urgent);
  void evaluate_next(std::unique_lock<std::mutex>& lock);
  void evaluate(const Collected& record);

  const Experiment& experiment_;
  Recorder recorder_;
  std::mutex mutex_;            ///< of the queue and of what rows() reads
  std::condition_variable more_, settled_;
  std::deque<Collected> queue_;
  bool busy_ = false, closing_ = false;
  std::atomic<bool> target_met_ = false, diverged_ = false;
  std::vector<trace::Record> records_;
  std::vector<std::string> metrics_;
  double minimum_weight_;
  std::jthread thread_;
};

/// What the metrics see of a record; refers to it.
metric::Snapshot as_snapshot(const Experiment& experiment, const Collected& record);

}  // namespace taubar::experiment
