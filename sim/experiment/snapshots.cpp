#include "sim/experiment/snapshots.hpp"

#include <algorithm>
#include <limits>

#include "core/base/error.hpp"
#include "sim/experiment/background.hpp"

namespace taubar::experiment {
namespace {

/// Words before the agents' own: number, time, seven counts.
constexpr std::size_t heading = 9;

/// Of records that wait to be evaluated; beyond it the run waits for them.
constexpr std::size_t most_waiting_bytes = std::size_t{1} << 30;

/// Of the agent whose iterate a token has left last; the first where several hold the same.
Eigen::Index place_of_most(const std::vector<double>& steps_travelled) {
  return std::max_element(steps_travelled.begin(), steps_travelled.end()) - steps_travelled.begin();
}

}  // namespace

std::vector<double> snapshot_words(const mpi::World& world, std::int64_t number, Time time) {
  const auto& c = world.counts();
  std::vector<double> words{static_cast<double>(number), static_cast<double>(time)};
  for (const auto count : {c.updates, c.gradients, c.messages, c.bytes, c.lost, c.duplicated, c.taken})
    words.push_back(static_cast<double>(count));
  for (const AgentId i : world.own_agents()) {
    const auto mass = world.program(i).push_mass();
    const auto token = world.program(i).token(0);
    words.push_back(mass ? mass->weight : static_cast<double>(token ? token->steps : 0));
    const auto iterate = world.program(i).iterate();
    words.insert(words.end(), iterate.begin(), iterate.end());
  }
  return words;
}

Collector::Collector(std::vector<int> host_of, int ranks, std::size_t agents_with_data, Eigen::Index dimension)
    : host_of_(std::move(host_of)), ranks_(ranks), agents_(agents_with_data), dimension_(dimension) {}

std::optional<Collected> Collector::add(int rank, std::span<const double> words) {
  auto& partial = partial_[static_cast<std::int64_t>(words[0])];
  auto& record = partial.record;
  if (partial.missing == 0) {
    partial.missing = ranks_;
    record.iterates.resize(static_cast<Eigen::Index>(host_of_.size()), dimension_);
    record.weights.resize(agents_);
  }
  record.time = static_cast<Time>(words[1]);
  auto& c = record.counts;
  std::size_t at = 2;
  for (auto* count : {&c.updates, &c.gradients, &c.messages, &c.bytes, &c.lost, &c.duplicated, &c.taken})
    *count += static_cast<std::int64_t>(words[at++]);
  for (std::size_t i = 0; i < host_of_.size(); ++i) {
    if (host_of_[i] != rank) continue;
    if (i < agents_) record.weights[i] = words[at];
    ++at;
    record.iterates.row(static_cast<Eigen::Index>(i)) = ConstVectorView(words.data() + at, dimension_).transpose();
    at += static_cast<std::size_t>(dimension_);
  }
  check(at == words.size(), "a snapshot has the words that its agents need");
  if (--partial.missing > 0) return std::nullopt;
  auto whole = std::move(record);
  partial_.erase(static_cast<std::int64_t>(words[0]));
  return whole;
}

metric::Snapshot as_snapshot(const Experiment& e, const Collected& record) {
  metric::Snapshot snapshot;
  snapshot.goal = e.goal;
  const auto d = static_cast<std::size_t>(record.iterates.cols());
  for (std::size_t i = 0; i < e.agents(); ++i)
    snapshot.iterates.emplace_back(record.iterates.row(static_cast<Eigen::Index>(i)).data(), d);
  if (record.iterates.rows() > static_cast<Eigen::Index>(e.agents()))
    snapshot.estimate = record.iterates.row(record.iterates.rows() - 1).transpose();
  else if (e.travel)
    snapshot.estimate = record.iterates.row(place_of_most(record.weights)).transpose();
  else
    snapshot.estimate = metric::mean_iterate(snapshot.iterates);
  return snapshot;
}

Evaluator::Evaluator(const Experiment& experiment, bool urgent)
    : experiment_(experiment), recorder_(experiment), minimum_weight_(std::numeric_limits<double>::infinity()),
      thread_([this, urgent] { work(urgent); }) {}

Evaluator::~Evaluator() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
    queue_.clear();
  }
  more_.notify_all();
}

void Evaluator::add(Collected record) {
  const std::size_t bytes = static_cast<std::size_t>(record.iterates.size()) * sizeof(double);
  bool full = false;
  {
    const std::lock_guard lock(mutex_);
    queue_.push_back(std::move(record));
    full = queue_.size() * bytes > most_waiting_bytes;
  }
  if (full)
    finish();
  else
    more_.notify_one();
}

void Evaluator::finish() {
  std::unique_lock lock(mutex_);
  settled_.wait(lock, [this] { return !busy_; });
  while (!queue_.empty()) evaluate_next(lock);
}

/// The lock is held before and after, not while the metrics are evaluated.
void Evaluator::evaluate_next(std::unique_lock<std::mutex>& lock) {
  const Collected record = std::move(queue_.front());
  queue_.pop_front();
  busy_ = true;
  lock.unlock();
  evaluate(record);
  lock.lock();
  busy_ = false;
}

Evaluator::Rows Evaluator::rows() {
  const std::lock_guard lock(mutex_);
  return {metrics_, records_, minimum_weight_};
}

void Evaluator::work(bool urgent) {
  if (!urgent) step_back();
  std::unique_lock lock(mutex_);
  for (;;) {
    more_.wait(lock, [this] { return closing_ || (!queue_.empty() && !busy_); });
    if (closing_) return;
    evaluate_next(lock);
    settled_.notify_all();
  }
}

void Evaluator::evaluate(const Collected& record) {
  recorder_.record(record.time, record.counts, as_snapshot(experiment_, record));
  const std::lock_guard lock(mutex_);
  if (experiment_.scenario.algorithm->push())
    minimum_weight_ = std::min(minimum_weight_, *std::min_element(record.weights.begin(), record.weights.end()));
  metrics_ = recorder_.metric_names();
  if (!records_.empty() && records_.back().time == record.time) records_.pop_back();
  records_.push_back(recorder_.records().back());
  target_met_ = target_met_ || recorder_.target_met();
  diverged_ = diverged_ || !recorder_.finite();
}

}  // namespace taubar::experiment
