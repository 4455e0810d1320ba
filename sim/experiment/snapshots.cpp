#include "sim/experiment/snapshots.hpp"

#include <algorithm>
#include <limits>

#include "core/base/error.hpp"
#include "sim/experiment/background.hpp"
#include "sim/experiment/observe.hpp"

namespace taubar::experiment {
namespace {

/// Words before the agents' own: number, time, seven counts.
constexpr std::size_t heading = 9;

/// Of records that wait to be evaluated; beyond it the run waits for them.
constexpr std::size_t most_waiting_bytes = std::size_t{1} << 30;

}  // namespace

std::vector<TravellingState> own_tokens(const mpi::World& world, std::size_t tokens, Eigen::Index dimension) {
  std::vector<TravellingState> all(tokens, {0, -1, Vector::Zero(dimension)});
  for (std::size_t t = 0; t < tokens; ++t) {
    agent::TokenView newest;
    for (const AgentId i : world.own_agents())
      if (const auto seen = world.program(i).token(t); newest.iterate.empty() || seen->newer_than(newest)) newest = *seen;
    if (!newest.iterate.empty()) all[t] = {newest.generation, newest.steps, ConstVectorView(newest.iterate.data(), dimension)};
  }
  return all;
}

void merge_tokens(std::vector<TravellingState>& all, const std::vector<TravellingState>& more) {
  if (all.empty()) all = more;
  for (std::size_t t = 0; t < all.size(); ++t)
    if (more[t].view(t).newer_than(all[t].view(t))) all[t] = more[t];
}

std::vector<double> snapshot_words(const Experiment& e, const mpi::World& world, std::int64_t number, Time time) {
  const auto& c = world.counts();
  std::vector<double> words{static_cast<double>(number), static_cast<double>(time)};
  for (const auto count : {c.updates, c.gradients, c.messages, c.bytes, c.lost, c.duplicated, c.taken})
    words.push_back(static_cast<double>(count));
  for (const auto& token : own_tokens(world, e.scenario.algorithm->tokens(), e.problem->dimension())) {
    words.push_back(static_cast<double>(token.generation));
    words.push_back(static_cast<double>(token.steps));
    words.insert(words.end(), token.iterate.begin(), token.iterate.end());
  }
  for (const AgentId i : world.own_agents()) {
    const auto mass = world.program(i).push_mass();
    words.push_back(mass ? mass->weight : 0);
    const auto iterate = world.program(i).iterate();
    words.insert(words.end(), iterate.begin(), iterate.end());
  }
  return words;
}

Collector::Collector(std::vector<int> host_of, int ranks, std::size_t agents_with_data, std::size_t tokens, Eigen::Index dimension)
    : host_of_(std::move(host_of)), ranks_(ranks), agents_(agents_with_data), tokens_(tokens), dimension_(dimension) {}

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
  std::vector<TravellingState> tokens(tokens_);
  for (auto& token : tokens) {
    token.generation = static_cast<std::int64_t>(words[at]);
    token.steps = static_cast<std::int64_t>(words[at + 1]);
    token.iterate = ConstVectorView(words.data() + at + 2, dimension_);
    at += 2 + static_cast<std::size_t>(dimension_);
  }
  merge_tokens(record.tokens, tokens);
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

static void add_tokens(metric::Snapshot& snapshot, const Experiment& e, const Collected& record) {
  for (std::size_t t = 0; t < record.tokens.size(); ++t) snapshot.tokens.push_back(record.tokens[t].view(t));
  snapshot.travel = e.travel;
  snapshot.estimate = mean_iterate(snapshot.tokens);
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
    add_tokens(snapshot, e, record);
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
