// Comparisons of groups: who is paired with whom, ratios against hand-computed ones, and what runs that never arrive count for.
#include "sim/sweep/comparison.hpp"

#include <cmath>

#include "core/base/random.hpp"
#include "sim/sweep/checks.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/sweep/rows.hpp"

using namespace taubar;
using namespace taubar::sweep;

namespace {

using Times = std::vector<std::optional<double>>;

ComparisonSpec a_against_b(std::optional<double> at_most, std::optional<double> at_least = std::nullopt) {
  return {"time_to(suboptimality, 0.01)", {{"/algorithm/kind", "a"}}, {{"/algorithm/kind", "b"}}, at_most, at_least};
}

Comparison compared(const Times& a, const Times& b, const ComparisonSpec& asked) {
  std::vector<RunRow> rows;
  add_runs(rows, scaling_point(4, "a"), a);
  add_runs(rows, scaling_point(4, "b"), b);
  return compare_groups(scaling_spec({4}), asked, points_of(rows));
}

}  // namespace

TEST_CASE("ratios 1/4, 1/2 and 1 have geometric mean 1/2 and Student's interval exp(−log 2 ± 4.3027 log 2/√3)") {
  const auto c = compared({1.0, 2.0, 8.0}, {4.0, 4.0, 8.0}, a_against_b(0.5));
  const double half = 4.302653 * std::log(2.0) / std::sqrt(3.0);
  CHECK(*c.over.ratio() == Approx(0.5).epsilon(1e-12));
  CHECK(c.over.interval()->low == Approx(0.5 * std::exp(-half)).epsilon(1e-6));
  CHECK(c.over.interval()->high == Approx(0.5 * std::exp(half)).epsilon(1e-6));
  CHECK(c.verdict.outcome == Decision::inconclusive);
  CHECK(c.verdict.message.find("too near") != std::string::npos);  // the limit is the ratio itself
}

TEST_CASE("pairing takes out what seeds have in common: a ratio of 0.8 is certain although times vary by a factor of 10") {
  const Times b{1.0, 3.0, 10.0};
  Times a;
  for (std::size_t i = 0; i < 3; ++i) a.push_back(0.8 * *b[i]);
  const auto c = compared(a, b, a_against_b(0.81));
  CHECK(c.verdict.outcome == Decision::holds);
  CHECK(compared(a, b, a_against_b(0.79)).verdict.outcome == Decision::fails);
  CHECK(compared(a, b, a_against_b(std::nullopt, 0.79)).verdict.outcome == Decision::holds);
  CHECK(compared(a, b, a_against_b(std::nullopt, 0.81)).verdict.outcome == Decision::fails);
}

TEST_CASE("a ratio of exactly one half with every seed is at most one half") {
  const auto c = compared({0.7, 1.1, 1.3}, {1.4, 2.2, 2.6}, a_against_b(0.5, 0.5));
  CHECK(c.verdict.outcome == Decision::holds);
  CHECK(c.over.interval()->low == c.over.interval()->high);
}

TEST_CASE("an inconclusive comparison says how many seeds would about decide") {
  const auto c = compared({1.0, 1.1, 0.9, 1.05}, {2.0, 2.0, 2.0, 2.0}, a_against_b(0.55));
  CHECK(c.verdict.outcome == Decision::inconclusive);
  const double half = (c.over.logs->high - c.over.logs->low) / 2, gap = std::log(0.55) - *c.over.log;
  CHECK(c.verdict.message.find("about " + std::to_string(static_cast<int>(std::ceil(4 * half * half / gap / gap))) + " seeds would decide") !=
        std::string::npos);
}

TEST_CASE("one seed is judged by its value, and says so") {
  const auto c = compared({1.0}, {4.0}, a_against_b(0.5));
  CHECK(c.verdict.outcome == Decision::holds);
  CHECK_FALSE(c.verdict.interval);
  CHECK(c.verdict.message == "ratio 0.25, over 1 seed (1); judged by its value: one seed has no interval");
  CHECK(compared({4.0}, {4.0}, a_against_b(0.5)).verdict.outcome == Decision::fails);
  CHECK(compared({std::nullopt}, {std::nullopt}, a_against_b(0.5)).verdict.outcome == Decision::inconclusive);
}

TEST_CASE("with runs that never arrive the median is judged, from 6 seeds on") {
  const Times ones(6, 1.0), fives(6, 5.0), never(6, std::nullopt);
  CHECK(compared(ones, never, a_against_b(0.5)).verdict.outcome == Decision::holds);
  CHECK(compared(never, ones, a_against_b(0.5)).verdict.outcome == Decision::fails);
  CHECK(compared(never, never, a_against_b(0.5)).verdict.outcome == Decision::inconclusive);
  Times most = fives;
  most[0] = std::nullopt;
  const auto c = compared(ones, most, a_against_b(0.5));
  CHECK(c.over.of_median);
  CHECK(*c.over.ratio() == Approx(0.2).epsilon(1e-12));
  CHECK(c.over.interval()->low == 0);
  CHECK(c.over.interval()->high == Approx(0.2).epsilon(1e-12));
  CHECK(c.verdict.outcome == Decision::holds);
  const Times five(5, 1.0), five_never(5, std::nullopt);
  CHECK(compared(five, five_never, a_against_b(0.5)).verdict.outcome == Decision::inconclusive);
  CHECK(compared(five, five_never, a_against_b(0.5)).verdict.message.find("takes 6 seeds") != std::string::npos);
  CHECK(compared(five_never, five, a_against_b(0.5)).verdict.outcome == Decision::fails);  // on the wrong side with every seed
}

TEST_CASE("where neither side arrives the ratio counts for both sides") {
  Times a(7, 1.0), b(7, 5.0);
  a[0] = b[0] = std::nullopt;
  const auto c = compared(a, b, a_against_b(0.5));
  CHECK(c.over.unknown == 1);
  CHECK(c.over.interval()->low == 0);
  CHECK(std::isinf(c.over.interval()->high));
  CHECK(c.verdict.outcome == Decision::inconclusive);
}

TEST_CASE("two times of 0 have ratio 1, and a time of 0 is infinitely less than any other") {
  CHECK(*compared({0.0}, {0.0}, a_against_b(1)).over.ratio() == 1);
  CHECK(*compared({0.0}, {2.0}, a_against_b(1)).over.ratio() == 0);
  CHECK(std::isinf(*compared({2.0}, {0.0}, a_against_b(1)).over.ratio()));
}

TEST_CASE("over 2 sizes one number a seed is judged, the mean over the sizes, with as many degrees of freedom as seeds but one") {
  std::vector<RunRow> rows;
  add_runs(rows, scaling_point(4, "a"), {1.0, 2.0});
  add_runs(rows, scaling_point(4, "b"), {4.0, 4.0});  // ratios 1/4, 1/2
  add_runs(rows, scaling_point(8, "a"), {1.0, 4.0});
  add_runs(rows, scaling_point(8, "b"), {1.0, 2.0});  // ratios 1, 2
  const auto c = compare_groups(scaling_spec(), a_against_b(10), points_of(rows));
  REQUIRE(c.by_point.size() == 2);
  CHECK(c.along == std::vector<std::string>{"/topology/agents"});
  CHECK(*c.by_point[0].over.ratio() == Approx(std::sqrt(0.125)).epsilon(1e-12));
  CHECK(*c.by_point[1].over.ratio() == Approx(std::sqrt(2.0)).epsilon(1e-12));
  // by seed: √(1/4 · 1) = 1/2 and √(1/2 · 2) = 1; t(0.975; 1) = tan(0.475 π) = 12.7062
  CHECK(*c.over.ratio() == Approx(std::sqrt(0.5)).epsilon(1e-12));
  CHECK(std::log(c.over.interval()->high / *c.over.ratio()) == Approx(12.7062 * std::log(2.0) / 2).epsilon(1e-5));
  CHECK(c.over.seeds == 2);
}

TEST_CASE("a failed run fails a comparison, and one that is missing leaves it inconclusive") {
  std::vector<RunRow> rows;
  add_runs(rows, scaling_point(4, "a"), {1.0, 1.0, 1.0});
  add_runs(rows, scaling_point(4, "b"), {4.0, 4.0, 4.0});
  auto crashed = rows;
  crashed[1] = ended_as(crashed[1], Status::crashed, "signal 11");
  const auto c = compare_groups(scaling_spec({4}), a_against_b(0.5), points_of(crashed));
  CHECK(c.verdict.outcome == Decision::fails);
  CHECK(c.verdict.message.find("the run with seed 2 failed") != std::string::npos);
  CHECK(c.verdict.commands == std::vector<std::string>{"taubar run base.json --set /algorithm/kind=a --set /topology/agents=4 --seed 2"});
  rows[1].status = Status::pending;
  const auto pending = compare_groups(scaling_spec({4}), a_against_b(0.5), points_of(rows));
  CHECK(pending.verdict.outcome == Decision::inconclusive);
  CHECK(pending.seeds == std::vector<std::int64_t>{1, 3});
}

TEST_CASE("step sizes tuned for each method in a zip do not keep methods from being paired") {
  SweepSpec spec = scaling_spec({4});
  spec.grid = {{"/topology/agents", {4, 8}}};
  spec.zip = {{"/algorithm/kind", {"a", "b"}}, {"/algorithm/step_size", {1, 2}}};
  std::vector<RunRow> rows;
  for (const int n : {4, 8})
    for (const auto& [kind, step, time] : {std::tuple{"a", 1, 2.0}, std::tuple{"b", 2, 8.0}})
      add_runs(rows, {{"/topology/agents", n}, {"/algorithm/kind", kind}, {"/algorithm/step_size", step}}, {time, 1.1 * time});
  const auto points = points_of(rows);
  const auto c = compare_groups(spec, a_against_b(0.5), points);
  CHECK(c.by_point.size() == 2);
  CHECK(c.unpaired_by == std::vector<std::string>{"/algorithm/step_size"});
  CHECK(*c.over.ratio() == Approx(0.25).epsilon(1e-12));
  CHECK(telling_pointers(spec, points) == std::vector<std::string>{"/topology/agents", "/algorithm/kind"});
}

TEST_CASE("a comparison that cannot be made is found in the file: groups by other pointers, values that no run has") {
  SweepSpec spec = scaling_spec();
  spec.report->speedup_against = 5.0;
  spec.report->group = "/algorithm/kinds";
  spec.comparisons = {a_against_b(0.5), a_against_b(std::nullopt), a_against_b(-1)};
  spec.comparisons[0].of["/topology/agents"] = 16;
  spec.comparisons[1].to["/algorithm/kind"] = "a";
  spec.expectations = {{"final(nothing)", {}, 1.0, std::nullopt, {}}, {"final(distance)", {}, std::nullopt, std::nullopt, {2, 1}}};
  std::vector<std::string> places;
  for (const auto& misfit : analysis_misfits(spec)) places.push_back(misfit.pointer);
  CHECK(places == std::vector<std::string>{"/report/group", "/report/speedup_against", "/expect/0/of/~1topology~1agents", "/expect/0/to",
                                           "/expect/1/to", "/expect/1", "/expect/2/at_most", "/expect/3/figure", "/expect/4/within"});
  CHECK(analysis_misfits(scaling_spec()).empty());
}

TEST_CASE("a 95 % verdict at the true ratio is wrong in at most 5 of 100 of 1,000 comparisons of log-normal times") {
  Stream stream(5, Purpose::test);
  int fails = 0, holds = 0;
  for (int trial = 0; trial < 1000; ++trial) {
    std::vector<LogRatio> ratios;
    for (int seed = 0; seed < 5; ++seed) {
      const double log = std::log(0.5) + 0.3 * stream.normal();
      ratios.push_back({log, log});
    }
    std::string why;
    const auto outcome = judge_ratio(ratio_over_seeds(ratios, 0.95), ratios, {0.5, std::nullopt}, why);
    fails += outcome == Decision::fails;
    holds += outcome == Decision::holds;
  }
  // Each side: binomial with 1,000 and 0.025, mean 25, four standard deviations 20.
  CHECK(fails <= 45);
  CHECK(holds <= 45);
  CHECK(fails + holds >= 20);
}
