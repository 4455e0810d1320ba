#include "sim/sweep/conduct.hpp"

#include <algorithm>
#include <chrono>

namespace taubar::sweep {
namespace {

constexpr double batch_s = 0.05;      // between transactions
constexpr std::size_t most_batched = 2000;
constexpr double look_s = 0.2;        // between looks for signals, limits and the display

class Conductor {
 public:
  Conductor(const Plan& plan, const std::vector<std::size_t>& pending, const std::vector<std::string>& figures, Crew& crew, Store& store,
            const ConductControl& control)
      : plan_(plan), pending_(pending), crew_(crew), store_(store), control_(control) {
    for (const auto& figure : figures) figures_ += figure + "\n";
    result_.progress.to_do = pending.size();
  }

  Conducted run() {
    std::size_t next = 0, under_way = 0;
    while (next < pending_.size() || under_way > 0) {
      if (shall_end()) break;
      for (; next < pending_.size() && crew_.idle() > 0; ++under_way) crew_.give(pending_[next++]);
      auto finished = crew_.wait(batch_.empty() ? look_s : std::max(0.0, batch_s - (seconds() - batched_)));
      under_way -= finished.size();
      keep(std::move(finished));
      tell();
    }
    crew_.abandon();
    flush();
    result_.progress.seconds = seconds();
    return result_;
  }

 private:
  double seconds() const { return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun_).count(); }

  bool shall_end() {
    result_.signal = control_.signal ? control_.signal->load() : 0;
    result_.out_of_time = control_.time_limit && seconds() >= *control_.time_limit;
    return result_.signal != 0 || result_.out_of_time;
  }

  void keep(std::vector<Finished> finished) {
    if (batch_.empty()) batched_ = seconds();
    for (auto& one : finished) {
      if (one.second.status == Status::pending) continue;
      result_.progress.failed += one.second.status != Status::done;
      batch_.push_back(std::move(one));
    }
    if (!batch_.empty() && (batch_.size() >= most_batched || seconds() - batched_ >= batch_s)) flush();
  }

  void flush() {
    if (batch_.empty()) return;
    store_.write(plan_, batch_, figures_);
    result_.progress.finished += batch_.size();
    batch_.clear();
  }

  void tell() {
    if (!control_.progress || seconds() - told_ < look_s) return;
    told_ = seconds();
    result_.progress.seconds = told_;
    control_.progress(result_.progress);
  }

  const Plan& plan_;
  const std::vector<std::size_t>& pending_;
  std::string figures_;
  Crew& crew_;
  Store& store_;
  const ConductControl& control_;
  std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
  std::vector<Finished> batch_;
  double batched_ = 0, told_ = 0;
  Conducted result_;
};

}  // namespace

Selection select(const Plan& plan, const Store& store, const Shard& shard, bool retry) {
  const auto known = store.statuses();
  Selection selection;
  for (std::size_t i = 0; i < plan.runs.size(); ++i) {
    const auto& key = plan.runs[i].key;
    if (!shard.holds(key)) continue;
    selection.all.push_back(i);
    const auto at = known.find(key);
    if (at == known.end() || (retry && at->second != Status::done)) selection.pending.push_back(i);
  }
  return selection;
}

Conducted conduct(const Plan& plan, const std::vector<std::size_t>& pending, const std::vector<std::string>& figures, Crew& crew, Store& store,
                  const ConductControl& control) {
  return Conductor(plan, pending, figures, crew, store, control).run();
}

}  // namespace taubar::sweep
