// taubar sweep: read, plan, run what is not there yet, judge, report, exit code.
#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <thread>

#include "core/base/error.hpp"
#include "sim/report/output_directory.hpp"
#include "sim/report/version.hpp"
#include "sim/sweep/conduct.hpp"
#include "sim/sweep/digest.hpp"
#include "sim/sweep/estimate.hpp"
#include "sim/sweep/export.hpp"
#include "sim/sweep/pool.hpp"
#include "sim/sweep/ranks.hpp"
#include "sim/sweep/threads.hpp"
#include "tools/outcome.hpp"
#include "tools/progress.hpp"
#include "tools/sweep_report.hpp"

namespace taubar::tools {
namespace {

using sweep::Plan;
using sweep::RunSettings;
using sweep::SweepSpec;

constexpr std::size_t most_listed = 20;  // points
constexpr double probe_s = 1;

std::optional<double> seconds_of(const std::string& text, const char* option) {
  if (text.empty()) return std::nullopt;
  const auto seconds = config::parse_quantity(text, config::Unit::duration);
  char* end = nullptr;
  const double plain = std::strtod(text.c_str(), &end);
  const double value = seconds ? *seconds : *end == '\0' ? plain : 0;
  if (!(value > 0)) throw InputError(fmt::format("{} {}: accepted is a duration above 0, such as 90, 90s or 1.5min", option, text));
  return value;
}

int processors() { return static_cast<int>(std::max(1u, std::thread::hardware_concurrency())); }

std::string in_words(double seconds) {
  return config::format_quantity(seconds < 10 ? std::round(seconds * 100) / 100 : std::round(seconds), config::Unit::duration);
}

std::string command_line(const SweepOptions& options) {
  std::string line = "taubar sweep " + options.file;
  for (const auto& assignment : options.set) line += " --set '" + assignment + "'";
  for (const auto& directory : options.data) line += " --data " + directory;
  for (const auto& [name, value] : {std::pair("--out", options.out), {"--shard", options.shard}, {"--time-limit", options.time_limit},
                                    {"--run-limit", options.run_limit}, {"--junit", options.junit}, {"--markdown", options.markdown},
                                    {"--against-baseline", options.against_baseline}, {"--update-baseline", options.update_baseline}})
    if (!value.empty()) line += fmt::format(" {} {}", name, value);
  if (options.jobs > 0) line += fmt::format(" --jobs {}", options.jobs);
  if (options.in_process) line += " --in-process";
  return line;
}

/// All that a sweep is, before anything runs.
struct Prepared {
  SweepSpec spec;
  Plan plan;
  sweep::Shard shard;
  RunSettings settings;
  std::vector<std::string> figures;
  std::optional<double> time_limit;
};

/// Or may be, as nobody can tell: then the program may read scenarios in another way from one build to the next, under one name.
bool is_being_changed() {
  const auto revision = report::source_revision();
  return revision.ends_with("-dirty") || revision == "unknown";
}

Prepared prepare(const SweepOptions& options) {
  Prepared p;
  p.time_limit = seconds_of(options.time_limit, "--time-limit");
  const auto run_limit = seconds_of(options.run_limit, "--run-limit");
  if (!options.shard.empty()) p.shard = sweep::Shard::of(options.shard);
  p.spec = sweep::read_sweep(config::Document::load(options.file), {options.data});
  for (const auto& assignment : options.set) p.spec.scenario.set(assignment);
  if (p.spec.embedded && !options.out.empty()) p.spec.scenario_file = options.out + "/scenario.json";
  p.figures = sweep::figures_of(p.spec);
  p.settings.read = {options.data};
  p.settings.cache_directory = options.no_cache ? "" : cache_directory();
  p.plan = sweep::make_plan(p.spec, p.settings.read, is_being_changed() ? "" : p.settings.cache_directory);
  p.settings.time_limit = run_limit ? run_limit : p.spec.run_time_limit;
  p.settings.memory = p.spec.memory_limit;
  p.settings.at_once = options.jobs > 0 ? options.jobs : processors();
  return p;
}

/// In each process that carries out runs there is one cache of structures.
sweep::Work work_of(const Prepared& p) {
  auto cache = std::make_shared<sweep::StructureCache>(sweep::cache_bytes(p.settings));
  return [&p, cache](std::size_t run) { return sweep::execute(p.spec, p.plan, p.plan.runs[run], p.settings, *cache); };
}

sweep::PoolOptions pool_options(const Prepared& p, int workers) {
  sweep::PoolOptions options;
  options.workers = workers;
  options.time_limit = p.settings.time_limit;
  if (p.settings.memory) options.memory = *p.settings.memory / p.settings.at_once;
  return options;
}

std::unique_ptr<sweep::Crew> crew_of(const Prepared& p, const SweepOptions& options, std::size_t pending) {
  const int jobs = static_cast<int>(std::min<std::size_t>(pending, static_cast<std::size_t>(p.settings.at_once)));
  if (!options.in_process) return std::make_unique<sweep::Pool>(work_of(p), pool_options(p, jobs));
  auto cache = std::make_shared<sweep::StructureCache>(sweep::cache_bytes(p.settings) * p.settings.at_once);
  return std::make_unique<sweep::Threads>(
      [&p, cache](std::size_t run, const std::atomic<int>& stop) { return sweep::execute(p.spec, p.plan, p.plan.runs[run], p.settings, *cache, &stop); }, jobs);
}

std::string progress_text(const sweep::SweepProgress& progress) {
  const double left = progress.rate() > 0 ? static_cast<double>(progress.to_do - progress.finished) / progress.rate() : -1;
  return fmt::format("{} of {} runs  {:.3g} runs/s  {} left{}", progress.finished, progress.to_do, progress.rate(), left < 0 ? "?" : in_words(left),
                     progress.failed > 0 ? fmt::format("  {} failed", progress.failed) : "");
}

std::vector<sweep::RunRow> rows_of(const Prepared& p, sweep::Store& store, const std::vector<std::size_t>& selected) {
  auto all = store.rows(p.plan, p.figures);
  if (selected.size() == all.size()) return all;
  std::vector<sweep::RunRow> rows;
  for (const std::size_t i : selected) rows.push_back(std::move(all[i]));
  return rows;
}

struct Estimate {
  double seconds = 0;  ///< of one run; 0: cannot be told
  std::string source;
};

Estimate estimate(const Prepared& p, const sweep::Store& store, const std::vector<std::size_t>& pending, ProgressLine& progress) {
  if (const double mean = store.mean_seconds(); mean > 0) return {mean, "the mean of the runs that are there"};
  double sum = 0;
  int probed = 0;
  progress.note("probing the first and the last run");
  for (const std::size_t i : {pending.front(), pending.back()})
    if (const auto seconds = sweep::probe(p.spec, p.plan, p.plan.runs[i], p.settings, probe_s)) sum += *seconds, ++probed;
  progress.clear();
  if (probed == 0) return {0, "no stop rule tells how far a run is"};
  return {sum / probed, "the first second of the first and the last run"};
}

/// What a sweep that was ended by force, or one of its ranks, took with it.
void name_lost_runs(const std::vector<sweep::UnderWay>& lost) {
  if (lost.empty()) return;
  fmt::print(stderr, "{} under way when the sweep was ended before, and will be done again:\n", lost.size() == 1 ? "one run was" : fmt::format("{} runs were", lost.size()));
  for (std::size_t i = 0; i < std::min(lost.size(), most_listed); ++i)
    fmt::print(stderr, "  point {} under seed {}{}, by {} since {}\n", lost[i].point, lost[i].seed, lost[i].parameters == "{}" ? "" : " " + lost[i].parameters, lost[i].by,
               lost[i].since);
  if (lost.size() > most_listed) fmt::print(stderr, "  … and {} more\n", lost.size() - most_listed);
}

/// The store that is there, or one in memory: a list writes nothing.
std::unique_ptr<sweep::Store> store_to_list(const Prepared& p, const SweepOptions& options) {
  const bool is_there = !options.out.empty() && std::filesystem::exists(options.out + "/results.sqlite");
  return std::make_unique<sweep::Store>(is_there ? options.out : "", p.spec.name);
}

void print_list(const Prepared& p, const sweep::Selection& selection, const Estimate& time, const std::vector<sweep::RunRow>& rows) {
  const auto to_do = selection.pending.size();
  fmt::print("{}: {} points, {} runs under seeds {} to {}", p.spec.name, p.plan.points.size(), p.plan.runs.size(), p.spec.seeds.first,
             p.spec.seeds.first + p.spec.seeds.count - 1);
  if (p.plan.repeated > 0) fmt::print(" ({} more are the same over again)", p.plan.repeated);
  if (p.shard.count > 1) fmt::print("; shard {} of {} has {}", p.shard.index, p.shard.count, selection.all.size());
  fmt::print("\nthere: {}, to do: {}\n", selection.all.size() - to_do, to_do);
  if (to_do > 0 && time.seconds > 0)
    fmt::print("time: about {} at {} a run and {} at once ({})\n", in_words(time.seconds * static_cast<double>(to_do) / p.settings.at_once), in_words(time.seconds),
               p.settings.at_once, time.source);
  else if (to_do > 0)
    fmt::print("time: cannot be told ({})\n", time.source);
  std::int64_t last = -1;
  std::size_t listed = 0;
  for (const auto& row : rows) {
    if (row.point == last) continue;
    last = row.point;
    if (++listed > most_listed) {
      fmt::print("…\n");
      break;
    }
    fmt::print("{:>6}  {}\n", row.point, sweep::in_words(*row.parameters));
  }
}

int list_plan(const Prepared& p, const SweepOptions& options) {
  const auto store = store_to_list(p, options);
  name_lost_runs(store->under_way());
  const auto selection = sweep::select(p.plan, store->statuses(p.plan), p.shard, options.retry_failed);
  const auto rows = rows_of(p, *store, selection.all);
  ProgressLine progress(!options.quiet);
  const auto time = selection.pending.empty() ? Estimate{} : estimate(p, *store, selection.pending, progress);
  if (!options.json) {
    print_list(p, selection, time, rows);
  } else {
    config::Json json{{"name", p.spec.name}, {"points", p.plan.points.size()}, {"runs", p.plan.runs.size()}, {"repeated", p.plan.repeated}};
    json["selected"] = selection.all.size();
    json["pending"] = selection.pending.size();
    json["status"] = status_counts(rows);
    json["jobs"] = p.settings.at_once;
    json["seconds_a_run"] = time.seconds > 0 ? config::Json(time.seconds) : config::Json(nullptr);
    json["seconds_left"] = selection.pending.empty() ? config::Json(0)
                           : time.seconds > 0        ? config::Json(time.seconds * static_cast<double>(selection.pending.size()) / p.settings.at_once)
                                                     : config::Json(nullptr);
    fmt::print("{}\n", json.dump(2));
  }
  return selection.all.empty() ? nothing_selected : done;
}

/// Why it ended before its end, with the command that goes on; the exit code, or nothing where it is complete.
std::optional<int> say_why_incomplete(const sweep::Conducted& conducted, const SweepOptions& options) {
  if (conducted.complete()) return std::nullopt;
  const auto& progress = conducted.progress;
  fmt::print(stderr, "{}: {} of {} runs are done{}\n", conducted.out_of_time ? "the time is up" : "ended by a signal", progress.finished, progress.to_do,
             options.out.empty() ? "; without --out nothing of them is kept" : ". To go on: " + command_line(options));
  if (conducted.out_of_time) return run_failed;
  return conducted.signal == SIGTERM ? terminated : interrupted;
}

/// With a crew that is there already, or one of its own.
int run_and_report(const Prepared& p, const SweepOptions& options, sweep::Crew* crew) {
  const auto& signal = mind_signals();  // from before the first worker on: one that came between would leave without a word
  std::optional<report::OutputDirectory> directory;
  std::optional<sweep::StoreLock> lock;
  if (!options.out.empty()) {
    directory.emplace(options.out);
    lock.emplace(options.out);
    if (p.spec.embedded) directory->write("scenario.json", p.spec.scenario.json().dump(2) + "\n");  // for the commands that repeat a run
  }
  sweep::Store store(options.out, p.spec.name);
  name_lost_runs(store.under_way());
  const auto selection = sweep::select(p.plan, store.renumber(p.plan), p.shard, options.retry_failed);
  if (selection.all.empty()) {
    fmt::print(stderr, "shard {} of {} has none of the {} runs\n", p.shard.index, p.shard.count, p.plan.runs.size());
    return nothing_selected;
  }
  sweep::Conducted conducted;
  if (!selection.pending.empty()) {
    std::unique_ptr<sweep::Crew> own;
    if (!crew) own = crew_of(p, options, selection.pending.size());
    ProgressLine line(!options.quiet);
    const sweep::ConductControl control{&signal, p.time_limit, [&](const auto& progress) { line.line(progress_text(progress)); }};
    conducted = sweep::conduct(p.plan, selection.pending, p.figures, crew ? *crew : *own, store, control);
  }
  const auto rows = rows_of(p, store, selection.all);
  const int code = judge_and_report(p.spec, rows, options);
  return say_why_incomplete(conducted, options).value_or(code);
}

/// What must be the same on every rank.
std::string identity(const Prepared& p) {
  std::string keys;
  for (const auto& run : p.plan.runs) keys += run.key;
  return report::version() + " " + report::source_revision() + " " + std::to_string(std::hash<std::string>()(keys));
}

/// Ranks other than 0 leave the complaint to it: launchers end what is left once one has failed.
Prepared prepare_on_rank(const SweepOptions& options) {
  try {
    return prepare(options);
  } catch (const std::exception&) {
    if (mpi::launched_rank() > 0) std::this_thread::sleep_for(std::chrono::seconds(1));
    throw;
  }
}

/// MPI would wait for a rank that is dead.
[[noreturn]] void leave_without_mpi(int code) {
  std::fflush(nullptr);
  std::_Exit(code);
}

/// A rank's runs happen in a process that was forked before MPI was there, with a worker of its own that may crash: MPI and
/// fork do not go together on every network.
int run_on_ranks(const SweepOptions& options) {
  mind_signals();  // rank 0 decides
  auto ranked = options;
  ranked.jobs = 1;
  const Prepared p = prepare_on_rank(ranked);
  std::unique_ptr<sweep::Pool> inner;
  const auto work = work_of(p);
  sweep::Pool supervised(
      [&](std::size_t run) {
        if (!inner) inner = std::make_unique<sweep::Pool>(work, pool_options(p, 1));
        return sweep::supervise(*inner, run);
      },
      {});
  const auto transport = mpi::join();
  if (transport->rank() > 0) {
    if (!sweep::serve_rank_0(*transport, supervised, identity(p))) leave_without_mpi(done);
    return done;  // the job's exit code is rank 0's
  }
  sweep::Ranks ranks(*transport, supervised, identity(p));
  const int code = run_and_report(p, options, &ranks);
  ranks.abandon();
  if (!ranks.complete()) leave_without_mpi(code);
  return code;
}

}  // namespace

int sweep(const SweepOptions& options) {
  if (mpi::launched_ranks() > 1 && !options.list) {
    if (options.jobs > 1 || options.in_process) throw InputError("--jobs, --in-process: under mpirun each rank does one run at a time in a process; leave them out");
    return run_on_ranks(options);
  }
  const Prepared p = prepare(options);
  return options.list ? list_plan(p, options) : run_and_report(p, options, nullptr);
}

int sweep_export(const SweepExportOptions& options) {
  if (options.csv.empty() && options.json_lines.empty()) throw InputError("nothing says what to write; accepted: --csv FILE, --jsonl FILE");
  const sweep::Store store(options.directory);
  const auto write = [](const std::string& file, const std::string& text) {
    if (file == "-")
      std::fwrite(text.data(), 1, text.size(), stdout);
    else
      report::write_whole(file, text);
  };
  if (!options.csv.empty()) write(options.csv, sweep::csv(store));
  if (!options.json_lines.empty()) write(options.json_lines, sweep::json_lines(store));
  return done;
}

int sweep_merge(const SweepMergeOptions& options) {
  const std::string name = sweep::Store(options.directories.front()).sweep();
  const report::OutputDirectory directory(options.out);
  const sweep::StoreLock lock(options.out);
  sweep::Store store(options.out, name);
  for (const auto& from : options.directories) fmt::print("{}: {} runs taken\n", from, store.merge(from));
  fmt::print("{}: {} runs\n", options.out, store.count());
  return done;
}

}  // namespace taubar::tools
