// What a server knows of the gradients it has asked for: of each worker the number of its job and the version of the
// model that it was sent (the server's updates until then); and the figures of delays and concurrency, O(1) an event.
#pragma once
#include <optional>
#include <vector>

#include "core/agent/program.hpp"

namespace taubar::algorithm {

class JobBook {
 public:
  explicit JobBook(std::size_t workers) : jobs_(workers) {}

  std::size_t workers() const { return jobs_.size(); }
  /// T: updates so far, the version of the present model.
  std::int64_t version() const { return version_; }

  /// Jobs that the worker has been given so far, and whether the last is under way.
  std::int64_t begun(AgentId worker) const { return jobs_[worker].number + 1; }
  bool busy(AgentId worker) const { return jobs_[worker].under_way; }

  /// The worker is sent the present model. The number of its new job: 0, 1, … for each worker.
  std::int64_t begin(AgentId worker);
  /// A gradient has come back. Its delay, the updates since it was asked for; nothing for a duplicate.
  std::optional<std::int64_t> end(AgentId worker, std::int64_t number);
  /// That gradient is used; one update may use several. Call before the update that it is used for.
  void use(std::int64_t delay);
  /// That gradient is thrown away.
  void drop(std::int64_t delay);
  void update() { ++version_; }

  agent::ServerFigures figures() const;
  const trace::Staleness& delays() const { return delays_; }
  void state(agent::StateVisitor& visitor);

  /// Bytes on the heap for one worker.
  static constexpr double bytes_per_worker = 24;

 private:
  struct Job {
    std::int64_t number = -1;  ///< −1 before the first
    std::int64_t version = 0;  ///< of the model it was sent
    bool under_way = false;
  };
  static_assert(sizeof(Job) == bytes_per_worker);

  std::vector<Job> jobs_;
  std::int64_t version_ = 0;
  std::int64_t under_way_ = 0;         ///< jobs
  std::int64_t version_sum_ = 0;       ///< Σ of the versions of jobs under way
  std::int64_t under_way_before_ = 0;  ///< |C| as the last gradient came back, its own job included
  agent::ServerFigures counts_;        ///< of what has come back
  trace::Staleness delays_;
};

}  // namespace taubar::algorithm
