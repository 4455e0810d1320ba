#include "sim/sweep/conduct.hpp"

#include <algorithm>
#include <chrono>
#include <map>

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
    std::size_t next = 0;
    while (next < pending_.size() || !under_way_.empty()) {
      if (shall_end()) break;
      while (next < pending_.size() && crew_.idle() > 0) begin(pending_[next++]);
      keep(crew_.wait(changed_ ? std::max(0.0, batch_s - (seconds() - changed_at_)) : look_s));
      tell();
    }
    crew_.abandon();
    under_way_.clear();
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

  void begin(std::size_t run) {
    const std::string by = crew_.give(run);
    under_way_[run] = {run, by, utc_now()};
    note_change();
  }

  void note_change() {
    if (!changed_) changed_at_ = seconds();
    changed_ = true;
  }

  void keep(std::vector<Finished> finished) {
    for (auto& one : finished) {
      under_way_.erase(one.first);
      note_change();
      if (one.second.status == Status::pending) continue;
      result_.progress.failed += one.second.status != Status::done;
      batch_.push_back(std::move(one));
    }
    if (changed_ && (batch_.size() >= most_batched || seconds() - changed_at_ >= batch_s)) flush();
  }

  void flush() {
    std::vector<Begun> begun;
    for (const auto& [run, one] : under_way_) begun.push_back(one);
    store_.write(plan_, batch_, figures_, begun);
    changed_ = false;
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
  std::map<std::size_t, Begun> under_way_;
  bool changed_ = false;  ///< since the last write
  double changed_at_ = 0, told_ = 0;
  Conducted result_;
};

}  // namespace

Selection select(const Plan& plan, const std::vector<Status>& statuses, const Shard& shard, bool retry) {
  Selection selection;
  for (std::size_t i = 0; i < plan.runs.size(); ++i) {
    if (shard.count > 1 && !shard.holds(plan.runs[i].key)) continue;
    selection.all.push_back(i);
    if (retry ? statuses[i] != Status::done : statuses[i] == Status::pending) selection.pending.push_back(i);
  }
  return selection;
}

Conducted conduct(const Plan& plan, const std::vector<std::size_t>& pending, const std::vector<std::string>& figures, Crew& crew, Store& store,
                  const ConductControl& control) {
  return Conductor(plan, pending, figures, crew, store, control).run();
}

}  // namespace taubar::sweep
