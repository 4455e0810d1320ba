// taubar COMMAND [OPTIONS] FILE…: the command line, and nothing else.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <functional>
#include <new>

#include "core/base/error.hpp"
#include "core/base/linear_algebra.hpp"
#include "core/bound/bound.hpp"
#include "sim/mpi/transport.hpp"
#include "sim/report/version.hpp"
#include "sim/sweep/store.hpp"
#include "tools/commands.hpp"

namespace {

using namespace taubar;
using namespace taubar::tools;

void add_scenario_options(CLI::App& command, ScenarioOptions& options) {
  command.add_option("scenario", options.file, "the scenario, a JSON file")->required();
  command.add_option("--set", options.set, "set a value, as /json/pointer=value; may be repeated")
      ->allow_extra_args(false);
  command.add_option("--data", options.data, "a directory to look for data files in; may be repeated (also TAUBAR_DATA)")
      ->allow_extra_args(false);
  command.add_option("--seed", options.seed, "seed of every random stream, instead of the scenario's");
}

void add_run(CLI::App& app, std::function<int()>& chosen) {
  auto options = std::make_shared<RunOptions>();
  CLI::App& command = *app.add_subcommand("run", "Runs one scenario in virtual time");
  add_scenario_options(command, options->scenario);
  command.add_option("--out", options->out, "directory for manifest.json, metrics.csv, summary.json, verdict.json");
  command.add_option("--threads", options->threads, "threads for replicates, else for local steps; results do not depend on it")
      ->check(CLI::Range(1, 1024));
  command.add_option("--trace", options->trace, "none or timeline (timeline.json, opens in Perfetto)")
      ->check(CLI::IsMember({"none", "timeline"}));
  command.add_flag("--json", options->json, "one JSON object on standard output");
  command.add_flag("--quiet", options->quiet, "no progress, no table");
  command.add_flag("--dry-run", options->dry_run, "prints the resolved scenario and runs nothing");
  command.add_flag("--no-cache", options->no_cache, "solves for the minimiser anew and keeps nothing");
  command.footer(
      "Example:\n  taubar run scenarios/quickstart/straggler.json --set /compute/stragglers/0/add=\"20ms\" --out results/mine");
  command.callback([options, &chosen] { chosen = [options] { return run(*options); }; });
}

void add_sweep_export(CLI::App& sweep, std::function<int()>& chosen) {
  auto options = std::make_shared<SweepExportOptions>();
  CLI::App& command = *sweep.add_subcommand("export", "Writes the results of a sweep for other programs: one row, or one line, a run");
  command.add_option("directory", options->directory, "a directory that taubar sweep --out has written")->required();
  command.add_option("--csv", options->csv, "this file, as CSV: the scalars of the summary; - is standard output");
  command.add_option("--jsonl", options->json_lines, "this file, as JSON Lines: the whole summary; - is standard output");
  command.footer("Example:\n  taubar sweep export out/scaling --csv scaling.csv");
  command.callback([options, &chosen] { chosen = [options] { return sweep_export(*options); }; });
}

void add_sweep_merge(CLI::App& sweep, std::function<int()>& chosen) {
  auto options = std::make_shared<SweepMergeOptions>();
  CLI::App& command = *sweep.add_subcommand("merge", "Puts the results of shards into one directory");
  command.add_option("out", options->out, "where they go; made where it is missing")->required();
  command.add_option("directories", options->directories, "directories that taubar sweep --out has written")->required();
  command.footer("Example:\n  taubar sweep merge out/scaling out/scaling-*");
  command.callback([options, &chosen] { chosen = [options] { return sweep_merge(*options); }; });
}

void add_sweep(CLI::App& app, std::function<int()>& chosen) {
  auto options = std::make_shared<SweepOptions>();
  CLI::App& command = *app.add_subcommand("sweep", "Runs a scenario at many points and seeds; goes on where it was; under mpirun ranks share the runs");
  command.add_option("sweep", options->file, "the sweep, a JSON file");
  command.add_option("--set", options->set, "set a value of the scenario, as /json/pointer=value; may be repeated")->allow_extra_args(false);
  command.add_option("--data", options->data, "a directory to look for data files in; may be repeated (also TAUBAR_DATA)")->allow_extra_args(false);
  command.add_option("--out", options->out, "directory of the results; a sweep that is called again goes on there");
  command.add_option("--jobs", options->jobs, "runs at once, each in a process; default: as many as there are processors")->check(CLI::Range(1, 4096));
  command.add_flag("--in-process", options->in_process, "threads instead of processes: one copy of the data, but a crash ends all");
  command.add_option("--shard", options->shard, "I/N: only the I-th of N parts, into a directory of its own; auto: by Slurm's array");
  command.add_option("--time-limit", options->time_limit, "begins no run after this time, ends those under way, and says how to go on; such as 50min");
  command.add_option("--run-limit", options->run_limit, "ends a run that takes longer, instead of the sweep's limits.run_time");
  command.add_option("--junit", options->junit, "also write every expectation and every run that failed to this file, as JUnit XML");
  command.add_option("--markdown", options->markdown, "also write the tables to this file, as GitHub-flavoured Markdown");
  command.add_option("--against-baseline", options->against_baseline, "exit code 1 if report.y moved beyond its noise since this file was made");
  command.add_option("--update-baseline", options->update_baseline, "write the figures of report.y to this file");
  command.add_flag("--retry-failed", options->retry_failed, "also does again what did not end well");
  command.add_flag("--list", options->list, "prints the plan: runs, what is there, how long the rest takes; runs nothing");
  command.add_flag("--json", options->json, "one JSON object on standard output");
  command.add_flag("--quiet", options->quiet, "no progress, no table");
  command.add_flag("--no-cache", options->no_cache, "solves for minimisers and reads the points of a large sweep anew, and keeps neither");
  command.require_subcommand(0, 1);
  add_sweep_export(command, chosen);
  add_sweep_merge(command, chosen);
  command.footer("Example:\n  taubar sweep scenarios/sweeps/straggler.json --out out/straggler");
  command.callback([options, &command, &chosen] {
    if (!command.get_subcommands().empty()) return;
    if (options->file.empty()) throw CLI::RequiredError("sweep");
    chosen = [options] { return tools::sweep(*options); };
  });
}

void add_bound_options(CLI::App& command, VerifyOptions& options) {
  add_scenario_options(command, options.scenario);
  command.add_option("--bound", options.bounds, "only this one, which must then apply (exit 1); may be repeated (taubar list bounds)")
      ->allow_extra_args(false)
      ->check(CLI::IsMember(bound::bound_names()));
  command.add_flag("--json", options.json, "one JSON object on standard output");
  command.add_flag("--quiet", options.quiet, "no progress, no page");
  command.add_flag("--no-cache", options.no_cache, "solves for the minimiser anew and keeps nothing");
}

void add_verify(CLI::App& app, std::function<int()>& chosen) {
  auto options = std::make_shared<VerifyOptions>();
  CLI::App& command = *app.add_subcommand("verify", "Runs one scenario, then judges the run by the published guarantees");
  add_bound_options(command, *options);
  command.add_option("--out", options->out, "directory for the results of a run, and bounds.csv: the curves");
  command.add_option("--junit", options->junit, "also write the verdicts to this file, as JUnit XML");
  command.add_option("--threads", options->threads, "threads for local steps; results do not depend on it")
      ->check(CLI::Range(1, 1024));
  command.footer("Example:\n  taubar verify scenarios/quickstart/straggler.json --set /stop/virtual_time=5s");
  command.callback([options, &chosen] { chosen = [options] { return verify(*options); }; });
}

void add_bounds(CLI::App& app, std::function<int()>& chosen) {
  auto options = std::make_shared<VerifyOptions>();
  CLI::App& command = *app.add_subcommand("bounds", "Says what the published guarantees promise before a run, and which step they allow");
  add_bound_options(command, *options);
  command.footer("Example:\n  taubar bounds scenarios/quickstart/straggler.json");
  command.callback([options, &chosen] { chosen = [options] { return bounds(*options); }; });
}

void add_replay(CLI::App& app, std::function<int()>& chosen) {
  auto options = std::make_shared<ReplayOptions>();
  CLI::App& command =
      *app.add_subcommand("replay", "Runs the same agents on real processes; under mpirun or srun, ranks are hosts");
  add_scenario_options(command, options->scenario);
  command.add_option("--out", options->out, "directory for the results of a run, and steps.csv, messages.csv, ranks.csv")
      ->required();
  command.add_option("--pace", options->pace,
                     "native: steps and messages take what they take; scenario: what the scenario's laws say, by waiting")
      ->check(CLI::IsMember({"native", "scenario"}))
      ->capture_default_str();
  command.add_option("--time-scale", options->time_scale, "real seconds per second of the scenario")
      ->check(CLI::Range(1e-6, 1e6))
      ->capture_default_str();
  command.add_option("--time-limit", options->time_limit, "real seconds after which it ends in any case")
      ->check(CLI::PositiveNumber);
  command.add_option("--trace", options->trace, "none or timeline (timeline.json, opens in Perfetto)")
      ->check(CLI::IsMember({"none", "timeline"}));
  command.add_flag("--json", options->json, "one JSON object on standard output, of rank 0");
  command.add_flag("--quiet", options->quiet, "no progress, no table");
  command.add_flag("--no-cache", options->no_cache, "solves for the minimiser anew and keeps nothing");
  command.footer("Example:\n  mpirun -n 4 taubar replay scenarios/quickstart/straggler.json --pace scenario --out out/replayed");
  command.callback([options, &chosen] { chosen = [options] { return replay(*options); }; });
}

void add_calibrate(CLI::App& app, std::function<int()>& chosen) {
  auto options = std::make_shared<CalibrateOptions>();
  CLI::App& command = *app.add_subcommand("calibrate", "Fits laws of compute time and delay to what a replay measured");
  command.add_option("replay", options->replay, "a directory that taubar replay --out has written")->required();
  command.add_option("--out", options->out, "the calibrated scenario, a JSON file")->required();
  command.add_flag("--empirical", options->empirical,
                   "keeps the samples instead of a fitted law: at most 1,000 order statistics of each");
  command.add_flag("--json", options->json, "one JSON object on standard output");
  command.footer("Example:\n  taubar calibrate results/replayed --out calibrated.json && taubar run calibrated.json");
  command.callback([options, &chosen] { chosen = [options] { return calibrate(*options); }; });
}

void add_compare(CLI::App& app, std::function<int()>& chosen) {
  auto options = std::make_shared<CompareOptions>();
  CLI::App& command = *app.add_subcommand("compare", "Lays runs side by side: time to accuracy, work, asynchrony; absolute and as ratios");
  command.add_option("directories", options->directories, "results of `taubar run --out`; the first is the baseline")
      ->required()
      ->expected(2, 1000);
  auto* json = command.add_flag("--json", options->json, "one JSON object on standard output");
  command.add_flag("--markdown", options->markdown, "a Markdown table")->excludes(json);
  command.footer("Example:\n  taubar compare results/asynchronous results/synchronous");
  command.callback([options, &chosen] { chosen = [options] { return compare(*options); }; });
}

void add_topology(CLI::App& app, std::function<int()>& chosen) {
  auto options = std::make_shared<TopologyOptions>();
  CLI::App& command = *app.add_subcommand("topology", "Prints what a scenario's topology is like: degrees, diameter, spectral gap");
  add_scenario_options(command, options->scenario);
  command.add_option("--dot", options->dot, "also write the graph to this file, in DOT");
  command.add_flag("--json", options->json, "one JSON object on standard output");
  command.footer("Example:\n  taubar topology scenarios/quickstart/straggler.json --set /topology/kind=ring --json");
  command.callback([options, &chosen] { chosen = [options] { return tools::topology(*options); }; });
}

void add_check(CLI::App& app, std::function<int()>& chosen) {
  auto files = std::make_shared<std::vector<std::string>>();
  auto data = std::make_shared<std::vector<std::string>>();
  CLI::App& command = *app.add_subcommand("check", "Validates scenarios and sweeps without running them; prints every problem at once");
  command.add_option("files", *files, "scenarios and sweeps, JSON files")->required();
  command.add_option("--data", *data, "a directory to look for data files in; may be repeated")->allow_extra_args(false);
  command.footer("Example:\n  taubar check scenarios/quickstart/*.json");
  command.callback([files, data, &chosen] { chosen = [files, data] { return check(*files, *data); }; });
}

void add_list(CLI::App& app, std::function<int()>& chosen) {
  auto axis = std::make_shared<std::string>();
  auto json = std::make_shared<bool>(false);
  CLI::App& command = *app.add_subcommand("list", "Prints what there is, with parameters, units, defaults and sources");
  command.add_option("axis", *axis, "what to list")->required()->check(CLI::IsMember(listed_axes()));
  command.add_flag("--json", *json, "one JSON object on standard output");
  command.footer("Example:\n  taubar list algorithms");
  command.callback([axis, json, &chosen] { chosen = [axis, json] { return list(*axis, *json); }; });
}

void add_schema(CLI::App& app, std::function<int()>& chosen) {
  auto what = std::make_shared<std::string>("scenario");
  CLI::App& command = *app.add_subcommand("schema", "Prints the JSON Schema of a scenario or a sweep, for completion in an editor");
  command.add_option("what", *what, "scenario or sweep")->check(CLI::IsMember({"scenario", "sweep"}));
  command.footer("Example:\n  taubar schema > scenario.schema.json");
  command.callback([what, &chosen] { chosen = [what] { return schema(*what); }; });
}

std::string version_text() {
  return fmt::format("taubar {} ({}), {}, {}; MPI: {}", report::version(), report::source_revision(),
                     report::compiler(), report::build_kind(), mpi::library());
}

int decline(Exit code, const std::string& message) {
  fmt::print(stderr, "{}\n", message);
  return code;
}

/// Carries out the command; every refusal has its exit code.
int carry_out(const std::function<int()>& command) {
  try {
    return command();
  } catch (const InputError& error) {
    return decline(wrong_input, error.what());
  } catch (const RefusedError& error) {
    return decline(refused, fmt::format("refused: {}", error.what()));
  } catch (const EnvironmentError& error) {
    return decline(environment, error.what());
  } catch (const sweep::ForeignStore& error) {
    return decline(resume_refused, error.what());
  } catch (const std::bad_alloc&) {
    return decline(run_failed, "out of memory: ask for fewer agents, or set /limits/memory to be refused before the start");
  } catch (const std::exception& error) {
    return decline(run_failed, fmt::format("internal error: {}\nThis is a defect of taubar {} ({}); please report it with "
                                           "the scenario and the seed.",
                                           error.what(), report::version(), report::source_revision()));
  }
}

}  // namespace

int main(int argc, char** argv) {
  fix_linear_algebra();
  CLI::App app("taubar simulates asynchronous multi-agent optimization in virtual time.");
  app.set_version_flag("--version", version_text());
  app.require_subcommand(1);
  app.footer("Start with:\n  taubar run scenarios/quickstart/straggler.json\nHelp on a command:\n  taubar run --help");
  std::function<int()> chosen;
  add_run(app, chosen);
  add_sweep(app, chosen);
  add_verify(app, chosen);
  add_bounds(app, chosen);
  add_replay(app, chosen);
  add_check(app, chosen);
  add_calibrate(app, chosen);
  add_topology(app, chosen);
  add_compare(app, chosen);
  add_list(app, chosen);
  add_schema(app, chosen);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (mpi::launched_rank() > 0) return error.get_exit_code() == 0 ? done : wrong_input;  // rank 0 says it for all
    return app.exit(error) == 0 ? done : wrong_input;
  }
  return carry_out(chosen);
}
