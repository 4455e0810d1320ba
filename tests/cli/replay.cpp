// taubar replay on ranks that are processes, started by the launcher of the MPI that this build found; and
// without MPI.
#include <algorithm>
#include <vector>

#include "tests/cli/ranks.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/environment.hpp"

using namespace cli;

namespace {

const std::string replayed_scenario = R"({
  "name": "replayed", "topology": {"kind": "ring", "agents": 9},
  "problem": {"kind": "quadratic", "dimension": 3, "heterogeneity": 1},
  "algorithm": {"kind": "asynchronous_gradient_push", "step_size": 0.1},
  "compute": {"time": "10ms"}, "network": {"latency": "2ms"}, "stop": {"virtual_time": "300ms"}, "record": {"every": "20ms"}, "limits": {"wall_time": "100s"},
  "expect": [{"metric": "mass_error", "at": "end", "below": 1e-12}]
})";

bool without_ranks() {
  if (launcher) return false;
  WARN("SKIPPED: replays on ranks (built without MPI)");
  return true;
}

std::size_t rows(const fs::path& csv) {
  const std::string text = read(csv);
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) - 1;
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t n = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++n;
  return n;
}

/// A replay under the launcher: "-n 3", then what follows `taubar replay`.
struct Replays {
  Scratch scratch;
  std::string file = scratch.file("good.json", replayed_scenario);
  fs::path out = scratch.path / "out";

  std::string command(const std::string& ranks, const std::string& more = "") const {
    return ranks + " taubar replay " + file + " --out " + out.string() + " --pace scenario " + more;
  }
  Result run(const std::string& ranks, const std::string& more = "") const {
    return Job(command(ranks, more), scratch, out).result();
  }
  Json manifest() const { return Json::parse(read(out / "manifest.json")); }
  /// Four ranks that will go on for a hundred seconds.
  std::string long_one() const { return command("-n 4", "--set /stop/virtual_time=1000s"); }
  bool has_records() const {
    const auto metrics = out / "metrics.csv";
    return fs::exists(metrics) && rows(metrics) > 3;
  }
  /// Whole files, and those of an unfinished run.
  void check_kept() const {
    CHECK(manifest()["complete"] == false);
    CHECK(manifest()["scenario"]["name"] == "replayed");
    CHECK(Json::parse(read(out / "summary.json"))["replay"]["ranks"] == 4);
    CHECK(Json::parse(read(out / "verdict.json")).is_array());
    const std::string metrics = read(out / "metrics.csv");
    CHECK(metrics.back() == '\n');
    const std::string header = metrics.substr(0, metrics.find('\n'));
    CHECK(count(metrics, ",") == count(header, ",") * (rows(out / "metrics.csv") + 1));
    CHECK_FALSE(fs::exists(out / "steps.csv"));
  }
};

}  // namespace

TEST_CASE("without MPI, replay exits 6 and says how to get it; with it, --version names it") {
  Scratch s;
  const auto version = taubar_("--version", s);
  if (launcher) {
    CHECK_FALSE(contains(version.out, "MPI: not built in"));
    return;
  }
  CHECK(contains(version.out, "MPI: not built in"));
  const auto r = taubar_("replay " + s.file("good.json", replayed_scenario) + " --out " + (s.path / "out").string(), s);
  CHECK(r.code == 6);
  CHECK(r.out.empty());
  CHECK(contains(r.err, "tools/setup mpi"));
  CHECK(contains(r.err, "tools/build"));
}

TEST_CASE(
    "replay on 1, 2, 3 and 4 ranks: every file, one JSON object from rank 0, mass kept to 1e-12, as many "
    "rows as were counted") {
  if (without_ranks()) return;
  for (const int ranks : {1, 2, 3, 4}) {
    const Replays replays;
    const auto r = replays.run("-n " + std::to_string(ranks), "--json");
    INFO(r.err);
    REQUIRE(r.code == 0);
    CHECK(r.err.empty());
    const Json summary = Json::parse(r.out);  // one object and nothing else
    CHECK(summary == Json::parse(read(replays.out / "summary.json")));
    CHECK(summary["final"]["mass_error"].get<double>() < 1e-12);
    CHECK(summary["replay"]["ranks"] == ranks);
    CHECK(summary["fingerprint"].is_null());
    CHECK(replays.manifest()["complete"] == true);
    CHECK(rows(replays.out / "ranks.csv") == static_cast<std::size_t>(ranks));
    const auto steps = rows(replays.out / "steps.csv"), messages = rows(replays.out / "messages.csv");
    CHECK(steps >= 9);
    CHECK(summary["updates"] == steps);
    // Each step and the start send two messages, but for a step that ends before the messages of the last one have
    // left. Rows are those that arrived in time; one that is on its way may miss the end.
    CHECK(summary["messages"].get<std::size_t>() % 2 == 0);
    CHECK(summary["messages"].get<std::size_t>() > 18);
    CHECK(summary["messages"].get<std::size_t>() <= 2 * steps + 18);
    CHECK(messages <= summary["messages"].get<std::size_t>());
    CHECK(messages + summary["messages_in_flight"].get<std::size_t>() >=
          summary["messages"].get<std::size_t>());
    CHECK(rows(replays.out / "metrics.csv") > 2);
  }
}

TEST_CASE(
    "exit code 2: ten ranks for nine agents, three ranks for two hosts; the message says which numbers fit, "
    "once, and nothing is left") {
  if (without_ranks()) return;
  const Replays replays;
  const auto many = replays.run("-n 10");
  CHECK(many.code == 2);
  CHECK(count(many.err, "any number from 1 to 9 fits") == 1);
  const auto hosts = replays.run("-n 3", "--set '/hosts={\"count\":2}'");
  CHECK(hosts.code == 2);
  CHECK(count(hosts.err,
              "/hosts/count: the scenario has 2 hosts, and there are 3 ranks; start it with mpirun -n 2 "
              "or srun -n 2") ==
        1);
  CHECK_FALSE(fs::exists(replays.out / "summary.json"));
}

TEST_CASE("exit code 2: a wrong scenario or command line is complained of once, not once a rank") {
  if (without_ranks()) return;
  const Replays replays;
  const auto wrong = replays.run("-n 3", "--set /algorithm/step_size=-3");
  CHECK(wrong.code == 2);
  CHECK(count(wrong.err, "must be a number at least 0") == 1);
  const auto option = replays.run("-n 3", "--pace walking");
  CHECK(option.code == 2);
  CHECK(count(option.err, "walking") == 1);
}

TEST_CASE(
    "exit code 2: ranks that read different scenarios, or of which one cannot read its own, are named") {
  if (without_ranks()) return;
  const Replays replays;

  const std::string first = replays.command("-n 1");
  const auto other =
      Job(first + " : " + replays.command("-n 2", "--seed 4"), replays.scratch, replays.out).result();
  CHECK(other.code == 2);
  CHECK(count(other.err, "differs from that of rank 0") == 2);
  CHECK(contains(other.err, "rank 1 ("));
  CHECK(contains(other.err, "rank 2 ("));
  const auto absent = Job(first + " : -n 1 taubar replay absent.json --out " + replays.out.string(),
                          replays.scratch, replays.out)
                          .result();
  CHECK(absent.code == 2);
  CHECK(contains(absent.err, "rank 1 ("));
  CHECK(contains(absent.err, "absent.json"));
}

TEST_CASE(
    "exit codes 6, 1 and 3: no directory for results; an expectation fails; the time limit has passed") {
  if (without_ranks()) return;
  Replays replays;
  const auto fails = replays.run("-n 2", "--set /expect/0/below=1e-300");
  CHECK(fails.code == 1);
  CHECK(contains(fails.out, "FAILS: mass_error at end below 1e-300"));
  // Ended in order: all that was measured is there, and the summary says why it is less than was asked for.
  const auto late = replays.run("-n 2", "--set /stop/virtual_time=1000s --time-limit 0.5");
  CHECK(late.code == 3);
  CHECK(contains(late.out, "by time_limit"));
  CHECK(replays.manifest()["stopped_by"] == "time_limit");
  CHECK(rows(replays.out / "steps.csv") > 9);
  replays.out = replays.file + "/out";
  const auto nowhere = replays.run("-n 2");
  CHECK(nowhere.code == 6);
  CHECK(count(nowhere.err, "cannot be made a directory") == 1);
}

TEST_CASE(
    "exit code 6: one of 4 tasks of srun that MPI did not join replays nothing; task 0 says so, task 2 is silent") {
  if (without_ranks()) return;
  const Environment lenient{{"ASAN_OPTIONS", "detect_leaks=0"}};  // leaks of the MPI library itself
  const Replays replays;
  const std::string alone = "replay " + replays.file + " --out " + replays.out.string() + " --pace scenario --quiet";
  {
    const Environment task{{"SLURM_STEP_NUM_TASKS", "4"}, {"SLURM_PROCID", "0"}};
    const auto first = taubar_(alone, replays.scratch);
    CHECK(first.code == 6);
    CHECK(first.out.empty());
    CHECK(count(first.err, "started 4 processes") == 1);
    CHECK(contains(first.err, "srun --mpi=pmix"));
    CHECK(contains(first.err, "mpirun inside the allocation"));
    const Environment third{{"SLURM_PROCID", "2"}};
    const auto other = taubar_(alone, replays.scratch);
    CHECK(other.code == 6);
    CHECK(other.err.empty());
    CHECK_FALSE(fs::exists(replays.out));
    CHECK(replays.run("-n 1").code == 0);  // the nearer launcher counts
  }
  const Environment script{{"SLURM_NTASKS", "4"}, {"SLURM_PROCID", "0"}};  // of sbatch, without srun
  CHECK(taubar_(alone, replays.scratch).code == 0);
}

TEST_CASE(
    "SIGINT and SIGTERM to the launcher end all ranks; what was recorded is kept and marked incomplete, not "
    "mixed with older results") {
  if (without_ranks()) return;
  for (const int signal : {SIGINT, SIGTERM}) {
    const Replays replays;
    REQUIRE(replays.run("-n 4").code == 0);  // leaves steps.csv
    const std::string older = read(replays.out / "metrics.csv");
    Job job(replays.long_one(), replays.scratch, replays.out);
    REQUIRE(eventually([&] { return replays.has_records() && read(replays.out / "metrics.csv") != older; }));
    job.end_with(signal);
    const auto r = job.result();
    CHECK(r.code != 0);
    CHECK(r.code != -1);
    CHECK(job.nothing_left());
    replays.check_kept();
  }
}

TEST_CASE(
    "SIGKILL of rank 0 or rank 2 ends all ranks; every file is whole and the manifest says incomplete") {
  if (without_ranks()) return;
  for (const int victim : {0, 2}) {
    const Replays replays;
    Job job(replays.long_one(), replays.scratch, replays.out);
    REQUIRE(eventually([&] { return replays.has_records(); }));
    const auto process = job.rank(victim);
    REQUIRE(process);
    ::kill(*process, SIGKILL);
    const auto r = job.result();
    CHECK(r.code != 0);
    CHECK(r.code != -1);
    CHECK(job.nothing_left());
    replays.check_kept();
  }
}

TEST_CASE("SIGKILL of a rank before the first record leaves a manifest that says incomplete") {
  if (without_ranks()) return;
  const Replays replays;
  Job job(replays.long_one(), replays.scratch, replays.out);
  REQUIRE(eventually([&] { return fs::exists(replays.out / "manifest.json"); }));
  const auto process = job.rank(3);
  REQUIRE(process);
  ::kill(*process, SIGKILL);
  CHECK(job.result().code != 0);
  CHECK(job.nothing_left());
  CHECK(replays.manifest()["complete"] == false);
}
