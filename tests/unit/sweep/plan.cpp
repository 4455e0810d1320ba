// Points, runs and their keys.
#include "sim/sweep/plan.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "core/base/error.hpp"
#include "core/problem/content_hash.hpp"
#include "sim/sweep/point_digests.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/environment.hpp"
#include "tests/support/sweep.hpp"

using namespace taubar;
using namespace taubar::sweep;

namespace {

std::string key_with(const std::string& more, const std::string& scenario = tiny_scenario) {
  return make_plan(read_sweep_text(sweep_text(more, scenario)), {}).runs.at(0).key;
}

std::string replaced(std::string text, const std::string& part, const std::string& by) {
  const auto at = text.find(part);
  REQUIRE(at != std::string::npos);
  return text.replace(at, part.size(), by);
}

}  // namespace

TEST_CASE("2 x 3 values of the grid, 2 rows of the zip, 2 points of the sample and 2 seeds are 48 runs, the last axis fastest") {
  const auto spec = tiny_sweep(R"(
    "grid": {"/topology/agents": [4, 8], "/algorithm/step_size": [0.1, 0.2, 0.3]},
    "zip": {"/stop/virtual_time": [1, 2], "/record/every": [0.5, 1]},
    "sample": {"points": 2, "ranges": {"/network/latency": {"low": 0.1, "high": 0.2}}},
    "seeds": {"first": 5, "count": 2})");
  CHECK(count_points(spec) == 24);
  CHECK(count_runs(spec) == 48);
  const auto plan = make_plan(spec, {});
  REQUIRE(plan.points.size() == 24);
  REQUIRE(plan.runs.size() == 48);
  for (std::size_t p = 0; p < 24; ++p) {
    const auto& point = *plan.points[p];
    CHECK(point.size() == 5);
    CHECK(point.at("/topology/agents") == (p < 12 ? 4 : 8));
    CHECK(point.at("/algorithm/step_size") == std::vector<double>{0.1, 0.2, 0.3}[p / 4 % 3]);
    CHECK(point.at("/stop/virtual_time") == 1 + p / 2 % 2);
    CHECK(point.at("/record/every") == 0.5 * static_cast<double>(1 + p / 2 % 2));
    CHECK(plan.runs[2 * p].point == static_cast<std::int64_t>(p));
    CHECK(plan.runs[2 * p].seed == 5);
    CHECK(plan.runs[2 * p + 1].seed == 6);
  }
  std::set<std::string> keys;
  for (const auto& run : plan.runs) keys.insert(run.key);
  CHECK(keys.size() == 48);
}

TEST_CASE("keys are 32 hex digits and stay when keys are reordered, the name changes, or values and seeds are added") {
  const std::string key = key_with(R"("grid": {"/topology/agents": [4], "/algorithm/step_size": [0.1]})");
  CHECK(key.size() == 32);
  CHECK(key.find_first_not_of("0123456789abcdef") == std::string::npos);
  CHECK(key_with(R"("grid": {"/algorithm/step_size": [0.1], "/topology/agents": [4]})") == key);
  CHECK(key_with(R"("grid": {"/algorithm/step_size": [0.1, 0.2], "/topology/agents": [4, 8]}, "seeds": {"count": 9})") == key);
  CHECK(key_with("") == key);  // what the point sets is what the scenario has
  CHECK(key_with(R"("set": {"/name": "other", "/description": "words"})") == key);
  CHECK(key_with("", replaced(tiny_scenario, R"("topology": {"kind": "ring", "agents": 4},)", "") .insert(1, R"("topology": {"agents": 4, "kind": "ring"}, "// note": 1, )")) == key);
  CHECK(key_with("", replaced(tiny_scenario, R"("latency": "100ms")", R"("latency": 0.1)")) == key);
}

TEST_CASE("each change that decides a result makes another key") {
  std::set<std::string> keys{key_with("")};
  const std::vector<std::string> changes = {
      R"("/topology/agents": 5)",      R"("/topology/kind": "star")",       R"("/problem/dimension": 3)",  R"("/problem/heterogeneity": 2)",
      R"("/algorithm/step_size": 1)",  R"("/algorithm": {"kind": "gradient_push", "step_size": 0.1})",     R"("/compute/time": 1)",
      R"("/compute/stragglers": [{"agents": [0], "add": 1}])",              R"("/network/latency": "99ms")", R"("/network/loss": 0.1)",
      R"("/stop/virtual_time": 11)",   R"("/record/every": 2)",             R"("/structure_seed": 1)",     R"("/limits/events": 1000)",
      R"("/expect": [{"measured": "tau_bar", "below": 9}])",                R"("/hosts": {"count": 2})",   R"("/faults": [{"kind": "crash", "agents": [0], "at": 1, "recover_after": 1}])"};
  for (const auto& change : changes) {
    INFO(change);
    CHECK(keys.insert(key_with("\"set\": {" + change + "}")).second);
  }
  CHECK(keys.insert(key_with(R"("seeds": {"first": 2})")).second);
}

TEST_CASE("the content of a file that the scenario names is in the key, its time is not") {
  const auto directory = std::filesystem::temp_directory_path() / ("taubar-plan-" + std::to_string(::getpid()));
  std::filesystem::create_directories(directory);
  const auto file = directory / "ring.edges";
  const auto put = [&](const char* edges) { std::ofstream(file) << edges; };
  const auto key = [&] { return key_with("\"set\": {\"/topology\": {\"kind\": \"file\", \"format\": \"edge_list\", \"file\": \"" + file.string() + "\"}}"); };
  put("0 1\n1 2\n2 0\n");
  const auto ring = key();
  put("0 1\n1 2\n2 3\n3 0\n");
  CHECK(key() != ring);
  put("0 1\n1 2\n2 0\n");
  CHECK(key() == ring);
  std::filesystem::remove_all(directory);
}

namespace {

/// 1,000 points of a scenario that names a ring.
struct ManyPoints {
  std::filesystem::path directory = std::filesystem::temp_directory_path() / ("taubar-points-" + std::to_string(::getpid()));
  std::string cache = (directory / "cache").string();
  ManyPoints() {
    std::filesystem::create_directories(directory / "early");
    std::filesystem::create_directories(directory / "late");
    put("late", "0 1\n1 2\n2 0\n");
  }
  ~ManyPoints() { std::filesystem::remove_all(directory); }
  void put(const char* where, const char* edges) { std::ofstream(directory / where / "ring.edges") << edges; }
  std::filesystem::path kept() const { return *std::filesystem::directory_iterator(cache); }
  /// Whether the digests were recalled; the keys are those of a plan that keeps nothing.
  bool recalled(const std::string& first_time = "0.5") const {
    std::string times = first_time;
    for (std::size_t i = 1; i < least_kept_points; ++i) times += fmt::format(", {}", i + 1);
    const auto spec = tiny_sweep(R"("set": {"/topology": {"kind": "file", "format": "edge_list", "file": "ring.edges"}}, "grid": {"/stop/virtual_time": [)" + times + "]}");
    const config::ReadOptions options{{(directory / "early").string(), (directory / "late").string()}};
    const auto plan = make_plan(spec, options);
    const bool recalled = digests_of(spec, plan.points, options, cache).recalled;
    const auto again = make_plan(spec, options, cache);
    REQUIRE(again.runs.size() == plan.runs.size());
    for (std::size_t i = 0; i < plan.runs.size(); ++i) REQUIRE(again.runs[i].key == plan.runs[i].key);
    return recalled;
  }
  void keep(const std::string& text) const { std::ofstream(kept(), std::ios::binary) << text; }
  std::string kept_text() const {
    std::ifstream in(kept(), std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
};

}  // namespace

TEST_CASE("of a thousand points the digests are kept, and believed until a value, a file or the place of one changes") {
  ManyPoints many;
  CHECK_FALSE(many.recalled());
  CHECK(many.recalled());
  CHECK_FALSE(many.recalled("0.25"));  // another value
  CHECK(many.recalled("0.25"));
  many.put("late", "0 1\n1 2\n2 3\n3 0\n");  // another content
  CHECK_FALSE(many.recalled("0.25"));
  many.put("early", "0 1\n1 2\n2 0\n");  // found before the other
  CHECK_FALSE(many.recalled("0.25"));
  CHECK(many.recalled("0.25"));
  CHECK(std::distance(std::filesystem::directory_iterator(many.cache), {}) == 1);
}

TEST_CASE("kept digests that are damaged, cut off or of other points are not believed") {
  const ManyPoints many;
  many.recalled();
  const std::string whole = many.kept_text();
  std::string flipped = whole, other_witness = whole;
  flipped[whole.size() - 40] = flipped[whole.size() - 40] == '0' ? '1' : '0';
  other_witness[whole.find('\n') + 1] = '9';
  for (const std::string& text : {flipped, other_witness, whole.substr(0, whole.size() / 2), std::string(), std::string("taubar points 1 "), whole + "x"}) {
    many.keep(text);
    CHECK_FALSE(many.recalled());
    CHECK(many.kept_text() == whole);
  }
}

TEST_CASE("what an earlier program read in another way is read again: points spread over the sweep are compared") {
  const ManyPoints many;
  many.recalled();
  std::string text = many.kept_text();
  text = text.substr(0, text.size() - 32);
  text[text.size() - 2] = text[text.size() - 2] == '0' ? '1' : '0';  // the last point's
  many.keep(text + problem::ContentHash().text(text).hex());
  CHECK_FALSE(many.recalled());
}

TEST_CASE("the seed of a run does not depend on where it stands in the plan") {
  const auto few = make_plan(tiny_sweep(R"("grid": {"/topology/agents": [8]}, "seeds": {"count": 3})"), {});
  const auto many = make_plan(tiny_sweep(R"("grid": {"/topology/agents": [4, 8, 16]}, "seeds": {"count": 3})"), {});
  for (std::size_t s = 0; s < 3; ++s) {
    CHECK(few.runs[s].seed == static_cast<std::int64_t>(1 + s));
    CHECK(many.runs[3 + s].key == few.runs[s].key);
  }
}

TEST_CASE("points that are one scenario are run once") {
  const auto plan = make_plan(tiny_sweep(R"("grid": {"/network/latency": ["100ms", 0.1, "0.1s", "200ms"]}, "seeds": {"count": 2})"), {});
  CHECK(plan.points.size() == 4);
  CHECK(plan.runs.size() == 4);
  CHECK(plan.repeated == 4);
}

TEST_CASE("10^12 points are refused without being expanded") {
  std::string thousand = "[0.001";
  for (int i = 2; i <= 1000; ++i) thousand += "," + std::to_string(i * 0.001);
  thousand += "]";
  const auto spec = tiny_sweep("\"grid\": {\"/a\": " + thousand + ", \"/b\": " + thousand + ", \"/c\": " + thousand + ", \"/d\": " + thousand + "}");
  CHECK(count_runs(spec) == 1e12);
  CHECK_THROWS_AS(make_plan(spec, {}), RefusedError);
}

TEST_CASE("four shards have each of 60 runs once, and a key keeps its shard when the sweep grows") {
  const auto plan = make_plan(tiny_sweep(R"("grid": {"/topology/agents": [4, 5, 6]}, "seeds": {"count": 20})"), {});
  std::size_t all = 0;
  for (int i = 1; i <= 4; ++i) {
    const auto shard = Shard::of(std::to_string(i) + "/4");
    std::size_t own = 0;
    for (const auto& run : plan.runs) own += shard.holds(run.key);
    CHECK(own > 3);  // 15 on average; fewer than 4 of 60 has probability 1e-5
    all += own;
  }
  CHECK(all == 60);
  for (const char* wrong : {"0/4", "5/4", "1", "a/b", "1/4x", "-1/4", "auto"}) CHECK_THROWS_AS(Shard::of(wrong), InputError);
}

TEST_CASE("shard auto reads Slurm's array of tasks 10 to 17") {
  const Environment array({{"SLURM_ARRAY_TASK_ID", "12"}, {"SLURM_ARRAY_TASK_MIN", "10"}, {"SLURM_ARRAY_TASK_COUNT", "8"}});
  const auto shard = Shard::of("auto");
  CHECK(shard.index == 3);
  CHECK(shard.count == 8);
}
