#include "sim/experiment/replicates.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <exception>
#include <mutex>
#include <thread>

#include "sim/experiment/evidence.hpp"
#include "sim/experiment/observe.hpp"
#include "sim/experiment/verify.hpp"
#include "sim/law/sample_statistics.hpp"

namespace taubar::experiment {
namespace {

using trace::StoppedBy;

constexpr double board_interval_s = 0.2;

/// Replicates.
constexpr double most_to_advise = 1e6;

/// How far all replicates are together; told by several threads.
class Board {
 public:
  Board(std::size_t replicates, const std::function<void(const Progress&)>& show)
      : of_each_(replicates), show_(show) {}

  void tell(std::size_t replicate, const Progress& progress) {
    const std::lock_guard lock(mutex_);
    total_.share += (progress.share - of_each_[replicate].share) / static_cast<double>(of_each_.size());
    total_.events += progress.events - of_each_[replicate].events;
    total_.finished += progress.finished - of_each_[replicate].finished;
    of_each_[replicate] = progress;
    total_.replicates = static_cast<std::int64_t>(of_each_.size());
    total_.wall_seconds = wall_seconds();
    if (!show_ || total_.wall_seconds - shown_ < board_interval_s) return;
    shown_ = total_.wall_seconds;
    show_(total_);
  }

  double wall_seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun_).count();
  }

 private:
  std::mutex mutex_;
  std::vector<Progress> of_each_;
  const std::function<void(const Progress&)>& show_;
  Progress total_;
  std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
  double shown_ = 0;
};

/// Threads that take one replicate after the other.
class Crew {
 public:
  Crew(Replicates& runs, int threads, const RunControl& control, const std::optional<std::vector<std::string>>& bounds)
      : runs_(runs),
        watched_(bounds || !expected_bounds(runs.scenario.expect).empty()),
        bounds_(bounds ? *bounds : expected_bounds(runs.scenario.expect)),
        control_(control),
        board_(runs.all.size(), control.progress),
        crew_(std::min<std::size_t>(static_cast<std::size_t>(threads), runs.all.size())),
        threads_a_world_(threads / static_cast<int>(crew_)) {}

  void work() {
    {
      std::vector<std::jthread> helpers;
      for (std::size_t t = 1; t < crew_; ++t) helpers.emplace_back([this] { take_replicates(); });
      take_replicates();
    }
    if (error_) std::rethrow_exception(error_);
    judge_together();
    runs_.wall_seconds = board_.wall_seconds();
  }

 private:
  int signal() const { return control_.signal ? control_.signal->load(std::memory_order_relaxed) : 0; }

  void take_replicates() {
    for (std::size_t r; (r = next_++) < runs_.all.size() && signal() == 0;) {
      try {
        run_one(r);
      } catch (...) {
        keep_error(r);
        return;
      }
    }
  }

  void run_one(std::size_t r) {
    auto& replicate = runs_.all[r];
    const auto scenario = runs_.scenario.replicate(static_cast<std::int64_t>(r));
    const auto experiment = build(scenario, runs_.structure, threads_a_world_);
    const RunControl control{control_.signal, [&](const Progress& progress) { board_.tell(r, progress); }};
    if (!watched_) {
      replicate.trace = std::make_unique<trace::Trace>(run(*experiment, control));
    } else {
      if (r == 0) setting_ = setting_of(*experiment);
      auto verification = verify(*experiment, control, bounds_, true);
      replicate.trace = std::make_unique<trace::Trace>(std::move(verification.trace));
      replicate.bounds = std::move(verification.verdicts);
    }
    if (experiment->problem->dimension() <= most_estimated) {
      const Vector estimate = observe(*experiment).estimate;
      replicate.estimate.assign(estimate.begin(), estimate.end());
    }
    replicate.verdicts = judge(scenario.expect, *replicate.trace, replicate.bounds);
    Progress done{1, replicate.trace->end, replicate.trace->events};
    done.finished = 1;
    board_.tell(r, done);
  }

  void judge_together() {
    const auto sound = runs_.sound();
    if (!watched_ || sound.empty() || !setting_) return;
    for (const bound::Bound* bound : chosen_bounds(bounds_))
      runs_.bounds.push_back(over_replicates(*bound, *setting_, sound));
  }

  /// That of the least replicate is thrown; no further one begins.
  void keep_error(std::size_t r) {
    const std::lock_guard lock(mutex_);
    next_ = runs_.all.size();
    if (error_ && r > error_of_) return;
    error_ = std::current_exception();
    error_of_ = r;
  }

  Replicates& runs_;
  bool watched_;
  std::vector<std::string> bounds_;
  std::optional<bound::Setting> setting_;  ///< refers to the structure, not to a world
  const RunControl& control_;
  Board board_;
  std::size_t crew_;
  int threads_a_world_;
  std::atomic<std::size_t> next_{0};
  std::mutex mutex_;
  std::exception_ptr error_;
  std::size_t error_of_ = 0;
};

/// The finaliser of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014).
std::uint64_t mixed(std::uint64_t z) {
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
  return z ^ (z >> 31);
}

bool of_sample(const ExpectSpec& expect) { return !expect.bound.empty() && bound::find_bound(expect.bound)->over; }
/// Other bounds and "at any" are of a run, not of a number.
bool of_each_run(const ExpectSpec& expect) {
  return !expect.bound.empty() || (!expect.metric.empty() && expect.at == "any");
}

/// From what a guarantee must not be to what it should.
int badness(bound::Outcome outcome) {
  switch (outcome) {
    case bound::Outcome::violated: return 3;
    case bound::Outcome::does_not_apply: return 2;
    case bound::Outcome::reported: return 1;
    case bound::Outcome::holds: return 0;
  }
  return 0;
}
bool worse(const bound::Verdict& a, const bound::Verdict& b) {
  if (a.outcome != b.outcome) return badness(a.outcome) > badness(b.outcome);
  return a.slack_decades.value_or(HUGE_VAL) < b.slack_decades.value_or(HUGE_VAL);
}

Verdict judge_each(const ExpectSpec& expect, const std::vector<const Replicate*>& sound, std::size_t i) {
  Verdict verdict{in_words(expect) + ", in each replicate", std::nullopt, true};
  for (const Replicate* replicate : sound) {
    const Verdict& own = replicate->verdicts[i];
    if (replicate == sound.front() || !own.holds) verdict.measured = own.measured;
    if (own.holds) continue;
    verdict.holds = false;
    verdict.expectation += fmt::format("; not with seed {}", replicate->seed);
    break;
  }
  return verdict;
}

/// By the whole interval of the mean; where it lies on both sides of a limit, how many replicates would about halve it often
/// enough.
void decide(Verdict& verdict, const ExpectSpec& expect, const law::SampleStatistics& statistics) {
  const auto [low, high] = *statistics.of_mean;
  verdict.expectation += fmt::format(" ({:g} % interval {:.4g} to {:.4g})", 100 * statistics.level, low, high);
  verdict.holds = meets(low, expect) && meets(high, expect);
  double floor = -HUGE_VAL, ceiling = HUGE_VAL;  // of what is accepted
  for (const auto& limit : {expect.above, expect.within.empty() ? std::nullopt : std::optional(expect.within[0])})
    floor = std::max(floor, limit.value_or(floor));
  for (const auto& limit : {expect.below, expect.within.empty() ? std::nullopt : std::optional(expect.within[1])})
    ceiling = std::min(ceiling, limit.value_or(ceiling));
  verdict.inconclusive = !verdict.holds && high > floor && low < ceiling;
  if (!verdict.inconclusive) return;
  const double gap = std::min(std::abs(statistics.mean - floor), std::abs(statistics.mean - ceiling));
  const double needed = std::ceil(static_cast<double>(statistics.count) * std::pow(*statistics.half_width() / gap, 2));
  verdict.expectation += needed <= most_to_advise ? fmt::format("; about {:.0f} replicates would decide", needed)
                                                  : std::string("; the mean is too near to the limit for any number to decide");
}

Verdict judge_mean(const ExpectSpec& expect, const std::vector<const Replicate*>& sound, std::size_t i, double confidence) {
  Verdict verdict{in_words(expect), std::nullopt, false};
  std::vector<double> values;
  for (const Replicate* replicate : sound) {
    const auto& measured = replicate->verdicts[i].measured;
    if (!measured || !std::isfinite(*measured)) {
      verdict.expectation +=
          fmt::format(", mean of {}; nothing measured with seed {}", sound.size(), replicate->seed);
      return verdict;
    }
    values.push_back(*measured);
  }
  const auto statistics = law::sample_statistics(values, confidence);
  verdict.expectation += fmt::format(", mean of {}", values.size());
  if (!values.empty()) verdict.measured = statistics.mean;
  if (statistics.of_mean)
    decide(verdict, expect, statistics);
  else
    verdict.holds = meets(statistics.mean, expect);
  return verdict;
}

}  // namespace

bool Replicate::sound() const {
  if (!finished()) return false;
  switch (trace->stopped_by) {
    case StoppedBy::diverged:
    case StoppedBy::stalled:
    case StoppedBy::event_limit:
    case StoppedBy::time_limit:
      return false;
    default:
      return true;
  }
}

std::vector<const Replicate*> Replicates::sound() const {
  std::vector<const Replicate*> some;
  for (const auto& replicate : all)
    if (replicate.sound()) some.push_back(&replicate);
  return some;
}

std::vector<const Replicate*> Replicates::failed() const {
  std::vector<const Replicate*> some;
  for (const auto& replicate : all)
    if (replicate.finished() && !replicate.sound()) some.push_back(&replicate);
  return some;
}

std::size_t Replicates::finished() const {
  return static_cast<std::size_t>(
      std::count_if(all.begin(), all.end(), [](const auto& r) { return r.finished(); }));
}

std::uint64_t Replicates::events() const {
  std::uint64_t sum = 0;
  for (const auto& replicate : all)
    if (replicate.finished()) sum += replicate.trace->events;
  return sum;
}

std::uint64_t Replicates::fingerprint() const {
  std::uint64_t hash = 0;
  for (const auto& replicate : all)
    if (replicate.finished())
      hash = mixed(hash + 0x9E3779B97F4A7C15ull) ^ mixed(replicate.trace->fingerprint);
  return mixed(hash);
}

bound::Verdict over_replicates(const bound::Bound& bound, const bound::Setting& setting,
                               const std::vector<const Replicate*>& runs) {
  if (bound.over) {
    std::vector<bound::Evidence> evidence;
    for (const Replicate* replicate : runs) evidence.push_back({setting, *replicate->trace});
    return bound::judge(bound, evidence);
  }
  const auto of = [&](const Replicate* replicate) -> const bound::Verdict& {
    return *std::find_if(replicate->bounds.begin(), replicate->bounds.end(),
                         [&](const auto& verdict) { return verdict.bound == bound.name; });
  };
  const Replicate* worst = runs.front();
  for (const Replicate* replicate : runs)
    if (worse(of(replicate), of(worst))) worst = replicate;
  bound::Verdict verdict = of(worst);
  const std::string which = fmt::format("seed {}, the worst of {} replicates", worst->seed, runs.size());
  if (verdict.applies()) verdict.reason += verdict.reason.empty() ? which : "; " + which;
  return verdict;
}

Replicates run_replicates(const Scenario& scenario, const BuildOptions& options, const RunControl& control,
                          const std::optional<std::vector<std::string>>& bounds) {
  Replicates runs;
  runs.scenario = scenario;
  runs.structure = build_structure(scenario, options);
  if (options.announce) options.announce("building the agents");
  runs.all.resize(static_cast<std::size_t>(scenario.replicates));
  for (std::size_t r = 0; r < runs.all.size(); ++r)
    runs.all[r].seed = scenario.seed + static_cast<std::int64_t>(r);
  Crew(runs, options.threads, control, bounds).work();
  if (!runs.complete() && control.signal) runs.signal = control.signal->load();
  return runs;
}

std::vector<Verdict> judge(const Replicates& runs) {
  const auto sound = runs.sound();
  const auto failed = runs.failed();
  std::vector<Verdict> verdicts;
  for (std::size_t i = 0; i < runs.scenario.expect.size(); ++i) {
    const auto& expect = runs.scenario.expect[i];
    if (of_sample(expect))
      verdicts.push_back(judge({expect}, {}, runs.bounds).front());
    else
      verdicts.push_back(of_each_run(expect) ? judge_each(expect, sound, i) : judge_mean(expect, sound, i, runs.scenario.confidence));
    if (!failed.empty())
      verdicts.back().expectation += fmt::format("; the run with seed {} failed", failed.front()->seed);
    if (!failed.empty() || sound.empty()) verdicts.back().holds = verdicts.back().inconclusive = false;
  }
  return verdicts;
}

}  // namespace taubar::experiment
