// What runs have in common, built once: topology, data, partition, initial points and the solved minimiser, by all that
// build_structure reads of a scenario. Without a structure_seed each seed has a structure of its own.
#pragma once
#include <future>
#include <list>
#include <memory>
#include <mutex>
#include <string>

#include "sim/experiment/experiment.hpp"

namespace taubar::sweep {

/// For any number of threads. Who asks for what another thread is building waits for it.
class StructureCache {
 public:
  /// Keeps structures of about `bytes` together, the last used ones; always the last one.
  explicit StructureCache(double bytes) : most_bytes_(bytes) {}

  /// Exceptions: those of build_structure, also for a structure that is there already and with which this scenario would
  /// be too large.
  std::shared_ptr<const experiment::Structure> get(const experiment::Scenario& scenario, const experiment::BuildOptions& options);
  void clear();
  std::size_t built() const { return built_; }

 private:
  using Shared = std::shared_ptr<const experiment::Structure>;
  struct Entry {
    std::string key;
    double bytes;
    std::shared_future<Shared> structure;
  };
  void forget(const std::string& key);
  void drop_oldest();

  double most_bytes_;
  std::mutex mutex_;
  std::list<Entry> entries_;  ///< the last used first
  std::size_t built_ = 0;
};

/// The key: topology, problem, structure seed, and what the algorithm changes about them.
std::string structure_key(const experiment::Scenario& scenario);

}  // namespace taubar::sweep
