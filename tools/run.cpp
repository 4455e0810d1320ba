// taubar run: load, build, run, judge, report, exit code.
#include <fmt/format.h>

#include <cstdio>
#include <optional>

#include "sim/experiment/verify.hpp"
#include "sim/report/summary.hpp"
#include "tools/commands.hpp"
#include "tools/outcome.hpp"
#include "tools/progress.hpp"
#include "tools/replicates.hpp"

namespace taubar::tools {
namespace {

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
  if (scenario.replicates > 1) return run_replicates(scenario, options, command_line(options));
  std::optional<report::OutputDirectory> out;
  if (!options.out.empty()) out.emplace(options.out);

  const auto& signal = mind_signals();  // one that comes while building ends the run at its first events
  ProgressLine progress(!options.quiet);
  experiment::BuildOptions build;
  build.threads = options.threads;
  build.cache_directory = options.no_cache ? "" : cache_directory();
  build.announce = [&](const std::string& what) { progress.note(what); };
  const auto experiment = experiment::build(scenario, build);

  const experiment::RunControl control{&signal, [&](const auto& p) { progress.show(p); }};
  const auto bounds = experiment::expected_bounds(scenario.expect);  // a run that no bound is asked of is not watched
  const auto [trace, judged] = bounds.empty() ? experiment::Verification{experiment::run(*experiment, control), {}}
                                              : experiment::verify(*experiment, control, bounds);
  progress.clear();

  const auto verdicts = experiment::judge(scenario.expect, trace, judged);
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
