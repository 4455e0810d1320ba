// taubar verify, taubar bounds: the theorems beside the run, and before it.
#include "sim/experiment/verify.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <optional>

#include "core/base/error.hpp"
#include "sim/report/summary.hpp"
#include "sim/report/verification.hpp"
#include "tools/commands.hpp"
#include "tools/outcome.hpp"
#include "tools/progress.hpp"

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

}  // namespace

int verify(const VerifyOptions& options) {
  const auto scenario = experiment::Scenario::read(options.scenario.document(), options.scenario.read_options());
  scenario.demand_one_run("verify");
  std::optional<report::OutputDirectory> out;
  if (!options.out.empty()) out.emplace(options.out);
  const auto& signal = mind_signals();
  ProgressLine progress(!options.quiet);
  const auto experiment = experiment::build(scenario, build_options(options, progress));
  const bool named = !options.bounds.empty();
  auto bounds = options.bounds;
  if (named)  // what the scenario expects is judged in any case
    for (const auto& name : experiment::expected_bounds(scenario.expect)) bounds.push_back(name);
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
  const int code = exit_code(result.trace, expectations);
  if (code != done) return code;
  const bool failed = std::any_of(result.verdicts.begin(), result.verdicts.end(), [&](const auto& v) { return fails(v, named); });
  return failed ? expectation_failed : done;
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
