// taubar run: load, build, run, judge, report, exit code.
#include <fmt/format.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <optional>

#include "sim/experiment/judge.hpp"
#include "sim/experiment/run.hpp"
#include "sim/report/output_directory.hpp"
#include "sim/report/summary.hpp"
#include "sim/report/timeline.hpp"
#include "tools/commands.hpp"
#include "tools/progress.hpp"

namespace taubar::tools {
namespace {

std::atomic<int> signal_seen{0};
std::atomic<std::int64_t> seen_at_ns{0};

std::int64_t clock_ns() {
  return std::chrono::nanoseconds(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// The first signal ends the run cleanly, a second one the program at once; but launchers send one signal twice (to the
/// process and to its group), so a second one counts only after a second.
void on_signal(int signal) {
  if (signal_seen.exchange(signal) == 0)
    seen_at_ns = clock_ns();
  else if (clock_ns() - seen_at_ns > 1'000'000'000)
    std::_Exit(128 + signal);
}

void write_results(const report::OutputDirectory& out, const experiment::Experiment& experiment,
                   const trace::Trace& trace, const std::vector<experiment::Verdict>& verdicts,
                   const config::Json& summary) {
  if (trace.timeline) out.write("timeline.json", report::timeline_json(*trace.timeline));
  out.write("metrics.csv", report::metrics_csv(trace));
  if (!verdicts.empty()) out.write("verdict.json", report::verdict_json(verdicts).dump(2) + "\n");
  out.write("summary.json", summary.dump(2) + "\n");
  out.write("manifest.json", report::manifest(experiment, trace).dump(2) + "\n");
}

int exit_code(const trace::Trace& trace, const std::vector<experiment::Verdict>& verdicts) {
  switch (trace.stopped_by) {
    case trace::StoppedBy::interrupted: return interrupted;
    case trace::StoppedBy::terminated: return terminated;
    case trace::StoppedBy::stalled:  // a scenario always asks for more than that
    case trace::StoppedBy::diverged:
    case trace::StoppedBy::event_limit:
    case trace::StoppedBy::time_limit: return run_failed;
    default: break;
  }
  for (const auto& verdict : verdicts)
    if (!verdict.holds) return expectation_failed;
  return done;
}

std::string command_line(const RunOptions& options) {
  std::string line = "taubar run " + options.scenario.file;
  for (const auto& assignment : options.scenario.set) line += " --set '" + assignment + "'";
  if (!options.out.empty()) line += " --out " + options.out;
  return line;
}

}  // namespace

int run(const RunOptions& options) {
  auto document = options.scenario.document();
  if (!options.trace.empty()) document.set("/record/trace=\"" + options.trace + "\"");
  const auto scenario = experiment::Scenario::read(document, options.scenario.read_options());
  if (options.dry_run) {
    fmt::print("{}\n", scenario.echo().dump(2));
    return done;
  }
  std::optional<report::OutputDirectory> out;
  if (!options.out.empty()) out.emplace(options.out);

  // From here on a signal means: finish cleanly. One that comes while building ends the run at its first events.
  std::signal(SIGINT, on_signal);
  std::signal(SIGTERM, on_signal);
  ProgressLine progress(!options.quiet);
  experiment::BuildOptions build;
  build.threads = options.threads;
  build.cache_directory = options.no_cache ? "" : cache_directory();
  build.announce = [&](const std::string& what) { progress.note(what); };
  const auto experiment = experiment::build(scenario, build);

  const auto trace = experiment::run(*experiment, {&signal_seen, [&](const auto& p) { progress.show(p); }});
  progress.clear();

  const auto verdicts = experiment::judge(scenario.expect, trace);
  const auto summary = report::summary(*experiment, trace, verdicts);
  if (out) write_results(*out, *experiment, trace, verdicts, summary);
  if (options.json)
    fmt::print("{}\n", summary.dump(2));
  else if (!options.quiet)
    fmt::print("{}", report::table(*experiment, trace, verdicts));
  const int code = exit_code(trace, verdicts);
  if (code == interrupted || code == terminated)
    fmt::print(stderr, "ended by a signal; what was recorded is kept. From the start again: {}\n", command_line(options));
  return code;
}

}  // namespace taubar::tools
