#include "sim/report/figures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/base/math.hpp"

namespace taubar::report {

using config::Json;

Json finite_or_null(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }
Json finite_or_null(const std::optional<double>& value) {
  return value ? finite_or_null(*value) : Json(nullptr);
}

Json final_values(const trace::Trace& trace) {
  Json final = Json::object();
  for (const auto& [name, value] : trace.final) final[name] = finite_or_null(value);
  return final;
}

Json reference_values(const experiment::Structure& s) {
  if (!s.reference) return nullptr;
  return {{"objective", finite_or_null(s.goal.factor * s.reference->objective)},
          {"gradient_norm", finite_or_null(s.goal.factor * s.reference->gradient_norm)},
          {"iterate_norm", finite_or_null(s.reference->minimiser.norm())}};
}

std::string Level::key() const { return fmt::format("{:g}", value); }

std::vector<Level> levels(const experiment::Scenario& scenario,
                          const std::vector<const trace::Trace*>& traces) {
  std::vector<Level> all;
  const auto add = [&](const std::string& metric, double value) {
    const Level level{metric, value};
    const bool there = std::any_of(
        all.begin(), all.end(), [&](const Level& l) { return l.metric == metric && l.key() == level.key(); });
    if (!there) all.push_back(level);
  };
  for (const char* metric : {"suboptimality", "distance", "consensus_error"})
    for (int decade = 2; decade >= -14; --decade) {
      const double level = math::pow(10.0, decade);
      const auto passes = [&](const trace::Trace* trace) {
        return trace->time_to(metric, level).value_or(0) > 0;
      };
      if (std::any_of(traces.begin(), traces.end(), passes)) add(metric, level);
    }
  for (const auto& expect : scenario.expect)
    if (expect.time_to)
      for (const auto& [metric, level] : expect.time_to->levels) add(metric, level);
  if (scenario.stop.target)
    for (const auto& [metric, level] : scenario.stop.target->levels) add(metric, level);
  return all;
}

Json times_to(const std::vector<Level>& levels, const trace::Trace& trace) {
  Json all = Json::object();
  for (const auto& level : levels)
    all[level.metric][level.key()] = finite_or_null(trace.time_to(level.metric, level.value));
  return all;
}

}  // namespace taubar::report
