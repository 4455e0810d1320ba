// taubar sweep as a user runs it: interrupted, killed, in shards, with runs that fail, on ranks.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <map>
#include <set>
#include <sstream>
#include <vector>

#include "sim/sweep/store.hpp"
#include "tests/cli/ranks.hpp"
#include "tests/support/catch.hpp"

using namespace cli;

namespace {

/// `work`: virtual seconds a run; 1000 take some 10 ms.
std::string sweep_json(const std::string& more, int work = 100) {
  return R"({"name": "tried", "scenario": {"topology": {"kind": "ring", "agents": 8}, "problem": {"kind": "quadratic", "dimension": 4, "heterogeneity": 1},
    "algorithm": {"kind": "asynchronous_gradient_push", "step_size": 0.1}, "compute": {"time": {"kind": "exponential", "mean": 1}},
    "network": {"latency": "100ms"}, "stop": {"virtual_time": )" +
         std::to_string(work) + R"(}, "record": {"every": 10}}, )" + more + "}";
}
const std::string sixty_runs = R"("grid": {"/algorithm/step_size": [0.05, 0.1, 0.2], "/topology/kind": ["ring", "star"]}, "seeds": {"count": 10})";

/// key → status and fingerprint, of each line of the export; a key twice fails.
std::map<std::string, std::string> results_in(const fs::path& out, const Scratch& scratch) {
  const auto exported = taubar_("sweep export " + out.string() + " --jsonl -", scratch);
  CHECK(exported.code == 0);
  std::map<std::string, std::string> results;
  std::istringstream lines(exported.out);
  for (std::string line; std::getline(lines, line);) {
    const auto row = Json::parse(line);
    const auto fingerprint = row["summary"].is_object() ? row["summary"]["fingerprint"].get<std::string>() : "";
    CHECK(results.emplace(row["key"], row["status"].get<std::string>() + " " + fingerprint).second);
  }
  return results;
}

/// The parent of a process, by /proc; 0 for one that is gone.
pid_t parent_of(pid_t process) {
  const std::string stat = read(fs::path("/proc") / std::to_string(process) / "stat");
  const auto name_end = stat.rfind(") ");
  return name_end == std::string::npos ? 0 : std::atoi(stat.c_str() + name_end + 4);
}

/// A sweep in the background.
class Running {
 public:
  Running(const std::string& arguments, const Scratch& scratch) : scratch_(scratch) {
    const std::string command = "XDG_CACHE_HOME=" + scratch.path.string() + " exec '" TAUBAR_BINARY "' " + arguments + " >" +
                                (scratch.path / "running.out").string() + " 2>" + (scratch.path / "running.err").string() + " </dev/null";
    process_ = ::fork();
    if (process_ != 0) return;
    ::execl("/bin/sh", "sh", "-c", command.c_str(), static_cast<char*>(nullptr));
    ::_exit(127);
  }
  ~Running() {
    if (!code_) end_with(SIGKILL);
  }
  Running(const Running&) = delete;
  void send(int signal) { ::kill(process_, signal); }
  int end_with(int signal) {
    send(signal);
    return wait();
  }
  int wait() {
    int status = 0;
    ::waitpid(process_, &status, 0);
    code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return *code_;
  }
  std::string out() const { return read(scratch_.path / "running.out"); }
  std::string err() const { return read(scratch_.path / "running.err"); }
  /// Its children, by /proc.
  std::vector<pid_t> workers() const {
    std::vector<pid_t> found;
    for (const auto& entry : fs::directory_iterator("/proc")) {
      const pid_t process = std::atoi(entry.path().filename().c_str());
      if (process > 0 && parent_of(process) == process_) found.push_back(process);
    }
    return found;
  }

 private:
  const Scratch& scratch_;
  pid_t process_ = 0;
  std::optional<int> code_;
};

bool no_ranks() {
  if (launcher) return false;
  WARN("SKIPPED: sweeps on ranks (built without MPI)");
  return true;
}

struct Tried {
  Scratch scratch;
  std::string file;
  fs::path out = scratch.path / "out";
  explicit Tried(const std::string& json) : file(scratch.file("tried.json", json)) {}
  Result run(const std::string& more = "") const { return taubar_("sweep " + file + " --out " + out.string() + " " + more, scratch); }
  std::size_t rows() const {
    if (!fs::exists(out / "results.sqlite")) return 0;
    try {
      return static_cast<std::size_t>(taubar::sweep::Store(out.string()).count());
    } catch (const std::exception&) {  // before its first moment is over
      return 0;
    }
  }
};

}  // namespace

TEST_CASE("a sweep of 60 runs is done once; called again it runs nothing; its export has a row a run") {
  const Tried t(sweep_json(sixty_runs));
  const auto first = t.run("--json");
  CHECK(first.code == 0);
  CHECK(Json::parse(first.out)["status"] == Json{{"done", 60}});
  const auto results = results_in(t.out, t.scratch);
  CHECK(results.size() == 60);
  const auto listed = t.run("--list --json");
  CHECK(listed.code == 0);
  CHECK(Json::parse(listed.out)["pending"] == 0);
  CHECK(t.run().code == 0);
  CHECK(results_in(t.out, t.scratch) == results);
  const auto csv = t.scratch.path / "all.csv";
  CHECK(taubar_("sweep export " + t.out.string() + " --csv " + csv.string(), t.scratch).code == 0);
  const auto text = read(csv);
  CHECK(std::count(text.begin(), text.end(), '\n') == 61);
  CHECK(contains(text, "set:/algorithm/step_size"));
}

TEST_CASE("one process, two, threads and no directory give the same runs, and so do two shards that are merged") {
  const Tried t(sweep_json(sixty_runs));
  CHECK(t.run("--jobs 2").code == 0);
  const auto whole = results_in(t.out, t.scratch);
  for (const std::string how : {"--jobs 1", "--in-process --jobs 2"}) {
    const auto out = t.scratch.path / "other";
    fs::remove_all(out);
    CHECK(taubar_("sweep " + t.file + " --out " + out.string() + " " + how, t.scratch).code == 0);
    CHECK(results_in(out, t.scratch) == whole);
  }
  std::string shards;
  for (const std::string shard : {"1", "2"}) {
    const auto out = t.scratch.path / ("shard" + shard);
    CHECK(taubar_("sweep " + t.file + " --out " + out.string() + " --shard " + shard + "/2", t.scratch).code == 0);
    const auto own = results_in(out, t.scratch).size();
    CHECK((own > 10 && own < 50));
    shards += " " + out.string();
  }
  const auto merged = t.scratch.path / "merged";
  CHECK(taubar_("sweep merge " + merged.string() + shards, t.scratch).code == 0);
  CHECK(results_in(merged, t.scratch) == whole);
  const auto in_memory = taubar_("sweep " + t.file + " --json", t.scratch);
  CHECK(in_memory.code == 0);
  CHECK(Json::parse(in_memory.out)["status"] == Json{{"done", 60}});
}

TEST_CASE("killed 10 times at any moment, 60 runs are in the end there once each, with the fingerprints of an undisturbed sweep") {
  const Tried t(sweep_json(sixty_runs, 2000));
  const auto calm = t.scratch.path / "calm";
  CHECK(taubar_("sweep " + t.file + " --out " + calm.string(), t.scratch).code == 0);
  std::size_t before = 0;
  for (int kill = 0; kill < 10; ++kill) {
    Running sweep("sweep " + t.file + " --out " + t.out.string() + " --jobs 2", t.scratch);
    std::this_thread::sleep_for(std::chrono::milliseconds(10 + 23 * kill % 100));
    sweep.end_with(SIGKILL);
    const auto now = t.rows();
    CHECK(now >= before);
    before = now;
  }
  CHECK(t.run().code == 0);
  CHECK(results_in(t.out, t.scratch) == results_in(calm, t.scratch));
  CHECK(taubar::sweep::Store(t.out.string()).integrity() == "ok");
}

TEST_CASE("interrupted or terminated, a sweep ends at once with 130 or 143, says how to go on, and goes on") {
  const Tried t(sweep_json(sixty_runs, 50000));
  for (const auto& [signal, code] : {std::pair(SIGINT, 130), {SIGTERM, 143}}) {
    Running sweep("sweep " + t.file + " --out " + t.out.string(), t.scratch);
    CHECK(eventually([&] { return !sweep.workers().empty() && fs::exists(t.out / "results.sqlite-wal"); }));
    CHECK(sweep.end_with(signal) == code);
    CHECK(contains(sweep.err(), "To go on: taubar sweep " + t.file + " --out " + t.out.string()));
  }
  const auto late = t.run("--time-limit 300ms");
  CHECK(late.code == 3);
  CHECK(contains(late.err, "the time is up"));
  CHECK(t.rows() < 60);
}

TEST_CASE("a worker that is killed costs its run, which is named with its command; --retry-failed does it again") {
  const Tried t(sweep_json(R"("seeds": {"count": 2})", 60000));
  Running sweep("sweep " + t.file + " --out " + t.out.string() + " --jobs 1", t.scratch);
  CHECK(eventually([&] {  // one that has no run yet costs none
    for (const pid_t worker : sweep.workers()) ::kill(worker, SIGKILL);
    return t.rows() > 0;
  }));
  CHECK(sweep.wait() == 3);
  CHECK(contains(sweep.out(), "all runs: crashed"));
  CHECK(t.run().code == 3);  // judged again, not run again
  const auto again = t.run("--retry-failed --json");
  CHECK(again.code == 0);
  CHECK(Json::parse(again.out)["status"] == Json{{"done", 2}});
}

TEST_CASE("an endless run ends at its limit, the others are done, and the command that repeats it does") {
  const Tried t(R"({"scenario": "one.json", "grid": {"/stop/virtual_time": [10, 1e9, 20]}, "limits": {"run_time": "300ms"}})");
  auto one = Json::parse(sweep_json(R"("seeds": {})"))["scenario"];
  t.scratch.file("one.json", one.dump());
  const auto result = t.run();
  CHECK(result.code == 3);
  CHECK(contains(result.out, "out of time: took longer than the limit of 300ms a run"));
  const auto at = result.out.find("taubar run ") + 7;
  const auto command = result.out.substr(at, result.out.find('\n', at) - at);
  const auto repeated = taubar_(command + " --set /limits/wall_time=0.1 --json", t.scratch);
  CHECK(repeated.code == 3);
  CHECK(Json::parse(repeated.out)["stopped_by"] == "time_limit");
}

TEST_CASE("exit codes of sweeps: 1 missed, 2 wrong, 4 too many, 5 nothing selected, 6 locked, 7 no store of this sweep") {
  {
    const Tried missed(sweep_json(R"("set": {"/expect": [{"measured": "updates", "below": 1}]})"));
    CHECK(missed.run().code == 1);
  }
  const Tried t(sweep_json(R"("grid": {"/topology/agents": [4, 5]})"));
  CHECK(taubar_("sweep", t.scratch).code == 2);
  CHECK(taubar_("sweep " + t.scratch.file("wrong.json", sweep_json(R"("grid": {"/topology/agent": [4]})")), t.scratch).code == 2);
  CHECK(taubar_("sweep " + t.file + " --shard 3/2", t.scratch).code == 2);
  CHECK(taubar_("sweep export " + (t.scratch.path / "absent").string() + " --csv -", t.scratch).code == 2);
  const auto many = taubar_("sweep --list " + t.scratch.file("many.json", sweep_json(R"("seeds": {"count": 1000000}, "grid": {"/topology/agents": [4, 5]})")), t.scratch);
  CHECK(many.code == 4);
  CHECK(contains(many.err, "are 2000000 runs"));
  int selected = 0;
  for (int i = 1; i <= 40; ++i) selected += taubar_("sweep " + t.file + " --list --shard " + std::to_string(i) + "/40", t.scratch).code == 0;
  CHECK((selected == 1 || selected == 2));  // two runs, which may share a shard; of the other shards each gave 5
  fs::create_directories(t.out);
  {
    const taubar::sweep::StoreLock lock(t.out.string());
    const auto locked = t.run();
    CHECK(locked.code == 6);
    CHECK(contains(locked.err, "another sweep writes there (process " + std::to_string(::getpid())));
  }
  CHECK(t.run().code == 0);
  CHECK(t.run("--set /topology/kind=star").code == 0);
  CHECK(t.rows() == 4);  // a changed scenario has other keys
  auto renamed = Json::parse(sweep_json("\"seeds\": {}"));
  renamed["name"] = "another";
  CHECK(taubar_("sweep " + t.scratch.file("another.json", renamed.dump()) + " --out " + t.out.string(), t.scratch).code == 7);
  CHECK(t.rows() == 4);
  fs::remove_all(t.out);
  fs::create_directories(t.out);
  t.scratch.file("out/results.sqlite", std::string(200, 'x'));
  const auto foreign = t.run();
  CHECK(foreign.code == 7);
  CHECK(contains(foreign.err, "is no store of a sweep"));
}

TEST_CASE("a disk that is full ends a sweep with 6; what was written is kept, and with room it goes on") {
  const Tried t(sweep_json(sixty_runs));
  const auto err = t.scratch.path / "full.err";
  const std::string limited = "ulimit -f 400; XDG_CACHE_HOME=" + t.scratch.path.string() + " exec '" TAUBAR_BINARY "' sweep " + t.file + " --out " + t.out.string() +
                              " --jobs 1 >/dev/null 2>" + err.string();
  const int status = std::system(("trap '' XFSZ; " + limited).c_str());
  CHECK(WEXITSTATUS(status) == 6);
  CHECK(contains(read(err), "results.sqlite"));
  CHECK(t.rows() < 60);
  CHECK(t.run().code == 0);
  CHECK(t.rows() == 60);
  CHECK(taubar::sweep::Store(t.out.string()).integrity() == "ok");
}

TEST_CASE("check takes sweeps and scenarios alike, schema prints both, list shows a plan") {
  const Tried t(sweep_json(sixty_runs));
  const auto checked = taubar_("check " + t.file, t.scratch);
  CHECK(checked.code == 0);
  CHECK(contains(checked.out, "fine, a sweep of 6 points and 60 runs"));
  CHECK(taubar_("check " + t.scratch.file("wrong.json", sweep_json(R"("grid": {"/topology/agents": [0]})")), t.scratch).code == 2);
  CHECK(Json::parse(taubar_("schema sweep", t.scratch).out)["title"] == "taubar sweep");
  const auto list = taubar_("sweep " + t.file + " --list", t.scratch);
  CHECK(list.code == 0);
  CHECK(contains(list.out, "tried: 6 points, 60 runs under seeds 1 to 10\nthere: 0, to do: 60\ntime: about "));
  CHECK(contains(list.out, "     5  /algorithm/step_size = 0.2, /topology/kind = \"star\"\n"));
}

TEST_CASE("four ranks share a sweep and give the runs of one process") {
  if (no_ranks()) return;
  const Tried t(sweep_json(sixty_runs));
  CHECK(t.run().code == 0);
  const auto out = t.scratch.path / "ranked";
  const auto result = Job("-n 4 '" TAUBAR_BINARY "' sweep " + t.file + " --out " + out.string() + " --json", t.scratch, out).result();
  CHECK(result.code == 0);
  CHECK(Json::parse(result.out)["status"] == Json{{"done", 60}});
  CHECK(results_in(out, t.scratch) == results_in(t.out, t.scratch));
}

TEST_CASE("a rank that is killed ends the job; its run is named when the sweep goes on, and nothing that was done is lost") {
  if (no_ranks()) return;
  const Tried t(sweep_json(R"("seeds": {"count": 6})", 40000));
  Job job("-n 3 '" TAUBAR_BINARY "' sweep " + t.file + " --out " + t.out.string() + " --jobs 1", t.scratch, t.out);
  const auto by_rank_1 = [&] {
    if (t.rows() == 0) return false;  // else the store may be half made
    const auto all = taubar::sweep::Store(t.out.string()).under_way();
    return std::any_of(all.begin(), all.end(), [](const auto& run) { return run.by == "rank 1"; });
  };
  CHECK(eventually(by_rank_1));
  // mpirun → ranks → their supervisors
  const auto all = job.ranks();
  const std::set<pid_t> known(all.begin(), all.end());
  std::vector<pid_t> ranks;
  for (const pid_t process : all)
    if (!known.count(parent_of(process))) ranks.push_back(process);
  REQUIRE(ranks.size() == 3);
  ::kill(*std::max_element(ranks.begin(), ranks.end()), SIGKILL);
  CHECK(job.result().code != 0);
  CHECK(job.nothing_left());
  const auto before = t.rows();
  const auto list = t.run("--list");
  CHECK(contains(list.err, "under way when the sweep was ended before, and will be done again:\n  point 0 under seed "));
  CHECK(contains(list.err, ", by rank "));
  CHECK(before < 6);
  CHECK(t.run().code == 0);
  CHECK(t.rows() == 6);
  CHECK(!contains(t.run("--list").err, "under way"));
}

TEST_CASE("a worker of a rank that is killed costs its run, and the ranks go on") {
  if (no_ranks()) return;
  const Tried t(sweep_json(R"("seeds": {"count": 6})", 40000));
  Job job("-n 3 '" TAUBAR_BINARY "' sweep " + t.file + " --out " + t.out.string() + " --json", t.scratch, t.out);
  // rank → its supervisor → the worker
  const auto workers = [&] {
    std::vector<pid_t> found;
    const auto all = job.ranks();
    const std::set<pid_t> known(all.begin(), all.end());
    for (const pid_t process : all)
      if (known.count(parent_of(process)) && known.count(parent_of(parent_of(process)))) found.push_back(process);
    return found;
  };
  CHECK(eventually([&] { return !workers().empty(); }));
  const auto victims = workers();
  REQUIRE(!victims.empty());
  ::kill(victims.front(), SIGKILL);
  const auto result = job.result();
  CHECK(result.code == 3);
  CHECK(Json::parse(result.out)["status"] == Json{{"done", 5}, {"crashed", 1}});
  CHECK(contains(result.out, "its worker was ended by signal 9"));
  CHECK(job.nothing_left());
}
