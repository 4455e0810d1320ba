// Comparisons of small runs whose every figure is known by hand.
#include "sim/report/compare.hpp"

#include <cmath>
#include <stdexcept>

#include "core/base/error.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/report/results_files.hpp"

using namespace taubar;
using namespace taubar::report;
using config::Json;

namespace {

Results slow() {
  Results run;
  run.directory = "slow";
  run.summary = Json::parse(R"({
    "name": "n", "algorithm": "gradient_push", "agents": 4, "seed": 1, "virtual_time": 8, "stopped_by": "virtual_time",
    "updates": 40, "updates_by_agent": {"min": 10, "mean": 10, "max": 10}, "gradients": 40, "messages": 80, "bytes": 8000,
    "messages_lost": 0, "idle_share": 0.5, "tau_proc": 4, "tau_msg": 1, "tau_bar": 4,
    "staleness": {"mean": 1, "median": 1, "quantile_99": 1, "max": 1, "histogram": [[1, 80]]},
    "minimum_weight": 0.5, "rate_bias": {"expected": 0, "measured": 0}, "wall_time": 2,
    "final": {"distance": 0.02}})");
  run.manifest = Json::parse(R"({"complete": true, "scenario": {"name": "n", "problem": {"kind": "quadratic"},
    "algorithm": {"kind": "gradient_push", "step_size": 0.1}, "compute": {"stragglers": [1, 2]}}})");
  run.metrics.columns = {"time", "updates", "distance"};
  run.metrics.rows = {{0, 0, 5}, {1, 5, 0.9}, {2, 10, 0.5}, {4, 20, 0.1}, {8, 40, 0.02}};
  return run;
}

/// Faster, on 2 ranks, interrupted, with a straggler fewer; its distance was below 1 from the start and NaN in between.
Results quick() {
  Results run = slow();
  run.directory = "quick";
  run.summary["updates"] = 160;
  run.summary["tau_bar"] = 12;
  run.summary["messages_lost"] = 3;
  run.summary["minimum_weight"] = nullptr;
  run.summary["staleness"]["histogram"] = Json::parse("[[0, 10], [1, 20], [3, 10]]");
  run.manifest = Json::parse(R"({"complete": false, "replay": {"ranks": 2, "pace": "scenario", "time_scale": 10},
    "scenario": {"name": "n", "problem": {"kind": "quadratic"},
    "algorithm": {"kind": "asynchronous_gradient_push", "step_size": 0.1}, "compute": {"stragglers": [1]}, "hosts": 2}})");
  run.metrics.rows = {{0, 0, 0.9}, {0.5, 5, std::nan("")}, {1, 10, 0.1}, {2, 20, 0.009}};
  return run;
}

const Row& row(const Comparison& comparison, const std::string& label) {
  for (const auto& row : comparison.rows)
    if (row.label == label) return row;
  throw std::runtime_error("there is no row " + label);
}

bool has_row(const Comparison& comparison, const std::string& label) {
  for (const auto& row : comparison.rows)
    if (row.label == label) return true;
  return false;
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

/// Characters, not bytes.
std::size_t longest_line(const std::string& text) {
  std::size_t longest = 0, length = 0;
  for (const char c : text) {
    length = c == '\n' ? 0 : length + ((static_cast<unsigned char>(c) & 0xC0) != 0x80);
    longest = std::max(longest, length);
  }
  return longest;
}

}  // namespace

TEST_CASE("times are those of the first record at or below a decade; ratios only where both runs reached it") {
  const auto c = compare({slow(), quick()});
  const auto& tenth = row(c, "distance 0.1");
  CHECK(tenth.values == std::vector<Json>{4.0, 1.0});
  CHECK(!tenth.ratios[0]);
  CHECK(*tenth.ratios[1] == 0.25);
  const auto& hundredth = row(c, "distance 0.01");
  CHECK(hundredth.values == std::vector<Json>{nullptr, 2.0});
  CHECK(!hundredth.ratios[1]);
  CHECK(row(c, "distance 1").values == std::vector<Json>{1.0, 0.0});
  CHECK(!has_row(c, "distance 10"));     // both were below it from the start
  CHECK(!has_row(c, "distance 0.001"));  // neither reached it
  CHECK(!has_row(c, "suboptimality 0.1"));
  CHECK(compare({quick(), slow()}).rows.size() == c.rows.size());
}

TEST_CASE("a run is a replay whether its manifest or its summary says so") {
  auto run = slow();
  run.summary["replay"] = Json::parse(R"({"ranks": 3, "pace": "native", "time_scale": 1})");
  CHECK(row(compare({run}), "world").values[0] == "replay, 3 ranks, pace native, time scale 1");
}

TEST_CASE("figures stand beside their ratios to the first run; what is null, text or zero has no ratio") {
  const auto c = compare({slow(), quick()});
  CHECK(*row(c, "updates").ratios[1] == 4);
  CHECK(*row(c, "tau_bar").ratios[1] == 3);
  CHECK(row(c, "bytes an update").values == std::vector<Json>{200.0, 50.0});
  CHECK(*row(c, "bytes an update").ratios[1] == 0.25);
  CHECK(row(c, "updates an agent, greatest").values[0] == 10);
  CHECK(!row(c, "messages lost").ratios[1]);  // 3 / 0
  CHECK(!row(c, "minimum weight, whole run").ratios[1]);
  CHECK(!row(c, "seed").ratios[1]);
  CHECK(row(c, "world").values == std::vector<Json>{"virtual time", "replay, 2 ranks, pace scenario, time scale 10"});
}

TEST_CASE("the Kolmogorov distance of {1: 80} and {0: 10, 1: 20, 3: 10} is 1/4, of disjoint histograms 1") {
  const auto distance = [](const char* a, const char* b) { return kolmogorov_distance(Json::parse(a), Json::parse(b)); };
  CHECK(*distance("[[1, 80]]", "[[0, 10], [1, 20], [3, 10]]") == 0.25);
  CHECK(*distance("[[0, 10], [1, 20], [3, 10]]", "[[1, 80]]") == 0.25);
  CHECK(*distance("[[1, 3], [2, 1]]", "[[1, 30], [2, 10]]") == 0);
  CHECK(*distance("[[1, 3]]", "[[7, 1], [9, 1]]") == 1);
  CHECK(!distance("[]", "[[7, 1]]"));
  CHECK(!distance("null", "[[7, 1]]"));
  const auto c = compare({slow(), quick()});
  CHECK(row(c, "staleness, Kolmogorov distance").values == std::vector<Json>{nullptr, 0.25});
}

TEST_CASE("3 differences of the scenarios are listed with both values: one changed, one gone, one new") {
  const auto c = compare({slow(), slow(), quick()});
  REQUIRE(c.differences.size() == 3);
  const auto find = [&](const std::string& pointer) {
    for (const auto& d : c.differences)
      if (d.pointer == pointer) return d;
    throw std::runtime_error("no difference at " + pointer);
  };
  CHECK(find("/algorithm/kind").run == 2);
  CHECK(*find("/algorithm/kind").baseline == "gradient_push");
  CHECK(*find("/algorithm/kind").value == "asynchronous_gradient_push");
  CHECK(*find("/compute/stragglers/1").baseline == 2);
  CHECK(!find("/compute/stragglers/1").value);
  CHECK(!find("/hosts").baseline);
  CHECK(*find("/hosts").value == 2);
}

TEST_CASE("warnings name an incomplete run, and other names, problems and algorithms; equal runs have none") {
  CHECK(compare({slow(), slow()}).warnings.empty());
  CHECK(compare({slow(), quick()}).warnings.size() == 2);
  auto other = slow();
  other.manifest["scenario"]["name"] = "m";
  other.manifest["scenario"]["problem"]["dimension"] = 3;
  const auto c = compare({slow(), other});
  REQUIRE(c.warnings.size() == 2);
  CHECK(c.warnings[0].find("names differ") != std::string::npos);
  CHECK(c.warnings[1].find("problems differ") != std::string::npos);
}

TEST_CASE("tables of 2 to 4 runs fit 120 columns, 7 runs make 2 tables with the baseline in each") {
  auto run = quick();
  run.summary["name"] = "a name of more than a hundred characters, " + std::string(120, 'x');
  run.summary["algorithm"] = "asynchronous_gradient_push";
  run.summary["bytes"] = 123456789;
  for (std::size_t runs = 2; runs <= 7; ++runs) {
    std::vector<Results> all{slow()};
    while (all.size() < runs) all.push_back(run);
    const std::string table = comparison_table(compare(all));
    CHECK(longest_line(table) <= 120);
    CHECK(count(table, "\n  tau_bar") == (runs <= 4 ? 1 : 2));
    CHECK(count(table, "123.5M") == runs - 1);
    if (runs == 4) CHECK(count(table, " asynchronous_ ") == 2);  // cut behind the "_"; the last has no blanks after it
    CHECK(count(table, "quick (INCOMPLETE)") == runs - 1);
    CHECK(table.find("/algorithm/kind: \"gradient_push\" → \"asynchronous_gradient_push\"") != std::string::npos);
    CHECK(count(table, "×3\n") + count(table, "×3 ") == runs - 1);  // tau_bar
  }
}

TEST_CASE("Markdown has a row a figure with as many cells as the head, whatever the names are") {
  auto run = quick();
  run.summary["name"] = "a|b\nc";
  const auto c = compare({slow(), run, run});
  const std::string markdown = comparison_markdown(c);
  CHECK(markdown.find("| | | A | B | B / A | C | C / A |\n") != std::string::npos);
  CHECK(count(markdown, "\n| ") == c.rows.size() + 1);
  CHECK(markdown.find("a\\|b\\nc") != std::string::npos);
  CHECK(markdown.find("| time to | distance 0.1 (s) | 4 | 1 | 0.25 | 1 | 0.25 |\n") != std::string::npos);
}

TEST_CASE("JSON has for each figure a value a run and a ratio a run, the baseline's null") {
  const Json json = comparison_json(compare({slow(), quick()}));
  CHECK(json["runs"][1]["complete"] == false);
  CHECK(json["differences"].size() == 3);
  bool seen = false;
  for (const auto& row : json["rows"]) {
    CHECK(row["values"].size() == 2);
    CHECK(row["ratios"].size() == 2);
    CHECK(row["ratios"][0].is_null());
    if (row["figure"] != "/tau_bar") continue;
    seen = true;
    CHECK(row["values"] == Json::parse("[4, 12]"));
    CHECK(row["ratios"][1] == 3.0);
  }
  CHECK(seen);
}

TEST_CASE("a results directory is read back: 2 records of 3 columns, NaN and infinities too") {
  const ResultsFiles files;
  files.write("metrics.csv", "time,updates,distance\n0,0,inf\n1.5,12,nan\r\n");
  const auto results = read_results(files.path());
  CHECK(results.summary["name"] == "n");
  REQUIRE(results.metrics.rows.size() == 2);
  CHECK(results.metrics.rows[1][0] == 1.5);
  CHECK(std::isinf(results.metrics.rows[0][2]));
  CHECK(std::isnan(results.metrics.rows[1][2]));
}

TEST_CASE("what is wrong with a results directory is said with file and line") {
  const auto message = [](const ResultsFiles& files) {
    try {
      read_results(files.path());
    } catch (const InputError& error) {
      return std::string(error.what());
    }
    return std::string("nothing");
  };
  const auto with = [&](const std::string& file, const std::string& text) {
    const ResultsFiles files;
    files.write(file, text);
    return message(files);
  };
  const auto contains = [](const std::string& text, const std::string& part) {
    INFO(text);
    return text.find(part) != std::string::npos;
  };
  CHECK(contains(with("metrics.csv", "time,updates\n0,1\n1\n"), "metrics.csv:3: 1 fields; the header has 2"));
  CHECK(contains(with("metrics.csv", "time,updates\n0,x\n"), "metrics.csv:2: updates is \"x\"; accepted is a number"));
  CHECK(contains(with("metrics.csv", "a,b\n0,1\n"), "metrics.csv:1: the first column"));
  CHECK(contains(with("metrics.csv", "time,updates\n"), "holds no record"));
  CHECK(contains(with("metrics.csv", ""), "metrics.csv"));
  CHECK(contains(with("summary.json", "{\"name\": }"), "summary.json:1:"));
  CHECK(contains(with("manifest.json", "[]"), "manifest.json: must be an object"));
  for (const char* file : {"summary.json", "manifest.json", "metrics.csv"}) {
    const ResultsFiles files;
    files.remove(file);
    CHECK(contains(message(files), file));
  }
  CHECK_THROWS_AS(read_results("/nowhere/at all"), InputError);
}
