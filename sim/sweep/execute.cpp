#include "sim/sweep/execute.hpp"

#include <fmt/format.h>

#include <chrono>
#include <csignal>
#include <new>

#include "core/base/error.hpp"
#include "sim/experiment/memory.hpp"
#include "sim/experiment/verify.hpp"
#include "sim/report/summary.hpp"
#include "sim/sweep/digest.hpp"

namespace taubar::sweep {
namespace {

using trace::StoppedBy;

// What `taubar run` would exit with (README, "Exit codes").
constexpr int expectation_code = 1, input_code = 2, failed_code = 3, refused_code = 4, environment_code = 6;

constexpr double share_for_structures = 0.25;

class Clock {
 public:
  double seconds() const { return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun_).count(); }

 private:
  std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
};

Status status_of(StoppedBy why, bool beyond_limit) {
  switch (why) {
    case StoppedBy::interrupted:
    case StoppedBy::terminated:
      return beyond_limit ? Status::timed_out : Status::pending;
    case StoppedBy::diverged:
    case StoppedBy::stalled:
    case StoppedBy::event_limit:
    case StoppedBy::time_limit:
    case StoppedBy::failed:
    case StoppedBy::under_way:
      return Status::failed;
    default:
      return Status::done;
  }
}

std::string reason(const trace::Trace& trace) {
  switch (trace.stopped_by) {
    case StoppedBy::diverged: return trace.divergence ? "diverged: " + trace.divergence->explanation : "diverged";
    case StoppedBy::stalled: return "stalled: every agent waits for a message that will not come";
    case StoppedBy::event_limit: return "more events than /limits/events";
    case StoppedBy::time_limit: return "took longer than /limits/wall_time";
    default: return trace.failure;
  }
}

/// Each worker has its share of what scenario, sweep or machine allow.
void share_memory(experiment::Scenario& scenario, const RunSettings& settings) {
  double limit = experiment::memory_limit(scenario);
  if (!scenario.limits.memory) limit /= settings.at_once;
  if (settings.memory) limit = std::min(limit, *settings.memory / settings.at_once);
  scenario.limits.memory = limit;
}

void run_into(Outcome& outcome, experiment::Scenario scenario, const std::vector<std::string>& figures, const RunSettings& settings,
              StructureCache& cache, const std::atomic<int>* stop, const Clock& clock) {
  share_memory(scenario, settings);
  experiment::BuildOptions build;
  build.cache_directory = settings.cache_directory;
  const auto experiment = experiment::build(scenario, cache.get(scenario, build), 1);

  std::atomic<int> signal{stop ? stop->load() : 0};
  bool beyond_limit = false;
  const auto look = [&](const experiment::Progress&) {
    if (stop && stop->load() != 0) signal = SIGINT;
    if (!settings.time_limit || clock.seconds() <= *settings.time_limit) return;
    beyond_limit = true;
    signal = SIGINT;
  };
  const experiment::RunControl control{&signal, look};
  const auto bounds = experiment::expected_bounds(scenario.expect);
  const auto [trace, judged] = bounds.empty() ? experiment::Verification{experiment::run(*experiment, control), {}}
                                              : experiment::verify(*experiment, control, bounds);
  const auto verdicts = experiment::judge(scenario.expect, trace, judged);
  outcome.status = status_of(trace.stopped_by, beyond_limit);
  if (outcome.status == Status::pending) return;
  outcome.error = beyond_limit ? fmt::format("took longer than the limit of {} a run", config::format_quantity(*settings.time_limit, config::Unit::duration))
                               : reason(trace);
  outcome.exit_code = outcome.status == Status::done ? 0 : failed_code;
  for (const auto& verdict : verdicts)
    if (outcome.exit_code == 0 && !verdict.holds) outcome.exit_code = expectation_code;
  const auto summary = report::summary(*experiment, trace, verdicts);
  const auto descents = descents_of(trace);
  outcome.fingerprint = fmt::format("{:016x}", trace.fingerprint);
  outcome.summary = summary.dump();
  outcome.descents = pack(descents);
  outcome.digest = digest(figures, summary, descents);
}

}  // namespace

double cache_bytes(const RunSettings& settings) {
  const double limit = settings.memory ? *settings.memory : experiment::memory_limit(experiment::Scenario{});
  return share_for_structures * limit / settings.at_once;
}

Outcome execute(const SweepSpec& spec, const Plan& plan, const PlannedRun& run, const RunSettings& settings, StructureCache& cache,
                const std::atomic<int>* stop) {
  const Clock clock;
  Outcome outcome;
  outcome.begun = utc_now();
  const auto fail = [&](Status status, int code, const std::string& why) {
    outcome.status = status;
    outcome.exit_code = code;
    outcome.error = why;
  };
  try {
    const auto& parameters = plan.parameters(run);
    run_into(outcome, scenario_of(spec, parameters, run.seed, settings.read), figures_of(spec), settings, cache, stop, clock);
  } catch (const InputError& error) {
    fail(Status::wrong_input, input_code, error.what());
  } catch (const RefusedError& error) {
    fail(Status::refused, refused_code, error.what());
  } catch (const EnvironmentError& error) {
    fail(Status::crashed, environment_code, error.what());
  } catch (const std::bad_alloc&) {
    cache.clear();
    fail(Status::crashed, failed_code, "out of memory");
  } catch (const std::exception& error) {
    fail(Status::crashed, failed_code, std::string("internal error: ") + error.what());
  }
  outcome.wall_seconds = clock.seconds();
  outcome.ended = utc_now();
  return outcome;
}

}  // namespace taubar::sweep
