#include "sim/report/summary.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "sim/report/figures.hpp"
#include "sim/report/replay_files.hpp"
#include "sim/report/sampling.hpp"

namespace taubar::report {
namespace {

using config::Json;

Json updates_by_agent(const std::vector<std::int64_t>& steps) {
  if (steps.empty()) return nullptr;
  const auto [min, max] = std::minmax_element(steps.begin(), steps.end());
  const auto sum = std::accumulate(steps.begin(), steps.end(), std::int64_t{0});
  return {{"min", *min}, {"mean", static_cast<double>(sum) / static_cast<double>(steps.size())}, {"max", *max}};
}

Json staleness(const trace::Staleness& s) {
  Json histogram = Json::array();
  for (int b = 0; b < trace::Staleness::bins; ++b)
    if (s.in_bin(b) > 0) histogram.push_back({trace::Staleness::lower_end(b), s.in_bin(b)});
  return {{"mean", s.mean()},           {"max", s.max()},
          {"median", s.quantile(0.5)},  {"quantile_99", s.quantile(0.99)},
          {"messages", s.count()},      {"histogram", histogram}};
}

Json server(const trace::ServerFigures& s) {
  return {{"updates", s.updates},
          {"applied", s.applied},
          {"dropped", s.dropped},
          {"delay", {{"mean", s.mean_delay()}, {"max", s.delay_max}}},
          {"in_flight", s.in_flight},
          {"age", {{"sum", s.age_sum}, {"max", s.age_max}}},
          {"concurrency", {{"mean", s.mean_concurrency()}, {"max", s.concurrency_max}}}};
}

Json visits(const trace::VisitFigures& figures, const std::vector<std::int64_t>& steps) {
  return {{"total_variation", figures.total_variation},
          {"mean_square_error", figures.mean_square_error},
          {"by_agent", steps}};
}

Json recovery(const trace::TokenFigures& f, const trace::Trace& trace) {
  return {{"regenerated", f.regenerated},
          {"dropped_copies", f.dropped_copies},
          {"repeated_steps", trace.repeated_steps()},
          {"longest_absence", to_seconds(f.longest_absence)},
          {"acknowledgements", f.acknowledgements},
          {"acknowledgement_bytes", f.acknowledgements * agent::message_bytes(0)}};
}

Json news(const trace::TokenFigures& f) {
  return {{"messages", f.news}, {"late", f.late_news}, {"bytes", f.news * agent::message_bytes(1)}};
}

Json floor(const trace::FloorDistance& f) {
  return {{"gradients", f.gradients}, {"seconds", f.seconds}, {"ratio", finite_or_null(f.ratio())}};
}

Json divergence(const trace::Trace& trace) {
  if (!trace.divergence) return nullptr;
  Json last_finite = nullptr;
  for (const auto& record : trace.records) {
    bool finite = true;
    for (double v : record.values) finite = finite && std::isfinite(v);
    if (finite) last_finite = to_seconds(record.time);
  }
  return {{"agent", trace.divergence->agent},
          {"virtual_time", to_seconds(trace.divergence->time)},
          {"last_finite_record", last_finite},
          {"explanation", trace.divergence->explanation}};
}

/// With the first crash, which is what a stalled run waits for.
Json faults(const trace::FaultFigures& f) {
  Json json{{"crashes", f.crashes}, {"recoveries", f.recoveries}, {"lost_steps", f.lost_steps}, {"lost_messages", f.lost_messages}};
  if (f.crashes > 0) json["first_crash"] = {{"agent", f.first_agent}, {"virtual_time", to_seconds(f.first_crash)}};
  return json;
}

}  // namespace

Json summary(const experiment::Experiment& e, const trace::Trace& trace,
             const std::vector<experiment::Verdict>& verdicts) {
  const auto& scenario = e.scenario;
  const auto constants = e.problem->constants();
  Json json;
  json["name"] = scenario.name;
  json["seed"] = scenario.seed;
  json["algorithm"] = scenario.algorithm.kind;
  json["agents"] = e.agents();
  json["links"] = e.topology.graph.links();
  json["dimension"] = e.problem->dimension();
  json["stopped_by"] = trace::name(trace.stopped_by);
  json["virtual_time"] = to_seconds(trace.end);
  json["wall_time"] = trace.wall_seconds;
  if (trace.record_halvings > 0) json["record_halvings"] = trace.record_halvings;
  json["events"] = trace.events;
  json["events_per_second"] =
      trace.wall_seconds > 0 ? finite_or_null(static_cast<double>(trace.events) / trace.wall_seconds) : Json(nullptr);
  json["updates"] = trace.counts.updates;
  json["updates_by_agent"] = updates_by_agent(trace.steps);
  json["gradients"] = trace.counts.gradients;
  json["messages"] = trace.counts.messages;
  json["bytes"] = trace.counts.bytes;
  json["messages_lost"] = trace.counts.lost;
  json["messages_duplicated"] = trace.counts.duplicated;
  json["messages_in_flight"] = trace.counts.in_flight();
  if (trace.faults) json["faults"] = faults(*trace.faults);
  json["idle_share"] = trace.idle_share;
  json["k"] = trace.k;
  json["tau_proc"] = trace.tau_proc;
  json["tau_msg"] = trace.tau_msg;
  json["tau_bar"] = trace.tau_bar;
  json["staleness"] = staleness(trace.staleness);
  if (trace.server) json["server"] = server(*trace.server);
  if (trace.visits) json["visits"] = visits(*trace.visits, trace.steps);
  if (const auto& f = trace.token_figures; f && f->keeps_visits) json["news"] = news(*f);
  if (const auto& f = trace.token_figures; f && f->recovers) json["recovery"] = recovery(*f, trace);
  if (trace.sampling) json["sampling"] = sampling_json(*trace.sampling);
  if (trace.floor) json["floor"] = floor(*trace.floor);
  json["minimum_weight"] = finite_or_null(trace.minimum_weight);
  json["rate_bias"] = {{"expected", finite_or_null(trace.rate_bias_expected)}, {"measured", finite_or_null(trace.rate_bias_measured)}};
  json["smoothness"] = finite_or_null(e.goal.factor * constants.smoothness);
  json["strong_convexity"] = finite_or_null(e.goal.factor * constants.strong_convexity);
  json["reference"] = reference_values(*e.structure);
  json["final"] = final_values(trace);
  json["time_to"] = times_to(levels(scenario, {&trace}), trace);
  json["fingerprint"] = trace.replay ? Json(nullptr) : Json(fmt::format("{:016x}", trace.fingerprint));
  if (trace.replay) json["replay"] = replay_summary(*trace.replay);
  if (!trace.failure.empty()) json["failure"] = trace.failure;
  if (trace.divergence) json["divergence"] = divergence(trace);
  json["expectations"] = verdict_json(verdicts);
  return json;
}

Json verdict_json(const std::vector<experiment::Verdict>& verdicts) {
  Json json = Json::array();
  for (const auto& verdict : verdicts)
    json.push_back(
        {{"expectation", verdict.expectation}, {"measured", finite_or_null(verdict.measured)}, {"holds", verdict.holds},
         {"outcome", verdict.outcome()}});
  return json;
}

std::string metrics_csv(const trace::Trace& trace) {
  std::string csv = "time,updates,gradients,messages,bytes";
  for (const auto& metric : trace.metrics) csv += "," + metric;
  csv += "\n";
  for (const auto& record : trace.records) {
    csv += fmt::format("{},{},{},{},{}", to_seconds(record.time), record.counts.updates, record.counts.gradients,
                       record.counts.messages, record.counts.bytes);
    for (double value : record.values) csv += fmt::format(",{}", value);
    csv += "\n";
  }
  return csv;
}

}  // namespace taubar::report
