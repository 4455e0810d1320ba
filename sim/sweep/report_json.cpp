#include <cmath>

#include "sim/report/figures.hpp"
#include "sim/sweep/report.hpp"

namespace taubar::sweep {
namespace {

using config::Json;
using report::finite_or_null;

Json parameters_json(const Parameters& parameters) {
  Json json = Json::object();
  for (const auto& [pointer, value] : parameters) json[pointer] = value;
  return json;
}

Json interval_json(const std::optional<law::Interval>& interval) {
  return interval ? Json{{"low", finite_or_null(interval->low)}, {"high", finite_or_null(interval->high)}} : Json(nullptr);
}

Json sample_json(const PointSample& each, double level) {
  const auto over = each.sample.over(level);
  return {{"parameters", parameters_json(*each.point.parameters)},
          {"runs", each.sample.runs()},
          {"with_figure", each.sample.values.size()},
          {"never", each.sample.never.size()},
          {"failed", each.sample.failed.size()},
          {"to_do", each.sample.pending.size()},
          {"mean", finite_or_null(over.mean)},
          {"deviation", finite_or_null(over.deviation)},
          {"interval", interval_json(over.of_mean)},
          {"median", finite_or_null(each.sample.median())},
          {"least", finite_or_null(over.least)},
          {"greatest", finite_or_null(over.greatest)}};
}

Json ratio_json(const RatioOverSeeds& over) {
  return {{"seeds", over.seeds},
          {"finite", over.finite},
          {"of", over.of_median ? "median" : "geometric mean"},
          {"ratio", finite_or_null(over.ratio())},
          {"interval", interval_json(over.interval())}};
}

Json figures_json(const SweepSpec& spec, const Analysis& analysis) {
  if (!analysis.figure) return nullptr;
  Json points = Json::array();
  for (std::size_t s = 0; s < analysis.series.size(); ++s)
    for (std::size_t i = 0; i < analysis.series[s].points.size(); ++i) {
      Json point = sample_json(*analysis.series[s].points[i], spec.confidence);
      if (!analysis.speedups.empty() && analysis.speedups[s][i]) point["speedup"] = ratio_json(*analysis.speedups[s][i]);
      points.push_back(std::move(point));
    }
  const auto best = [&](const PointSample* each) { return each ? sample_json(*each, spec.confidence) : Json(nullptr); };
  return {{"figure", analysis.figure->name()}, {"unit", analysis.figure->unit()}, {"points", points},
          {"least", best(analysis.least)},     {"greatest", best(analysis.greatest)}};
}

Json sweep_verdict_json(const Verdict& verdict) {
  return {{"kind", kind_name(verdict.kind)},      {"expectation", verdict.name},
          {"outcome", decision_name(verdict.outcome)}, {"holds", verdict.outcome == Decision::holds},
          {"message", verdict.message},           {"measured", finite_or_null(verdict.measured)},
          {"interval", interval_json(verdict.interval)}, {"level", verdict.level},
          {"seeds", verdict.seeds},               {"commands", verdict.commands}};
}

Json comparisons_json(const Analysis& analysis) {
  Json all = Json::array();
  for (const auto& comparison : analysis.comparisons) {
    Json points = Json::array();
    for (const auto& each : comparison.by_point) {
      Json point = ratio_json(each.over);
      point["parameters"] = parameters_json(each.parameters);
      points.push_back(std::move(point));
    }
    all.push_back({{"figure", comparison.figure.name()}, {"over", ratio_json(comparison.over)}, {"points", points}});
  }
  return all;
}

}  // namespace

Json report_json(const SweepSpec& spec, const Analysis& analysis) {
  Json statuses = Json::object();
  for (std::size_t s = 0; s < Analysis::statuses; ++s)
    if (analysis.by_status[s] > 0) statuses[std::string(name(static_cast<Status>(s)))] = analysis.by_status[s];
  Json verdicts = Json::array(), failed = Json::array();
  for (const auto& verdict : analysis.verdicts) verdicts.push_back(sweep_verdict_json(verdict));
  for (const RunRow* row : analysis.failed)
    failed.push_back({{"point", row->point},
                      {"seed", row->seed},
                      {"parameters", parameters_json(*row->parameters)},
                      {"status", name(row->status)},
                      {"error", row->error},
                      {"command", reproduction(spec, *row, analysis.run_options)}});
  return {{"name", spec.name},
          {"runs", analysis.runs},
          {"points", analysis.points.size()},
          {"seeds", analysis.seeds},
          {"status", statuses},
          {"confidence", spec.confidence},
          {"report", figures_json(spec, analysis)},
          {"comparisons", comparisons_json(analysis)},
          {"expectations", verdicts},
          {"failed", failed},
          {"exit_code", exit_code_of(analysis)}};
}

}  // namespace taubar::sweep
