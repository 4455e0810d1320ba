// taubar verify, taubar bounds: the theorems beside the run, and before it.
#include "sim/experiment/verify.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <optional>

#include "core/base/error.hpp"
#include "sim/report/replicates.hpp"
#include "sim/report/summary.hpp"
#include "sim/report/verification.hpp"
#include "tools/commands.hpp"
#include "tools/outcome.hpp"
#include "tools/progress.hpp"
#include "tools/replicates.hpp"

namespace taubar::tools {
namespace {

using bound::Outcome;

void write_file(const std::string& file, const std::string& text) {
  const std::filesystem::path path(file);
  report::OutputDirectory(path.has_parent_path() ? path.parent_path().string() : ".").write(path.filename().string(), text);
}

/// A guarantee that is violated, or one asked for by name that does not apply.
bool fails(const bound::Verdict& verdict, bool named) {
  return verdict.outcome == Outcome::violated || (named && verdict.outcome == Outcome::does_not_apply);
}

experiment::BuildOptions build_options(const VerifyOptions& options, ProgressLine& progress) {
  experiment::BuildOptions build;
  build.threads = options.threads;
  build.cache_directory = options.no_cache ? "" : cache_directory();
  build.announce = [&progress](const std::string& what) { progress.note(what); };
  return build;
}

std::string last_line(const std::vector<bound::Verdict>& verdicts) {
  const auto count = [&](Outcome outcome) {
    return std::count_if(verdicts.begin(), verdicts.end(), [&](const auto& v) { return v.outcome == outcome; });
  };
  return fmt::format("\n  {} hold, {} violated, {} reported, {} do not apply\n", count(Outcome::holds), count(Outcome::violated),
                     count(Outcome::reported), count(Outcome::does_not_apply));
}

/// Those named, and what the scenario expects in any case; empty: all.
std::vector<std::string> asked_for(const VerifyOptions& options, const experiment::Scenario& scenario) {
  auto bounds = options.bounds;
  if (!bounds.empty())
    for (const auto& name : experiment::expected_bounds(scenario.expect)) bounds.push_back(name);
  return bounds;
}

int exit_of(int code, const std::vector<bound::Verdict>& verdicts, bool named) {
  if (code != done) return code;
  return std::any_of(verdicts.begin(), verdicts.end(), [&](const auto& v) { return fails(v, named); }) ? expectation_failed : done;
}

int verify_replicates(const experiment::Scenario& scenario, const VerifyOptions& options) {
  std::optional<report::OutputDirectory> out;
  if (!options.out.empty()) out.emplace(options.out);
  const auto& signal = mind_signals();
  ProgressLine progress(!options.quiet);
  const bool named = !options.bounds.empty();
  const auto runs =
      experiment::run_replicates(scenario, build_options(options, progress),
                                 {&signal, [&](const auto& p) { progress.show(p); }}, asked_for(options, scenario));
  progress.clear();

  const auto expectations = experiment::judge(runs);
  auto summary = report::summary(runs, expectations);
  summary["bounds"] = report::bounds_json(runs.bounds);
  if (out) {
    write_results(*out, runs, expectations, summary);
    out->write("bounds.csv", report::curves_csv(runs.bounds));
  }
  if (!options.junit.empty()) write_file(options.junit, report::junit(scenario.name, runs.bounds, named));
  if (options.json)
    fmt::print("{}\n", summary.dump(2));
  else if (!options.quiet)
    fmt::print("{}{}{}", report::verification_head(runs), report::bounds_page(runs.bounds, named), last_line(runs.bounds));
  return exit_of(exit_code(runs, expectations), runs.bounds, named);
}

}  // namespace

int verify(const VerifyOptions& options) {
  const auto scenario = experiment::Scenario::read(options.scenario.document(), options.scenario.read_options());
  if (scenario.replicates > 1) return verify_replicates(scenario, options);
  std::optional<report::OutputDirectory> out;
  if (!options.out.empty()) out.emplace(options.out);
  const auto& signal = mind_signals();
  ProgressLine progress(!options.quiet);
  const auto experiment = experiment::build(scenario, build_options(options, progress));
  const bool named = !options.bounds.empty();
  const auto bounds = asked_for(options, scenario);
  const auto result = experiment::verify(*experiment, {&signal, [&](const auto& p) { progress.show(p); }}, bounds);
  progress.clear();

  const auto expectations = experiment::judge(scenario.expect, result.trace, result.verdicts);
  auto summary = report::summary(*experiment, result.trace, expectations);
  summary["bounds"] = report::bounds_json(result.verdicts);
  if (out) {
    write_results(*out, *experiment, result.trace, expectations, summary);
    out->write("bounds.csv", report::curves_csv(result.verdicts));
  }
  if (!options.junit.empty()) write_file(options.junit, report::junit(scenario.name, result.verdicts, named));
  if (options.json)
    fmt::print("{}\n", summary.dump(2));
  else if (!options.quiet)
    fmt::print("{}{}{}", report::verification_head(*experiment, result.trace), report::bounds_page(result.verdicts, named),
               last_line(result.verdicts));
  return exit_of(exit_code(result.trace, expectations), result.verdicts, named);
}

int bounds(const VerifyOptions& options) {
  const auto scenario = experiment::Scenario::read(options.scenario.document(), options.scenario.read_options());
  ProgressLine progress(!options.quiet);
  const auto experiment = experiment::build(scenario, build_options(options, progress));
  const auto verdicts = experiment::promises(*experiment, options.bounds);
  progress.clear();
  const bool named = !options.bounds.empty();
  if (options.json)
    fmt::print("{}\n", config::Json{{"name", scenario.name}, {"algorithm", scenario.algorithm.kind}, {"agents", experiment->agents()},
                                    {"bounds", report::bounds_json(verdicts)}}
                           .dump(2));
  else if (!options.quiet)
    fmt::print("{}: {} on {} agents, before any run\n{}", scenario.name, scenario.algorithm.kind, experiment->agents(),
               report::bounds_page(verdicts, named));
  const bool failed = std::any_of(verdicts.begin(), verdicts.end(), [&](const auto& v) { return fails(v, named); });
  return failed ? expectation_failed : done;
}

}  // namespace taubar::tools
