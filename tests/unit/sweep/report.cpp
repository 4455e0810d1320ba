// What is printed of a sweep, to the letter; JUnit through an XML parser; exit codes.
#include <expat.h>

#include "sim/sweep/report.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/sweep/rows.hpp"

using namespace taubar;
using namespace taubar::sweep;

namespace {

/// All that is said of a sweep.
struct Judgement {
  std::string table, markdown, junit;
  config::Json json;
  int exit_code = 0;
};

Judgement judge(const SweepSpec& spec, const std::vector<RunRow>& rows, const JudgeOptions& options = {}) {
  const Analysis analysis = analyse(spec, rows, options);
  return {report_table(spec, analysis), report_markdown(spec, analysis), report_junit(spec, analysis), report_json(spec, analysis), exit_code_of(analysis)};
}

/// Method a halves its time from 4 to 8 agents with every seed; b at 8 never arrives with seed 2.
std::vector<RunRow> small_sweep() {
  std::vector<RunRow> rows;
  add_runs(rows, scaling_point(4, "a"), {1.0, 2.0, 3.0});
  add_runs(rows, scaling_point(4, "b"), {4.0, 4.0, 4.0});
  add_runs(rows, scaling_point(8, "a"), {0.5, 1.0, 1.5});
  add_runs(rows, scaling_point(8, "b"), {2.0, std::nullopt, 1.0});
  return rows;
}

SweepSpec expecting_spec() {
  SweepSpec spec = scaling_spec();
  spec.comparisons = {{"time_to(suboptimality, 0.01)", {{"/algorithm/kind", "a"}}, {{"/algorithm/kind", "b"}}, 1.0, std::nullopt}};
  spec.expectations = {{"time_to(suboptimality, 0.01)", {{"/topology/agents", 8}}, 2.0, std::nullopt, {}}};
  return spec;
}

/// Names of test cases, and how many elements of each kind there are; fails on what is no XML.
struct ParsedJunit {
  std::vector<std::string> cases;
  std::map<std::string, int> elements;
  std::map<std::string, std::string> suite;
  bool well_formed = false;
};

ParsedJunit parsed_junit(const std::string& xml) {
  ParsedJunit parsed;
  XML_Parser parser = XML_ParserCreate(nullptr);
  XML_SetUserData(parser, &parsed);
  XML_SetStartElementHandler(parser, [](void* data, const char* name, const char** attributes) {
    auto& into = *static_cast<ParsedJunit*>(data);
    ++into.elements[name];
    for (; attributes[0]; attributes += 2) {
      if (std::string(name) == "testcase" && std::string(attributes[0]) == "name") into.cases.emplace_back(attributes[1]);
      if (std::string(name) == "testsuite") into.suite[attributes[0]] = attributes[1];
    }
  });
  parsed.well_formed = XML_Parse(parser, xml.data(), static_cast<int>(xml.size()), 1) == XML_STATUS_OK;
  XML_ParserFree(parser);
  return parsed;
}

}  // namespace

TEST_CASE("the table of 2 methods on 4 and 8 agents with 3 seeds, to the letter") {
  CHECK(judge(scaling_spec(), small_sweep()).table == R"~(scaling: 4 points × 3 seeds: 12 done

time_to(suboptimality, 0.01) in s
  mean over 3 seeds with Student's interval
  a mean of “k of n” is of the k runs that have the figure; the median counts a run that never arrives as ∞
  speed-up against agents = 4, paired by seed; its median where a run never arrives, then as 0
  algorithm  agents    runs  mean (s)     95 % interval  median  least  greatest  speed-up  95 % interval
  a               4       3         2  -0.4841 to 4.484       2      1         3         1
                  8       3         1  -0.2421 to 2.242       1    0.5       1.5         2         2 to 2
  b               4       3         4            4 to 4       4      4         4         1
                  8  2 of 3       1.5   -4.853 to 7.853       2      1         2         2                 1 never
  best: 1 s at agents = 8, algorithm = a (95 % interval -0.2421 to 2.242); 1 other point has an interval that meets it
)~");
}

TEST_CASE("the Markdown of 2 methods on 4 and 8 agents with 3 seeds, to the letter") {
  CHECK(judge(expecting_spec(), small_sweep()).markdown == R"~(### scaling

4 points × 3 seeds: 12 done

|  | expected | found |
|---|---|---|
| ❓ inconclusive | time_to(suboptimality, 0.01) of algorithm = a, at most 1 times that of algorithm = b | median ratio 0.25, over 3 seeds (1–3) and the 2 values of agents; with 1 of 3 seeds a side never has it; not all ratios are finite, and an interval of their median takes 6 seeds |
| ❌ fails | time_to(suboptimality, 0.01) below 2, at agents = 8, algorithm = b | in 1 of 3 runs (seeds 1–3), mean 1.5 of 2 (95 % interval -4.853 to 7.853); seed 1: 2; seed 2: never |

<details><summary>✅ 1 expectation holds</summary>

|  | expected | found |
|---|---|---|
| ✅ holds | time_to(suboptimality, 0.01) below 2, at agents = 8, algorithm = a | in 3 of 3 runs (seeds 1–3), mean 1 (95 % interval -0.2421 to 2.242) |

</details>

#### time_to(suboptimality, 0.01) in s

- mean over 3 seeds with Student's interval
- a mean of “k of n” is of the k runs that have the figure; the median counts a run that never arrives as ∞
- speed-up against agents = 4, paired by seed; its median where a run never arrives, then as 0

| agents | a | b |
|---:|---:|---:|
| 4 | 2 s · **1×** | 4 s · **1×** |
| 8 | 1 s · **2×** | 1.5 s (2 of 3) · **2×** |

<details><summary>with intervals</summary>

| algorithm | agents | runs | mean (s) | 95 % interval | median | least | greatest | speed-up | 95 % interval |  |
|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---|
| a | 4 | 3 | 2 | -0.4841 to 4.484 | 2 | 1 | 3 | 1 |  |  |
| a | 8 | 3 | 1 | -0.2421 to 2.242 | 1 | 0.5 | 1.5 | 2 | 2 to 2 |  |
| b | 4 | 3 | 4 | 4 to 4 | 4 | 4 | 4 | 1 |  |  |
| b | 8 | 2 of 3 | 1.5 | -4.853 to 7.853 | 2 | 1 | 2 | 2 |  | 1 never |

</details>

- best: 1 s at agents = 8, algorithm = a (95 % interval -0.2421 to 2.242); 1 other point has an interval that meets it

)~");
}

TEST_CASE("expectations that fail say what was found, and how to make it again") {
  const auto judgement = judge(expecting_spec(), small_sweep());
  CHECK(judgement.exit_code == 1);
  CHECK(judgement.table == R"~(scaling: 4 points × 3 seeds: 12 done

time_to(suboptimality, 0.01) in s
  mean over 3 seeds with Student's interval
  a mean of “k of n” is of the k runs that have the figure; the median counts a run that never arrives as ∞
  speed-up against agents = 4, paired by seed; its median where a run never arrives, then as 0
  algorithm  agents    runs  mean (s)     95 % interval  median  least  greatest  speed-up  95 % interval
  a               4       3         2  -0.4841 to 4.484       2      1         3         1
                  8       3         1  -0.2421 to 2.242       1    0.5       1.5         2         2 to 2
  b               4       3         4            4 to 4       4      4         4         1
                  8  2 of 3       1.5   -4.853 to 7.853       2      1         2         2                 1 never
  best: 1 s at agents = 8, algorithm = a (95 % interval -0.2421 to 2.242); 1 other point has an interval that meets it

expectations
  INCONCLUSIVE: time_to(suboptimality, 0.01) of algorithm = a, at most 1 times that of algorithm = b: median ratio 0.25, over 3 seeds (1–3) and the 2 values of agents; with 1 of 3 seeds a side never has it; not all ratios are finite, and an interval of their median takes 6 seeds
    agents   ratio    95 % interval
         4  0.4543  0.1143 to 1.806
         8    0.25
  holds: time_to(suboptimality, 0.01) below 2, at 1 of 2 points
  FAILS: time_to(suboptimality, 0.01) below 2, at agents = 8, algorithm = b: in 1 of 3 runs (seeds 1–3), mean 1.5 of 2 (95 % interval -4.853 to 7.853); seed 1: 2; seed 2: never
)~");
}

TEST_CASE("JUnit has a test case a comparison, an expectation and point, and a failed run, whatever characters an error has") {
  auto rows = small_sweep();
  rows[4] = ended_as(rows[4], Status::crashed, "signal 11 \"<&>\"\n\x01\xff end");
  JudgeOptions options;
  options.run_options = "--data d&d";
  const auto judgement = judge(expecting_spec(), rows, options);
  const auto parsed = parsed_junit(judgement.junit);
  CHECK(parsed.well_formed);
  CHECK(parsed.cases == std::vector<std::string>{
                            "runs that ended as asked for",
                            "time_to(suboptimality, 0.01) of algorithm = a, at most 1 times that of algorithm = b",
                            "time_to(suboptimality, 0.01) below 2, at agents = 8, algorithm = a",
                            "time_to(suboptimality, 0.01) below 2, at agents = 8, algorithm = b", "seed 2 at agents = 4, algorithm = b"});
  CHECK(parsed.suite.at("tests") == "5");
  CHECK(parsed.suite.at("failures") == "2");
  CHECK(parsed.suite.at("errors") == "1");
  CHECK(parsed.elements.at("failure") == 2);
  CHECK(parsed.elements.at("error") == 1);
  CHECK(judgement.junit.find("taubar run base.json --set /algorithm/kind=b --set /topology/agents=4 --seed 2 --data d&amp;d") !=
        std::string::npos);
  CHECK(judgement.exit_code == 3);
}

TEST_CASE("exit codes: 0 all holds, 1 something does not or a point is gone, 3 a run failed, 4 one was refused as too large") {
  SweepSpec spec = expecting_spec();
  spec.comparisons[0].at_most = 0.6;
  spec.expectations[0].where["/algorithm/kind"] = "a";
  std::vector<RunRow> rows;
  add_runs(rows, scaling_point(4, "a"), {1.0, 1.0, 1.0});
  add_runs(rows, scaling_point(4, "b"), {2.0, 2.0, 2.0});
  add_runs(rows, scaling_point(8, "a"), {0.5, 0.5, 0.5});
  add_runs(rows, scaling_point(8, "b"), {1.0, 1.0, 1.0});
  CHECK(judge(spec, rows).exit_code == 0);
  JudgeOptions options;
  options.baseline = baseline_of(spec, rows);
  options.baseline_file = "old.json";
  CHECK(judge(spec, rows, options).exit_code == 0);
  options.baseline->points[0].parameters["/topology/agents"] = 5;
  CHECK(judge(spec, rows, options).exit_code == 1);
  auto missed = rows;
  missed[0].exit_code = 1;
  missed[0].summary["expectations"] = config::Json::parse(
      R"([{"expectation": "distance at end below 1", "measured": 2, "holds": false, "outcome": "fails"}])");
  const auto own = judge(spec, missed);
  CHECK(own.exit_code == 1);
  CHECK(own.table.find("seed 1: distance at end below 1 (measured 2)") != std::string::npos);
  auto failed = rows;
  failed[0] = ended_as(failed[0], Status::failed, "diverged");
  CHECK(judge(spec, failed).exit_code == 3);
  failed[1] = ended_as(failed[1], Status::refused, "too large");
  CHECK(judge(spec, failed).exit_code == 4);
  rows[0].status = Status::pending;
  CHECK(judge(spec, rows).exit_code == 1);
}

TEST_CASE("a sweep of one seed has values without intervals, and one without a report has counts") {
  std::vector<RunRow> rows;
  add_runs(rows, scaling_point(4, "a"), {1.0});
  add_runs(rows, scaling_point(8, "a"), {0.5});
  SweepSpec spec = scaling_spec();
  CHECK(judge(spec, rows).table == R"~(scaling: 2 points × 1 seed: 2 done

time_to(suboptimality, 0.01) in s
  speed-up against agents = 4, paired by seed
  algorithm  agents  runs  mean (s)  speed-up
  a               4     1         1         1
                  8     1       0.5         2
  best: 0.5 s at agents = 8
)~");
  spec.report.reset();
  CHECK(judge(spec, rows).table == "scaling: 2 points × 1 seed: 2 done\n");
  CHECK(judge(spec, {}).exit_code == 0);
}

TEST_CASE("the best point is one that every seed reached, and step sizes are chosen for each method") {
  SweepSpec spec = scaling_spec({4});
  spec.grid = {{"/algorithm/kind", {"a", "b"}}, {"/algorithm/step_size", {1, 2, 4}}};
  spec.report = ReportSpec{"", "time_to(suboptimality, 0.01)", "/algorithm/kind", std::nullopt};
  std::vector<RunRow> rows;
  for (const auto& [kind, step, times] :
       {std::tuple{"a", 1, std::vector<std::optional<double>>{4.0, 4.2}}, {"a", 2, {2.0, 2.2}}, {"a", 4, {1.0, std::nullopt}},
        {"b", 1, {3.0, 3.0}}, {"b", 2, {5.0, 6.0}}, {"b", 4, {std::nullopt, std::nullopt}}})
    add_runs(rows, {{"/algorithm/kind", kind}, {"/algorithm/step_size", step}}, times);
  const auto table = judge(spec, rows).table;
  CHECK(table.find("best: 2.1 s at algorithm = a, step_size = 2") != std::string::npos);
  CHECK(table.find("  algorithm  best           mean (s)\n  a          step_size = 2       2.1\n  b          step_size = 1         3\n") !=
        std::string::npos);
}

TEST_CASE("JSON has every figure, verdict and failed run") {
  auto rows = small_sweep();
  rows.back() = ended_as(rows.back(), Status::timed_out, "beyond 10 s");
  const auto json = judge(expecting_spec(), rows).json;
  CHECK(json["report"]["points"].size() == 4);
  CHECK(json["report"]["points"][1]["speedup"]["ratio"].get<double>() == Approx(2).epsilon(1e-12));
  CHECK(json["report"]["least"]["mean"] == 1.0);
  CHECK(json["report"]["points"][3]["median"].is_null());  // ∞
  CHECK(json["status"] == config::Json{{"done", 11}, {"timed_out", 1}});
  CHECK(json["expectations"].size() == 3);
  CHECK(json["failed"][0]["command"] == "taubar run base.json --set /algorithm/kind=b --set /topology/agents=8 --seed 3");
  CHECK(json["exit_code"] == 3);
}
