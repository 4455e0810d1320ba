// The program as a user meets it: commands, exit codes, what stands on standard output and error.
#include "tests/cli/program.hpp"

#include "tests/support/catch.hpp"

using namespace cli;

namespace {

const std::string good = R"({
  "name": "good", "topology": {"kind": "ring", "agents": 4},
  "problem": {"kind": "quadratic", "dimension": 2},
  "algorithm": {"kind": "asynchronous_gradient_push", "step_size": 0.1},
  "compute": {"time": "10ms"}, "stop": {"virtual_time": "2s"},
  "expect": [{"metric": "distance", "at": "end", "below": 0.5}]
})";

}  // namespace

TEST_CASE("run prints a table and exits 0; --json prints one object; --out leaves the four files") {
  Scratch s;
  const auto file = s.file("good.json", good);
  const auto table = taubar_("run " + file, s);
  CHECK(table.code == 0);
  CHECK(contains(table.out, "holds: distance at end below 0.5"));
  const auto json = taubar_("run " + file + " --json --out " + (s.path / "out").string(), s);
  CHECK(json.code == 0);
  CHECK(Json::parse(json.out)["agents"] == 4);
  CHECK(json.err.empty());
  for (const char* name : {"manifest.json", "metrics.csv", "summary.json", "verdict.json"})
    CHECK(fs::file_size(s.path / "out" / name) > 0);
  const Json manifest = Json::parse(read(s.path / "out" / "manifest.json"));
  CHECK(manifest["scenario"]["algorithm"]["weight_floor"] == 1e-5);
  // The resolved scenario is itself a scenario, and gives the same run.
  const auto again = taubar_("run " + s.file("echo.json", manifest["scenario"].dump()) + " --json", s);
  CHECK(again.code == 0);
  CHECK(Json::parse(again.out)["fingerprint"] == Json::parse(json.out)["fingerprint"]);
}

TEST_CASE("the fingerprint is the same twice, with 1 and 2 threads, with and without cache and timeline; another with another seed") {
  Scratch s;
  const auto file = s.file("good.json", good);
  const auto print = [&](const std::string& more) {
    return Json::parse(taubar_("run " + file + " --json " + more, s).out)["fingerprint"].get<std::string>();
  };
  const std::string first = print("");
  CHECK(print("") == first);
  CHECK(print("--threads 2") == first);
  CHECK(print("--no-cache") == first);
  CHECK(print("--trace timeline --out " + (s.path / "t").string()) == first);
  CHECK(Json::parse(read(s.path / "t" / "timeline.json"))["traceEvents"].size() > 800);
  CHECK(print("--seed 2") != first);
}

TEST_CASE("exit code 1: an expectation does not hold, and the table says what was measured") {
  Scratch s;
  const auto r = taubar_("run " + s.file("good.json", good) + " --set /expect/0/below=1e-9", s);
  CHECK(r.code == 1);
  CHECK(contains(r.out, "FAILS: distance at end below 1e-09 (measured"));
}

TEST_CASE("exit code 2: every problem of a file at once, each with file, line, column and pointer") {
  Scratch s;
  const auto file = s.file("bad.json", R"({
  "topology": {"kind": "rign", "agents": 4},
  "problem": {"kind": "quadratic", "dimension": -2},
  "algorithm": {"kind": "asynchronous_gradient_push", "step_size": 0.1, "wieght_floor": 1},
  "compute": {"time": "10 parsecs"},
  "stop": {"virtual_time": "2s"}, "sotp": 1
})");
  for (const std::string command : {"run ", "check ", "topology "}) {
    const auto r = taubar_(command + file, s);
    CHECK(r.code == 2);
    CHECK(r.out.empty());
    CHECK(contains(r.err, "bad.json:2:24: /topology/kind: unknown topology"));
    CHECK(contains(r.err, "did you mean \"ring\""));
    CHECK(contains(r.err, "bad.json:3:"));
    CHECK(contains(r.err, "/problem/dimension"));
    CHECK(contains(r.err, "did you mean \"weight_floor\""));
    CHECK(contains(r.err, "bad.json:5:"));
    CHECK(contains(r.err, "did you mean \"stop\""));
  }
}

TEST_CASE("exit code 2: hostile and broken files") {
  Scratch s;
  const auto code = [&](const std::string& text) { return taubar_("run " + s.file("x.json", text), s).code; };
  CHECK(code("") == 2);
  CHECK(code(std::string(1000, '\0')) == 2);
  CHECK(code(std::string(2'000'000, '[')) == 2);
  CHECK(code(R"({"seed": 1, "seed": 2})") == 2);
  CHECK(code("[1, 2") == 2);
  CHECK(taubar_("run " + (s.path / "missing.json").string(), s).code == 2);
  CHECK(taubar_("run " + s.path.string(), s).code == 2);
}

TEST_CASE("exit code 2: malformed data names file and line; a NaN in it too; a missing file says where it was sought") {
  Scratch s;
  const std::string scenario = R"({
    "topology": {"kind": "complete", "agents": 2},
    "problem": {"kind": "logistic_regression", "data": {"file": "d.libsvm"}, "l2": 0.1},
    "algorithm": {"kind": "gradient_push", "step_size": 0.1}, "compute": {"time": 1}, "stop": {"updates": 10}})";
  const auto file = s.file("data.json", scenario);
  const auto missing = taubar_("run " + file, s);
  CHECK(missing.code == 2);
  CHECK(contains(missing.err, "d.libsvm"));
  s.file("d.libsvm", "+1 1:2\n-1 1:x\n+1 1:nan\n-1 2:1\n");
  const auto broken = taubar_("run " + file, s);
  CHECK(broken.code == 2);
  CHECK(contains(broken.err, "d.libsvm:2:"));
  CHECK(contains(broken.err, "d.libsvm:3:"));
  s.file("d.libsvm", "+1 1:2\n-1 1:1\n+1 1:3\n-1 2:1\n");
  CHECK(taubar_("run " + file, s).code == 0);
}

TEST_CASE("exit code 2: a graph that is not strongly connected names its components") {
  Scratch s;
  s.file("g.txt", "0 1\n2 3\n");
  const auto file = s.file("graph.json", R"({
    "topology": {"kind": "file", "file": "g.txt", "format": "edge_list"},
    "problem": {"kind": "quadratic", "dimension": 1},
    "algorithm": {"kind": "push_sum"}, "compute": {"time": 1}, "stop": {"updates": 10}})");
  const auto r = taubar_("run " + file, s);
  CHECK(r.code == 2);
  CHECK(contains(r.err, "2 strong"));
  CHECK(taubar_("run " + file + " --set /topology/component=largest", s).code == 0);
}

TEST_CASE("exit code 3: a run that becomes non-finite is explained; one above its own limits is ended") {
  Scratch s;
  const auto file = s.file("good.json", good);
  const auto diverged = taubar_("run " + file + " --set /algorithm/step_size=50 --out " + (s.path / "o").string(), s);
  CHECK(diverged.code == 3);
  CHECK(contains(diverged.out, "DIVERGED at"));
  CHECK(contains(diverged.out, "2/L"));
  CHECK(Json::parse(read(s.path / "o" / "summary.json"))["divergence"]["agent"].is_number());
  CHECK(taubar_("run " + file + " --set /limits/events=100", s).code == 3);
}

TEST_CASE("exit code 3: a synchronous method that lost a message stalls before its stop rule, and says so") {
  Scratch s;
  const auto r = taubar_("run " + s.file("good.json", good) + " --set /algorithm/kind=gradient_push --set /network/loss=0.05 --out " +
                             (s.path / "o").string(),
                         s);
  CHECK(r.code == 3);
  CHECK(contains(r.out, "by stalled: every agent waits for a message that will not come"));
  CHECK(Json::parse(read(s.path / "o" / "summary.json"))["stopped_by"] == "stalled");
}

TEST_CASE("exit code 4: a billion agents are refused at once, with the memory they would take") {
  Scratch s;
  const auto file = s.file("good.json", good);
  for (const std::string command : {"run ", "topology "}) {
    const auto r = taubar_(command + file + " --set /topology/agents=1000000000", s);
    CHECK(r.code == 4);
    CHECK(contains(r.err, "GiB"));
  }
}

TEST_CASE("exit code 6: a results directory that cannot be written") {
  Scratch s;
  const auto r = taubar_("run " + s.file("good.json", good) + " --out /proc/no", s);
  CHECK(r.code == 6);
}

TEST_CASE("an interrupted run exits with 130 and leaves what it recorded, marked as incomplete") {
  Scratch s;
  const auto file = s.file("good.json", good);
  const auto out = (s.path / "o").string();
  const int status = std::system(("timeout --preserve-status -s INT 3 '" TAUBAR_BINARY "' run " + file +
                                  " --no-cache --quiet --set /stop/virtual_time=1e9 --out " + out + " 2>/dev/null")
                                     .c_str());
  CHECK(WEXITSTATUS(status) == 130);
  CHECK(Json::parse(read(fs::path(out) / "manifest.json"))["complete"] == false);
  CHECK(Json::parse(read(fs::path(out) / "summary.json"))["stopped_by"] == "interrupted");
}

TEST_CASE("the command line: help with an example, version, unknown options and commands") {
  Scratch s;
  CHECK(taubar_("--version", s).code == 0);
  for (const std::string command : {"", "run ", "check ", "list ", "schema ", "topology ", "compare "}) {
    const auto help = taubar_(command + "--help", s);
    CHECK(help.code == 0);
    CHECK(contains(help.out, "taubar "));
  }
  CHECK(taubar_("", s).code == 2);
  CHECK(taubar_("rnu x", s).code == 2);
  CHECK(taubar_("run --threads 0 x", s).code == 2);
  CHECK(taubar_("list nothing", s).code == 2);
}

TEST_CASE("list and schema speak JSON, and every example that list prints is accepted by the schema's reader") {
  Scratch s;
  for (const char* axis : {"algorithms", "problems", "topologies", "mixings", "delays", "compute", "metrics", "schedules"})
    CHECK(Json::parse(taubar_(std::string("list --json ") + axis, s).out)[axis].size() > 1);
  CHECK(Json::parse(taubar_("schema", s).out)["properties"].contains("topology"));
  const Json algorithms = Json::parse(taubar_("list --json algorithms", s).out);
  for (const auto& algorithm : algorithms["algorithms"]) {
    CHECK(!algorithm["summary"].get<std::string>().empty());
    Json scenario = Json::parse(good);
    scenario["algorithm"] = algorithm["example"];
    CHECK(taubar_("check " + s.file("a.json", scenario.dump()), s).code == 0);
  }
}

TEST_CASE("compare lays two runs side by side; its ratios are those of their own files") {
  Scratch s;
  const auto file = s.file("good.json", good);
  const std::string a = (s.path / "a").string(), b = (s.path / "b").string();
  REQUIRE(taubar_("run " + file + " --quiet --out " + a, s).code == 0);
  REQUIRE(taubar_("run " + file + " --quiet --set /compute/time=20ms --out " + b, s).code == 0);
  const auto compared = taubar_("compare " + a + " " + b + " --json", s);
  REQUIRE(compared.code == 0);
  const Json json = Json::parse(compared.out);
  const Json one = Json::parse(read(fs::path(a) / "summary.json")), other = Json::parse(read(fs::path(b) / "summary.json"));
  CHECK(json["warnings"].empty());
  REQUIRE(json["differences"].size() == 1);
  CHECK(json["differences"][0]["pointer"] == "/compute/time/value");
  CHECK(json["runs"][0]["directory"] == a);
  int figures = 0, ratios = 0;
  for (const auto& row : json["rows"]) {
    REQUIRE(row["values"].size() == 2);
    REQUIRE(row["ratios"].size() == 2);
    const auto pointer = Json::json_pointer(row["figure"].get<std::string>());
    if (row["figure"] == "" || !one.contains(pointer) || !other.contains(pointer)) continue;
    INFO(row["figure"]);
    ++figures;
    CHECK(row["values"][0] == one.at(pointer));
    CHECK(row["values"][1] == other.at(pointer));
    if (row["ratios"][1].is_null()) continue;
    ++ratios;
    CHECK(row["ratios"][1].get<double>() == Approx(other.at(pointer).get<double>() / one.at(pointer).get<double>()));
    if (row["figure"] == "/updates") CHECK(row["ratios"][1] == 0.5);
  }
  CHECK(figures > 30);
  CHECK(ratios > 20);
  const auto table = taubar_("compare " + a + " " + b, s);
  CHECK(table.code == 0);
  CHECK(contains(table.out, "/compute/time/value: 0.01 → 0.02"));
  CHECK(contains(table.out, "×0.5"));
  CHECK(contains(taubar_("compare " + a + " " + b + " " + a + " --markdown", s).out, "| | | A | B | B / A | C | C / A |"));
}

TEST_CASE("compare refuses one directory, two formats, and what is no results directory, which it names") {
  Scratch s;
  const std::string out = (s.path / "a").string();
  REQUIRE(taubar_("run " + s.file("good.json", good) + " --quiet --out " + out, s).code == 0);
  CHECK(taubar_("compare " + out, s).code == 2);
  CHECK(taubar_("compare " + out + " " + out + " --json --markdown", s).code == 2);
  const auto missing = taubar_("compare " + out + " " + s.path.string(), s);
  CHECK(missing.code == 2);
  CHECK(contains(missing.err, "summary.json"));
  fs::copy(out, s.path / "b");
  s.file("b/metrics.csv", "time,updates\n0,0\n1,oops\n");
  const auto malformed = taubar_("compare " + out + " " + (s.path / "b").string(), s);
  CHECK(malformed.code == 2);
  CHECK(contains(malformed.err, "metrics.csv:3: updates is \"oops\""));
}

TEST_CASE("topology prints the figures of a 5-star and writes DOT") {
  Scratch s;
  const auto r = taubar_("topology " + s.file("good.json", good) + " --set /topology/kind=star --set /topology/agents=5 --json --dot " +
                             (s.path / "g.dot").string(),
                         s);
  REQUIRE(r.code == 0);
  const Json json = Json::parse(r.out);
  CHECK(json["edges"] == 4);
  CHECK(json["links"] == 8);
  CHECK(json["diameter"] == 2);
  CHECK(json["degree"]["maximum"] == 4);
  // Laplacian/|E| of a star: λ_2 = 1/4, each edge of resistance |E| = 4.
  CHECK(json["chi_1"].get<double>() == Approx(4).epsilon(1e-9));
  CHECK(json["chi_2"].get<double>() == Approx(2).epsilon(1e-9));
  CHECK(contains(read(s.path / "g.dot"), "--"));
}

namespace {

/// Whether files that are nowhere are all that is wrong.
bool misses_only_files(const std::string& complaints) {
  std::istringstream lines(complaints);
  std::string line;
  bool any = false;
  while (std::getline(lines, line)) {
    if (!contains(line, "there is no file")) return false;
    any = true;
  }
  return any;
}

}  // namespace

TEST_CASE("every scenario of the project is accepted by check, where its data is there") {
  Scratch s;
  int checked = 0;
  for (const auto& entry : fs::recursive_directory_iterator(fs::path(TAUBAR_SOURCE_DIR) / "scenarios")) {
    if (entry.path().extension() != ".json" || contains(entry.path().string(), "/sweeps/")) continue;
    const auto r = taubar_("check '" + entry.path().string() + "'", s);
    const bool data_absent = !std::getenv("TAUBAR_DATA") && misses_only_files(r.err);
    INFO(r.err);
    CHECK((r.code == 0 || data_absent));
    ++checked;
  }
  CHECK(checked >= 1);
}
