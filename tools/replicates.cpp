#include "tools/replicates.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <optional>

#include "sim/experiment/replicates.hpp"
#include "sim/report/output_directory.hpp"
#include "sim/report/replicates.hpp"
#include "sim/report/summary.hpp"
#include "tools/outcome.hpp"
#include "tools/progress.hpp"

namespace taubar::tools {

using experiment::Replicates;

void write_results(const report::OutputDirectory& out, const Replicates& runs,
                   const std::vector<experiment::Verdict>& verdicts, const config::Json& summary) {
  const auto manifest = [&] { out.write("manifest.json", report::manifest(runs).dump(2) + "\n"); };
  if (!runs.complete())
    manifest();  // first: what follows must not stand beside the manifest of an earlier, whole run
  out.write("metrics.csv", report::metrics_csv(runs));
  out.write("replicates.csv", report::replicates_csv(runs));
  if (!verdicts.empty()) out.write("verdict.json", report::verdict_json(verdicts).dump(2) + "\n");
  out.write("summary.json", summary.dump(2) + "\n");
  if (runs.complete()) manifest();
}

int exit_code(const Replicates& runs, const std::vector<experiment::Verdict>& verdicts) {
  if (!runs.complete()) return runs.signal == SIGTERM ? terminated : interrupted;
  if (!runs.failed().empty()) return run_failed;
  return std::all_of(verdicts.begin(), verdicts.end(), [](const auto& v) { return v.holds; })
             ? done
             : expectation_failed;
}

int run_replicates(const experiment::Scenario& scenario, const RunOptions& options,
                   const std::string& command_line) {
  std::optional<report::OutputDirectory> out;
  if (!options.out.empty()) out.emplace(options.out);
  const auto& signal = mind_signals();
  ProgressLine progress(!options.quiet);
  experiment::BuildOptions build;
  build.threads = options.threads;
  build.cache_directory = options.no_cache ? "" : cache_directory();
  build.announce = [&](const std::string& what) { progress.note(what); };
  const auto runs =
      experiment::run_replicates(scenario, build, {&signal, [&](const auto& p) { progress.show(p); }});
  progress.clear();

  const auto verdicts = experiment::judge(runs);
  const auto summary = report::summary(runs, verdicts);
  if (out) write_results(*out, runs, verdicts, summary);
  if (options.json)
    fmt::print("{}\n", summary.dump(2));
  else if (!options.quiet)
    fmt::print("{}", report::table(runs, verdicts));
  if (!runs.complete())
    fmt::print(stderr,
               "ended by a signal: {} of {} replicates had finished and are kept. From the start again: {}\n",
               runs.finished(), runs.all.size(), command_line);
  return exit_code(runs, verdicts);
}

}  // namespace taubar::tools
