// taubar replay: the street of `run`, walked by all ranks together. Rank 0 alone prints and writes.
#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <thread>

#include "core/base/error.hpp"
#include "sim/experiment/readiness.hpp"
#include "sim/experiment/replay.hpp"
#include "sim/mpi/frame.hpp"
#include "sim/report/output_directory.hpp"
#include "sim/report/summary.hpp"
#include "sim/report/version.hpp"
#include "tools/commands.hpp"
#include "tools/outcome.hpp"
#include "tools/progress.hpp"

namespace taubar::tools {
namespace {

/// Null where there is nothing to join and rank 0 says so for all. The others wait for it: launchers end what is left once one
/// has failed. They do not die of that signal, for the launcher's exit code would be the signal's.
std::unique_ptr<mpi::Transport> join_or_let_rank_0_complain() {
  try {
    return mpi::join();
  } catch (const EnvironmentError&) {
    if (mpi::launched_rank() == 0) throw;
    mind_signals();
    std::this_thread::sleep_for(std::chrono::seconds(1));
    return nullptr;
  }
}

/// What must be the same on every rank: program, wire format, scenario, and the problem as far as one value of F shows it.
std::string identity(const experiment::Experiment& e) {
  const Vector start = e.initial.row(0).transpose();
  return fmt::format("{} {} {:x} {} {}", report::version(), report::source_revision(), mpi::wire_format,
                     e.scenario.echo().dump(), e.problem->value(start));
}

/// Ready to run, or the exit code and the reason why not.
struct Prepared {
  std::unique_ptr<experiment::Experiment> experiment;
  std::optional<report::OutputDirectory> out;
  experiment::Readiness readiness;
};

void prepare(const ReplayOptions& options, const mpi::Transport& transport, ProgressLine& progress, Prepared& prepared) {
  const bool first = transport.rank() == 0;
  auto document = options.scenario.document();
  if (!options.trace.empty()) document.set("/record/trace=\"" + options.trace + "\"");
  const auto scenario = experiment::Scenario::read(document, options.scenario.read_options());
  scenario.demand_one_run("replay");
  experiment::BuildOptions build;
  build.solve = first;
  build.cache_directory = options.no_cache ? "" : cache_directory();
  build.announce = [&](const std::string& what) { progress.note(what); };
  prepared.experiment = experiment::prepare(scenario, build);
  experiment::placement_on(scenario, prepared.experiment->agents(), transport.size());  // complains of a number of ranks that does not fit
  if (first) prepared.out.emplace(options.out);
}

Prepared prepare_and_agree(const ReplayOptions& options, mpi::Transport& transport, ProgressLine& progress) {
  Prepared prepared;
  auto& own = prepared.readiness;
  try {
    prepare(options, transport, progress, prepared);
  } catch (const InputError& error) {
    own = {wrong_input, error.what()};
  } catch (const RefusedError& error) {
    own = {refused, fmt::format("refused: {}", error.what())};
  } catch (const EnvironmentError& error) {
    own = {environment, error.what()};
  } catch (const std::exception& error) {
    own = {run_failed, error.what()};
  }
  own = experiment::agree(transport, own.code == 0 ? identity(*prepared.experiment) : "", own, wrong_input);
  return prepared;
}

/// The reason goes with the ranks: one that fails alone would leave the others waiting.
trace::Trace replay_or_abort(experiment::Experiment& experiment, mpi::Transport& transport,
                             const experiment::ReplayOptions& options, const experiment::ReplayControl& control) {
  const auto give_up = [&](const std::exception& error, Exit code) {
    fmt::print(stderr, "rank {} ({}): {}\n", transport.rank(), transport.machine(), error.what());
    transport.abort(code);
  };
  try {
    return experiment::replay(experiment, transport, options, control);
  } catch (const InputError&) {  // of the one scenario that all ranks build from: all have it, none waits
    if (transport.rank() == 0) throw;
    return {};
  } catch (const EnvironmentError& error) {
    give_up(error, environment);
  } catch (const std::exception& error) {
    give_up(error, run_failed);
  }
  std::abort();  // not reached
}

}  // namespace

int replay(const ReplayOptions& options) {
  const auto transport = join_or_let_rank_0_complain();
  if (!transport) return environment;
  const bool first = transport->rank() == 0;
  const auto& signal = mind_signals();
  ProgressLine progress(first && !options.quiet);
  const auto prepared = prepare_and_agree(options, *transport, progress);
  if (prepared.readiness.code != done) {
    progress.clear();
    if (first) fmt::print(stderr, "{}\n", prepared.readiness.complaint);
    return prepared.readiness.code;
  }
  auto& experiment = *prepared.experiment;
  auto expect = experiment.scenario.expect;
  // Bounds are judged by a witness of every event, in the order of one clock; no rank sees that.
  const auto bounds = std::erase_if(expect, [](const auto& e) { return !e.bound.empty(); });
  if (first && bounds > 0 && !options.quiet)
    fmt::print(stderr, "{} of the scenario's expectations name a bound; a replay does not judge them, `taubar verify` does\n", bounds);

  experiment::ReplayOptions how;
  how.pace = options.pace == "scenario" ? mpi::Pace::scenario : mpi::Pace::native;
  how.time_scale = options.time_scale;
  how.time_limit = options.time_limit;
  experiment::ReplayControl control;
  control.signal = &signal;
  control.progress = [&](const auto& p) { progress.show(p); };
  control.keep = [&](const trace::Trace& trace) {
    const auto verdicts = experiment::judge(expect, trace);
    write_results(*prepared.out, experiment, trace, verdicts, report::summary(experiment, trace, verdicts));
  };
  const auto trace = replay_or_abort(experiment, *transport, how, control);
  progress.clear();
  if (!first) return done;  // the job's exit code is rank 0's; another one would make the launcher end rank 0 while it writes

  const auto verdicts = experiment::judge(expect, trace);
  const auto summary = report::summary(experiment, trace, verdicts);
  write_results(*prepared.out, experiment, trace, verdicts, summary);
  if (options.json)
    fmt::print("{}\n", summary.dump(2));
  else if (!options.quiet)
    fmt::print("{}", report::table(experiment, trace, verdicts));
  if (!trace.failure.empty()) fmt::print(stderr, "{}\n", trace.failure);
  if (!trace.complete()) fmt::print(stderr, "the replay did not come to its end; {} holds what was recorded\n", options.out);
  return exit_code(trace, verdicts);
}

}  // namespace taubar::tools
