// Baselines: what is written and read back, what counts as a change, false alarms and power on log-normal times.
#include "sim/sweep/baseline.hpp"

#include <cmath>
#include <filesystem>

#include "core/base/error.hpp"
#include "core/base/random.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/sweep/rows.hpp"

using namespace taubar;
using namespace taubar::sweep;

namespace {

using Moments = std::vector<std::optional<double>>;

std::vector<RunRow> one_point(const Moments& times, std::int64_t first_seed = 1) {
  std::vector<RunRow> rows;
  for (std::size_t i = 0; i < times.size(); ++i)
    rows.push_back(row_at(0, scaling_point(4, "a"), first_seed + static_cast<std::int64_t>(i), times[i]));
  return rows;
}

BaselineComparison against(const std::vector<RunRow>& before, const std::vector<RunRow>& now) {
  const SweepSpec spec = scaling_spec();
  return compare_with_baseline(spec, points_of(now), baseline_of(spec, before), "old.json");
}

Change only_change(const std::vector<RunRow>& before, const std::vector<RunRow>& now) {
  const auto comparison = against(before, now);
  REQUIRE(comparison.changes.size() == 1);
  return comparison.changes.front();
}

bool alarm(const BaselineComparison& comparison) {
  return std::any_of(comparison.changes.begin(), comparison.changes.end(),
                     [](const Change& change) { return change.outcome == Decision::fails; });
}

/// Two methods at 4, 8 and 16 agents, 5 seeds: T = 24/n · factor · exp(spread · normal).
std::vector<RunRow> noisy_sweep(Stream& stream, std::int64_t first_seed, double factor, double spread) {
  std::vector<RunRow> rows;
  for (const int n : {4, 8, 16})
    for (const char* kind : {"a", "b"})
      for (std::int64_t seed = first_seed; seed < first_seed + 5; ++seed)
        rows.push_back(row_at(rows.empty() ? 0 : static_cast<std::int64_t>(rows.size()) / 5, scaling_point(n, kind), seed,
                              24.0 / n * factor * std::exp(spread * stream.normal())));
  return rows;
}

}  // namespace

TEST_CASE("a baseline is read back as it was written, sorted, with those who never arrived") {
  std::vector<RunRow> rows;
  add_runs(rows, scaling_point(8, "b"), {1.0 / 3, std::nullopt});
  add_runs(rows, scaling_point(4, "a"), {2.0, 5e-324});
  const auto written = baseline_of(scaling_spec(), rows);
  const auto text = baseline_text(written);
  const auto read = baseline_from(text, "old.json");
  CHECK(baseline_text(read) == text);
  CHECK(read.figure == "time_to(suboptimality, 0.01)");
  REQUIRE(read.points.size() == 2);
  CHECK(read.points[0].parameters.at("/algorithm/kind") == "a");
  CHECK(read.points[0].runs[1].value == 5e-324);
  CHECK(read.points[1].runs[0].value == 1.0 / 3);
  CHECK_FALSE(read.points[1].runs[1].value);
  CHECK(read.points[1].runs[1].until == 30);
}

TEST_CASE("a baseline's file is whole, and one that nobody wrote is declined with its place") {
  const auto path = (std::filesystem::temp_directory_path() / "taubar_test_baseline.json").string();
  write_baseline(path, baseline_of(scaling_spec(), one_point({1.0, 2.0})));
  CHECK(read_baseline(path).points.size() == 1);
  std::filesystem::remove(path);
  const auto complaint = [](const std::string& text) {
    try {
      baseline_from(text, "old.json");
    } catch (const InputError& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  const std::string head = R"({"format": 1, "sweep": "s", "figure": "/f", "points": )";
  CHECK(complaint(R"({"format": 2})") == "old.json:1:12: /format: is the number 2, and this program reads format 1; accepted is what "
                                         "--update-baseline writes");
  CHECK(complaint("[]").find("where an object is meant") != std::string::npos);
  CHECK(complaint(head + "[]}").find("/points") != std::string::npos);
  CHECK(complaint(head + R"([{"parameters": {}, "values": {"one": 1}}]})").find("\"one\" is no seed") != std::string::npos);
  CHECK(complaint(head + R"([{"parameters": {}, "values": {"1": "x"}}]})").find("where a number or null is meant") != std::string::npos);
  CHECK(complaint(head + R"([{"parameters": {}, "values": {"1": 1}}, {"parameters": {}, "values": {"1": 1}}]})").find("earlier point") !=
        std::string::npos);
}

TEST_CASE("a baseline leaves nothing out and is of one figure") {
  auto rows = one_point({1.0, 2.0});
  rows[1] = ended_as(rows[1], Status::timed_out, "beyond 10 s");
  CHECK_THROWS_AS(baseline_of(scaling_spec(), rows), InputError);
  SweepSpec other = scaling_spec();
  const auto baseline = baseline_of(other, one_point({1.0}));
  other.report->y = "time_to(suboptimality, 0.02)";
  CHECK_THROWS_WITH(compare_with_baseline(other, points_of(one_point({1.0})), baseline, "old.json"),
                    "old.json: holds time_to(suboptimality, 0.01), but report.y of this sweep is time_to(suboptimality, 0.02); a new one is "
                    "made with --update-baseline old.json");
  other.report.reset();
  CHECK_THROWS_AS(baseline_of(other, one_point({1.0})), InputError);
}

TEST_CASE("equal figures of the same seeds are no change, even of one seed, and a change of one seed is inconclusive") {
  CHECK(only_change(one_point({1.0}), one_point({1.0})).outcome == Decision::holds);
  const auto change = only_change(one_point({1.0}), one_point({1.5}));
  CHECK(change.outcome == Decision::inconclusive);
  CHECK(change.why.find("at least 2") != std::string::npos);
}

TEST_CASE("the same seeds are paired: times that all grew by one in a thousand are an alarm, whatever their spread") {
  const Moments before{1.0, 3.0, 10.0};
  Moments after;
  for (const auto& time : before) after.push_back(*time * 1.001);
  const auto change = only_change(one_point(before), one_point(after));
  CHECK(change.how == Change::How::paired);
  CHECK(change.outcome == Decision::fails);
  CHECK(*change.change == Approx(1.001).epsilon(1e-12));
}

TEST_CASE("log ratios log 2 · (1, 2, 3, 4, 5) have the interval 2^(3 ± t √(2.5/5)), t of 4 degrees of freedom at 99.95 %") {
  // t(p; 4) = 2 √(cos(acos(√a)/3)/√a − 1), a = 4p(1−p)  (Shaw, Journal of Computational Finance 9, 2006)
  const double p = 1 - 0.001 / 4, a = 4 * p * (1 - p);
  const double t = 2 * std::sqrt(std::cos(std::acos(std::sqrt(a)) / 3) / std::sqrt(a) - 1);
  const auto change = only_change(one_point({1.0, 1.0, 1.0, 1.0, 1.0}), one_point({2.0, 4.0, 8.0, 16.0, 32.0}));
  CHECK(std::log2(change.interval->low) == Approx(3 - t * std::sqrt(0.5)).epsilon(1e-9));
  CHECK(std::log2(change.interval->high) == Approx(3 + t * std::sqrt(0.5)).epsilon(1e-9));
  CHECK(change.level == 0.999);  // half of the risk goes to Welch's interval, here the same
  CHECK(change.outcome == Decision::holds);
}

TEST_CASE("the same seeds under a program that draws other noise are told apart as well as other seeds nearly") {
  const auto change = only_change(one_point({1.0, 1.2, 1.4, 1.6, 1.8}), one_point({1.8, 1.6, 1.4, 1.2, 1.0}));
  CHECK(change.how == Change::How::unpaired);
  CHECK(change.outcome == Decision::holds);
}

TEST_CASE("other seeds are compared by Welch's interval of logs") {
  const auto change = only_change(one_point({1.0, 2.0, 4.0}, 1), one_point({8.0, 16.0, 32.0}, 11));
  CHECK(change.how == Change::How::unpaired);
  CHECK(*change.change == Approx(8).epsilon(1e-12));
  // t(0.9995; 4) = 8.6103, standard error log 2 · √(1/3 + 1/3)
  CHECK(std::log2(change.interval->high) == Approx(3 + 8.6103 * std::sqrt(2.0 / 3)).epsilon(1e-4));
}

TEST_CASE("figures that vary on neither side: an alarm with the same seeds, and with other seeds where chance would hardly part them so") {
  const Moments two(5, 2.0), three(5, 3.0), eight_twos(8, 2.0), eight_threes(8, 3.0);
  CHECK(only_change(one_point(two), one_point(three)).outcome == Decision::fails);
  CHECK(only_change(one_point(two), one_point(two, 11)).outcome == Decision::holds);
  CHECK(only_change(one_point(two), one_point(three, 11)).outcome == Decision::inconclusive);             // 2 of 252
  CHECK(only_change(one_point(eight_twos), one_point(eight_threes, 11)).outcome == Decision::fails);  // 2 of 12,870
}

TEST_CASE("runs that never arrive have their times cut off where they were given up, on both sides") {
  const Moments before{10.0, 11.0, 9.0, 10.5, 9.5}, never(5, std::nullopt);
  const auto change = only_change(one_point(before), one_point(never, 11));
  CHECK(change.outcome == Decision::fails);
  CHECK(change.mean_now == Approx(30).epsilon(1e-12));
  CHECK(change.cut_off == "never in 0 of 5 before, 5 of 5 now; times cut off at 30 s");
  CHECK(only_change(one_point(never), one_point(never)).outcome == Decision::holds);
  const Moments often{10.0, std::nullopt, 9.0, std::nullopt, 11.0};
  CHECK(only_change(one_point(often), one_point({std::nullopt, 10.5, 9.5, 10.0, std::nullopt}, 11)).outcome == Decision::holds);
}

TEST_CASE("a figure that is no longer there for any seed is an alarm, and for one seed inconclusive") {
  SweepSpec spec = scaling_spec();
  spec.report->y = "final(suboptimality)";
  const auto before = one_point({1.0, 2.0, 3.0, 4.0});
  auto now = before;
  const auto outcome = [&] {
    return compare_with_baseline(spec, points_of(now), baseline_of(spec, before), "old.json").changes.front().outcome;
  };
  CHECK(outcome() == Decision::holds);
  now[0].summary.erase("final");
  CHECK(outcome() == Decision::inconclusive);
  for (auto& row : now) row.summary.erase("final");
  CHECK(outcome() == Decision::fails);
}

TEST_CASE("figures that may be 0 are compared by differences") {
  SweepSpec spec = scaling_spec();
  spec.report->y = "/idle_share";
  auto before = one_point({1.0, 2.0, 3.0}), now = before;
  for (std::size_t i = 0; i < 3; ++i) {
    before[i].summary["idle_share"] = 0.0;
    now[i].summary["idle_share"] = 0.25;
  }
  const auto change = compare_with_baseline(spec, points_of(now), baseline_of(spec, before), "old.json").changes.front();
  CHECK_FALSE(change.relative);
  CHECK(*change.change == 0.25);
  CHECK(change.outcome == Decision::fails);
}

TEST_CASE("points that are gone are inconclusive, and new ones are told") {
  std::vector<RunRow> before, now;
  add_runs(before, scaling_point(4, "a"), {1.0, 2.0});
  add_runs(before, scaling_point(8, "a"), {1.0, 2.0});
  add_runs(now, scaling_point(4, "a"), {1.0, 2.0});
  add_runs(now, scaling_point(16, "a"), {1.0, 2.0});
  const auto comparison = against(before, now);
  REQUIRE(comparison.changes.size() == 2);
  CHECK(comparison.changes[0].outcome == Decision::holds);
  CHECK(comparison.changes[1].outcome == Decision::inconclusive);
  REQUIRE(comparison.fresh.size() == 1);
  CHECK(comparison.fresh[0].at("/topology/agents") == 16);
}

TEST_CASE("a parameter 4 of the file is the 4.0 of a sweep") {
  auto rows = one_point({1.0, 2.0});
  const auto before = rows;
  for (auto& row : rows) {
    auto parameters = *row.parameters;
    parameters["/topology/agents"] = 4.0;
    row.parameters = std::make_shared<const Parameters>(parameters);
  }
  CHECK(against(before, rows).changes.front().outcome == Decision::holds);
}

TEST_CASE("noise alone, 300 sweeps of 6 points with other seeds, gives an alarm in at most 2 of the first 100, and 3 of all") {
  Stream stream(1, Purpose::test);
  int alarms = 0;
  for (int trial = 0; trial < 300; ++trial) {
    const double spread = trial % 2 == 0 ? 0.05 : 0.3;
    const auto before = noisy_sweep(stream, 1, 1, spread);
    alarms += alarm(against(before, noisy_sweep(stream, 101, 1, spread)));
    if (trial == 99) CHECK(alarms <= 2);
  }
  CHECK(alarms <= 3);  // at most 0.3 expected: 4 or more once in 3,000
}

TEST_CASE("times halved or doubled by a step size, 6 points and 5 other seeds of spread 15 %, are caught in at least 95 of 100 sweeps") {
  Stream stream(2, Purpose::test);
  int halved = 0, doubled = 0;
  for (int trial = 0; trial < 100; ++trial) {
    const auto before = noisy_sweep(stream, 1, 1, 0.15);
    halved += alarm(against(before, noisy_sweep(stream, 101, 0.5, 0.15)));
    doubled += alarm(against(before, noisy_sweep(stream, 101, 2, 0.15)));
  }
  CHECK(halved >= 95);
  CHECK(doubled >= 95);
}
