// Rows by hand: a sweep of methods and sizes whose runs reached the level when the test says.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "sim/sweep/sweep_spec.hpp"

namespace taubar::sweep {

/// A run that reached suboptimality 0.01 then, or was given up at 30 s.
inline RunRow row_at(std::int64_t point, const Parameters& parameters, std::int64_t seed, std::optional<double> time) {
  RunRow row;
  row.point = point;
  row.seed = seed;
  row.parameters = std::make_shared<const Parameters>(parameters);
  row.status = Status::done;
  row.summary = {{"virtual_time", time.value_or(30)}, {"final", {{"suboptimality", time ? 0.01 : 0.5}}}, {"idle_share", 0.25}};
  row.descents["suboptimality"] = {{0, 1}};
  if (time && *time > 0) row.descents["suboptimality"].push_back({*time, 0.01});
  if (time && *time == 0) row.descents["suboptimality"] = {{0, 0.01}};
  return row;
}

inline RunRow ended_as(RunRow row, Status status, const std::string& error) {
  row.status = status;
  row.exit_code = 3;
  row.error = error;
  row.summary = nullptr;
  row.descents.clear();
  return row;
}

/// algorithm kinds a and b by agents 4, 8, …, reported as time to 0.01 along the agents.
inline SweepSpec scaling_spec(const std::vector<int>& agents = {4, 8}) {
  SweepSpec spec;
  spec.name = "scaling";
  spec.scenario_file = "base.json";
  spec.grid = {{"/topology/agents", {}}, {"/algorithm/kind", {"a", "b"}}};
  for (const int n : agents) spec.grid[0].values.push_back(n);
  spec.seeds = {1, 3};
  spec.report = ReportSpec{"/topology/agents", "time_to(suboptimality, 1e-2)", "/algorithm/kind", 4.0};
  return spec;
}

inline Parameters scaling_point(int agents, const std::string& kind) {
  return {{"/topology/agents", agents}, {"/algorithm/kind", kind}};
}

/// Appends a run a seed, from 1 on.
inline void add_runs(std::vector<RunRow>& rows, const Parameters& parameters, const std::vector<std::optional<double>>& times) {
  const std::int64_t point = rows.empty() ? 0 : rows.back().point + 1;
  for (std::size_t i = 0; i < times.size(); ++i)
    rows.push_back(row_at(point, parameters, static_cast<std::int64_t>(i) + 1, times[i]));
}

}  // namespace taubar::sweep
