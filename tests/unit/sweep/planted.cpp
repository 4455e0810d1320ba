// A planted regression in real runs: asynchronous gradient-push with twice the step size, against a baseline of other seeds.
#include <algorithm>

#include "core/base/linear_algebra.hpp"
#include "sim/sweep/baseline.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/scenario.hpp"
#include "tests/unit/sweep/rows.hpp"

using namespace taubar;
using namespace taubar::sweep;

namespace {

/// A run with that seed as its row: 8 agents on an exponential graph, whose steps take ½ s to 1½ s. The problem is that of
/// structure_seed, so that seeds draw times only.
RunRow real_row(const std::string& kind, std::int64_t point, std::int64_t seed, double step_size) {
  const auto walked = walk(R"({"topology": {"kind": "exponential", "agents": 8},
    "problem": {"kind": "quadratic", "dimension": 4, "condition_number": 4},
    "algorithm": {"kind": ")" + kind + R"(", "step_size": )" + std::to_string(step_size) + R"(},
    "compute": {"time": {"kind": "uniform", "low": 0.5, "high": 1.5}}, "network": {"latency": {"kind": "exponential", "mean": 0.1}},
    "stop": {"virtual_time": 200, "target": {"suboptimality": 0.02}}, "record": {"every": 0.5, "metrics": ["suboptimality"]},
    "structure_seed": 1, "seed": )" + std::to_string(seed) + "}");
  RunRow row = row_at(point, {{"/algorithm/kind", kind}}, seed, std::nullopt);
  row.summary["virtual_time"] = to_seconds(walked.trace.end);
  auto& descent = row.descents["suboptimality"];
  descent.clear();
  for (const auto& record : walked.trace.records)
    if (descent.empty() || record.values[0] < descent.back().second) descent.emplace_back(to_seconds(record.time), record.values[0]);
  return row;
}

std::vector<RunRow> real_sweep(std::int64_t first_seed, double step_size) {
  std::vector<RunRow> rows;
  for (std::int64_t seed = first_seed; seed < first_seed + 8; ++seed)
    rows.push_back(real_row("asynchronous_gradient_push", 0, seed, step_size));
  return rows;
}

bool gives_alarm(const std::vector<RunRow>& before, const std::vector<RunRow>& now) {
  SweepSpec spec = scaling_spec();
  spec.grid = {{"/algorithm/kind", {"asynchronous_gradient_push"}}};
  spec.report = ReportSpec{"", "time_to(suboptimality, 0.02)", "/algorithm/kind", std::nullopt};
  const auto changes = compare_with_baseline(spec, points_of(now), baseline_of(spec, before), "old.json").changes;
  return std::any_of(changes.begin(), changes.end(), [](const Change& change) { return change.outcome == Decision::fails; });
}

}  // namespace

TEST_CASE("a step size changed by 2 is caught in at least 95 of 100 sweeps of 8 real runs, and other seeds give an alarm in at most 2") {
  fix_linear_algebra();
  int caught = 0, false_alarms = 0;
  for (std::int64_t trial = 0; trial < 100; ++trial) {
    const auto before = real_sweep(1000 * trial + 1, 0.1);
    false_alarms += gives_alarm(before, real_sweep(1000 * trial + 101, 0.1));
    caught += gives_alarm(before, real_sweep(1000 * trial + 201, 0.2));
  }
  CHECK(caught >= 95);
  CHECK(false_alarms <= 2);
}
