// `replicates` as a user meets them: table, JSON, files, exit codes, refusals.
#include <algorithm>

#include "tests/cli/program.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/environment.hpp"

using namespace cli;

namespace {

const std::string noisy = R"({
  "name": "noisy", "topology": {"kind": "ring", "agents": 4},
  "problem": {"kind": "quadratic", "dimension": 2, "gradient": {"kind": "noisy", "sigma": 0.1}},
  "algorithm": {"kind": "gradient_push", "step_size": 0.1},
  "compute": {"time": {"kind": "exponential", "mean": "10ms"}}, "stop": {"virtual_time": "2s"},
  "expect": [{"metric": "distance", "at": "end", "below": 0.5}], "replicates": 4
})";

std::size_t lines(const std::string& text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

}  // namespace

TEST_CASE("run with 4 replicates prints mean ± half width, exits 0, and leaves five files") {
  Scratch s;
  const auto file = s.file("noisy.json", noisy);
  const auto table = taubar_("run " + file + " --out " + (s.path / "out").string(), s);
  CHECK(table.code == 0);
  CHECK(contains(table.out, "4 replicates, seeds 1 to 4, structure of seed 1"));
  CHECK(contains(table.out, " ± "));
  CHECK(contains(table.out, "holds: distance at end below 0.5, mean of 4 (95 % interval"));
  CHECK(lines(read(s.path / "out" / "replicates.csv")) == 5);
  CHECK(lines(read(s.path / "out" / "metrics.csv")) == 102);
  const Json manifest = Json::parse(read(s.path / "out" / "manifest.json"));
  CHECK(manifest["scenario"]["replicates"] == 4);
  CHECK(manifest["complete"] == true);
  CHECK(Json::parse(read(s.path / "out" / "verdict.json"))[0]["holds"] == true);
  CHECK(Json::parse(read(s.path / "out" / "summary.json"))["replicates"] == 4);
  // A directory that held replicates and now holds one run says nothing of them.
  CHECK(taubar_("run " + file + " --set /replicates=1 --out " + (s.path / "out").string(), s).code == 0);
  CHECK(!fs::exists(s.path / "out" / "replicates.csv"));
  CHECK(taubar_("compare " + (s.path / "out").string() + " " + (s.path / "out").string(), s).code == 0);
}

TEST_CASE(
    "--json of 4 replicates is one object, the same with 1, 2 and 3 threads; run 0 is the plain run, run 2 "
    "that of seed 3") {
  Scratch s;
  const auto file = s.file("noisy.json", noisy);
  const auto json = [&](const std::string& more) {
    const auto r = taubar_("run " + file + " --json " + more, s);
    CHECK(r.code == 0);
    CHECK(r.err.empty());
    Json parsed = Json::parse(r.out);
    for (const char* timed : {"wall_time", "events_per_second"}) parsed.erase(timed);
    return parsed;
  };
  const auto one = json("");
  CHECK(json("--threads 2") == one);
  CHECK(json("--threads 3") == one);
  CHECK(one["runs"].size() == 4);
  CHECK(one["intervals"]["/final/distance"]["count"] == 4);
  CHECK(one["intervals"]["/final/distance"]["low"] < one["final"]["distance"]);
  CHECK(json("--set /replicates=1")["fingerprint"] == one["runs"][0]["fingerprint"]);
  CHECK(json("--set /replicates=1 --set /structure_seed=1 --seed 3")["fingerprint"] ==
        one["runs"][2]["fingerprint"]);
  CHECK(json("--set /replicates=3")["fingerprint"] != one["fingerprint"]);
}

TEST_CASE("exit code 1: the mean over replicates does not keep its limit") {
  Scratch s;
  const auto r = taubar_("run " + s.file("noisy.json", noisy) + " --set /expect/0/below=1e-9", s);
  CHECK(r.code == 1);
  CHECK(contains(r.out, "FAILS: distance at end below 1e-09, mean of 4"));
}

TEST_CASE("exit code 3: replicates that diverge are counted and named with their seeds") {
  Scratch s;
  const auto r = taubar_("run " + s.file("noisy.json", noisy) + " --set /algorithm/step_size=500", s);
  CHECK(r.code == 3);
  CHECK(contains(r.out, "4 of 4 finished, 4 failed"));
  CHECK(contains(r.out, "DIVERGED with seed 3"));
}

TEST_CASE("exit code 2: replicates 0, -1, 2.5 and 1e9, 2 with a timeline, and a last seed above 2^53") {
  Scratch s;
  const auto file = s.file("noisy.json", noisy);
  for (const std::string value : {"0", "-1", "2.5", "1e9", "1000000000", "true", "\"4\""}) {
    const auto r = taubar_("run " + file + " --set '/replicates=" + value + "'", s);
    CHECK(r.code == 2);
    CHECK(r.out.empty());
    CHECK(contains(r.err, "/replicates: must be an integer from 1 to 100000"));
  }
  const auto timeline = taubar_("run " + file + " --trace timeline", s);
  CHECK(timeline.code == 2);
  CHECK(contains(timeline.err, "a timeline is of one run"));
  const auto last = taubar_("run " + file + " --seed 9007199254740992", s);
  CHECK(last.code == 2);
  CHECK(contains(last.err, "must be at most 2^53"));
}

TEST_CASE("exit code 2: replay of 4 replicates says what to do instead, verify and bounds take them") {
  Scratch s;
  const auto file = s.file("noisy.json", noisy);
  const auto verify = taubar_("verify " + file + " --out " + (s.path / "verified").string(), s);
  CHECK(verify.code == 0);
  CHECK(contains(verify.out, "the worst of 4 replicates"));
  CHECK(fs::exists(s.path / "verified" / "bounds.csv"));
  CHECK(fs::exists(s.path / "verified" / "replicates.csv"));
  const Environment lenient{{"ASAN_OPTIONS", "detect_leaks=0"}};  // leaks of the MPI library itself
  const auto replay = taubar_("replay " + file + " --out " + (s.path / "replay").string(), s);
  CHECK((replay.code == 2 || contains(replay.err, "MPI")));  // a build without MPI says so first
  CHECK((replay.code != 2 || contains(replay.err, "/replicates: taubar replay is of one run")));
  CHECK(taubar_("topology " + file, s).code == 0);
  CHECK(taubar_("bounds " + file, s).code == 0);
}

TEST_CASE("exit code 4: replicates that do not fit the memory are refused, and fewer threads are a remedy") {
  Scratch s;
  const auto file = s.file("noisy.json", noisy);
  const auto r = taubar_("run " + file + " --threads 4 --set /limits/memory=3MB", s);
  CHECK(r.code == 4);
  CHECK(contains(r.err, "in 4 replicates"));
  CHECK(contains(r.err, "replicates or threads"));
  CHECK(taubar_("run " + file + " --quiet --set /limits/memory=3MB", s).code == 0);
}

TEST_CASE("check, schema and the resolved scenario know replicates") {
  Scratch s;
  const auto file = s.file("noisy.json", noisy);
  CHECK(taubar_("check " + file, s).code == 0);
  const auto schema = Json::parse(taubar_("schema", s).out)["properties"]["replicates"];
  CHECK(schema["type"] == "integer");
  CHECK(schema["default"] == 1);
  CHECK(schema["maximum"] == 100000);
  CHECK(Json::parse(taubar_("run " + file + " --dry-run", s).out)["replicates"] == 4);
}

TEST_CASE(
    "an interrupt ends replicates with 130: those that finished are written, and the manifest says that more "
    "were asked for") {
  Scratch s;
  const auto file = s.file("noisy.json", noisy);
  const auto out = s.path / "out";
  const int status =
      std::system(("timeout --preserve-status -s INT 2 '" TAUBAR_BINARY "' run " + file +
                   " --quiet --threads 2 --set /replicates=100000 --set /stop/virtual_time=20s --out " +
                   out.string() + " 2>" + (s.path / "err").string())
                      .c_str());
  CHECK(WEXITSTATUS(status) == 130);
  const Json summary = Json::parse(read(out / "summary.json"));
  const auto finished = summary["finished"].get<std::size_t>();
  CHECK(finished > 0);
  CHECK(finished < 100000);
  CHECK(summary["runs"].size() == finished);
  CHECK(lines(read(out / "replicates.csv")) == finished + 1);
  CHECK(Json::parse(read(out / "manifest.json"))["complete"] == false);
  CHECK(contains(read(s.path / "err"), "of 100000 replicates had finished and are kept"));
}
