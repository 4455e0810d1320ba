#include "sim/report/replicates.hpp"

#include <fmt/format.h>

#include <cmath>
#include <csignal>
#include <map>
#include <set>

#include "sim/experiment/cadence.hpp"
#include "sim/law/sample_covariance.hpp"
#include "sim/report/figures.hpp"
#include "sim/report/sampling.hpp"
#include "sim/report/summary.hpp"

namespace taubar::report {
namespace {

using config::Json;
using experiment::Replicate;
using experiment::Replicates;
using Records = std::vector<const trace::Record*>;

/// Where a summary has a figure, and the name under which it is measured.
constexpr std::pair<const char*, const char*> measured_at[] = {{"/virtual_time", "virtual_time"},
                                                               {"/updates", "updates"},
                                                               {"/gradients", "gradients"},
                                                               {"/messages", "messages"},
                                                               {"/bytes", "bytes"},
                                                               {"/messages_lost", "messages_lost"},
                                                               {"/idle_share", "idle_share"},
                                                               {"/tau_proc", "tau_proc"},
                                                               {"/tau_msg", "tau_msg"},
                                                               {"/tau_bar", "tau_bar"},
                                                               {"/staleness/mean", "staleness_mean"},
                                                               {"/staleness/max", "staleness_max"},
                                                               {"/server/updates", "server_updates"},
                                                               {"/server/dropped", "dropped"},
                                                               {"/floor/ratio", "floor_ratio"},
                                                               {"/minimum_weight", "minimum_weight"},
                                                               {"/rate_bias/measured", "rate_bias"},
    {"/visits/total_variation", "visit_distance"},
    {"/recovery/regenerated", "regenerated"},
    {"/recovery/repeated_steps", "repeated_steps"}};

template <class Value>
law::SampleStatistics over(const Replicates& runs, const Value& value) {
  std::vector<double> values;
  for (const Replicate* replicate : runs.sound())
    if (const std::optional<double> v = value(*replicate->trace); v && std::isfinite(*v))
      values.push_back(*v);
  return law::sample_statistics(values, runs.scenario.confidence);
}

std::set<std::string> final_names(const Replicates& runs) {
  std::set<std::string> names;
  for (const auto& replicate : runs.all)
    if (replicate.finished())
      for (const auto& [name, value] : replicate.trace->final) names.insert(name);
  return names;
}

std::vector<Level> levels_of(const Replicates& runs) {
  std::vector<const trace::Trace*> traces;
  for (const Replicate* replicate : runs.sound()) traces.push_back(&*replicate->trace);
  return levels(runs.scenario, traces);
}

/// Sets the value at a pointer; all on the way to it are objects.
void set_at(Json& json, const std::string& pointer, const Json& value) {
  Json* at = &json;
  for (std::size_t begin = 1, end; begin <= pointer.size(); begin = end + 1) {
    end = std::min(pointer.find('/', begin), pointer.size());
    at = &(*at)[pointer.substr(begin, end - begin)];
  }
  *at = value;
}

Json statistics_json(const law::SampleStatistics& s) {
  Json json = {{"count", s.count},
               {"mean", finite_or_null(s.mean)},
               {"sd", finite_or_null(s.deviation)},
               {"low", s.of_mean ? finite_or_null(s.of_mean->low) : Json(nullptr)},
               {"high", s.of_mean ? finite_or_null(s.of_mean->high) : Json(nullptr)},
               {"level", s.level},
               {"median", finite_or_null(s.median)},
               {"least", finite_or_null(s.least)},
               {"greatest", finite_or_null(s.greatest)},
               {"variance", nullptr}};
  if (s.of_variance)
    json["variance"] = {{"value", finite_or_null(*s.deviation * *s.deviation)},
                        {"low", finite_or_null(s.of_variance->low)},
                        {"high", finite_or_null(s.of_variance->high)}};
  return json;
}

/// Of x̂ at the end over the sound replicates: lower triangles with their intervals; null where d is large or they are few.
Json covariance_json(const Replicates& runs) {
  std::vector<std::vector<double>> ends;
  for (const Replicate* replicate : runs.sound())
    if (!replicate->estimate.empty()) ends.push_back(replicate->estimate);
  if (ends.size() < 2) return nullptr;
  const auto s = law::sample_covariance(ends);
  double trace = 0;
  Json low = Json::array(), high = Json::array();
  for (std::size_t j = 0; j < s.lower.size(); ++j) {
    trace += s.lower[j][j];
    Json lows = Json::array(), highs = Json::array();
    for (const auto& interval : s.intervals[j]) {
      lows.push_back(finite_or_null(interval.low));
      highs.push_back(finite_or_null(interval.high));
    }
    low.push_back(std::move(lows));
    high.push_back(std::move(highs));
  }
  return {{"count", s.count}, {"level", s.level}, {"mean", s.mean}, {"covariance", s.lower}, {"low", low}, {"high", high},
          {"trace", finite_or_null(trace)}};
}

std::string hexadecimal(std::uint64_t fingerprint) { return fmt::format("{:016x}", fingerprint); }

Json run_json(const Replicate& replicate, const std::vector<Level>& levels) {
  const auto& trace = *replicate.trace;
  return {{"seed", replicate.seed},
          {"fingerprint", hexadecimal(trace.fingerprint)},
          {"stopped_by", trace::name(trace.stopped_by)},
          {"virtual_time", to_seconds(trace.end)},
          {"updates", trace.counts.updates},
          {"final", final_values(trace)},
          {"time_to", times_to(levels, trace)}};
}

Json failures_json(const Replicates& runs) {
  Json failures = Json::array();
  for (const Replicate* replicate : runs.failed()) {
    const auto& trace = *replicate->trace;
    Json one = {{"seed", replicate->seed},
                {"stopped_by", trace::name(trace.stopped_by)},
                {"virtual_time", to_seconds(trace.end)}};
    if (trace.divergence) {
      one["agent"] = trace.divergence->agent;
      one["explanation"] = trace.divergence->explanation;
    }
    failures.push_back(std::move(one));
  }
  return failures;
}

/// The same instant, or count of updates, in every sound replicate that recorded it; in order.
std::vector<Records> aligned_records(const Replicates& runs) {
  const bool by_updates = experiment::Cadence(runs.scenario).by_updates();
  const auto sound = runs.sound();
  std::map<std::int64_t, Records> rows;
  for (const Replicate* replicate : sound) {
    const trace::Record* last = nullptr;
    for (const auto& record : replicate->trace->records) {
      const std::int64_t key = by_updates ? record.counts.updates : record.time;
      if (by_updates && last && last->counts.updates == key) continue;  // the end, without another update
      rows[key].push_back(&record);
      last = &record;
    }
  }
  std::vector<Records> shared;
  for (auto& [key, records] : rows)
    if (records.size() >= std::min<std::size_t>(2, sound.size())) shared.push_back(std::move(records));
  return shared;
}

template <class Value>
law::SampleStatistics over_records(const Records& records, double confidence, const Value& value) {
  std::vector<double> values;
  for (const auto* record : records) values.push_back(static_cast<double>(value(*record)));
  return law::sample_statistics(values, confidence);
}

std::string csv_row(const Records& records, std::size_t metrics, double confidence) {
  const auto mean = [&](const auto& value) { return over_records(records, confidence, value).mean; };
  std::string row = fmt::format("{},{},{},{},{},{}", mean([](const auto& r) { return to_seconds(r.time); }),
                                mean([](const auto& r) { return r.counts.updates; }),
                                mean([](const auto& r) { return r.counts.gradients; }),
                                mean([](const auto& r) { return r.counts.messages; }),
                                mean([](const auto& r) { return r.counts.bytes; }), records.size());
  for (std::size_t m = 0; m < metrics; ++m) {
    const auto s = over_records(records, confidence, [m](const auto& r) { return r.values[m]; });
    const auto interval = s.of_mean.value_or(law::Interval{std::nan(""), std::nan("")});
    row += fmt::format(",{},{},{}", s.mean, interval.low, interval.high);
  }
  return row + "\n";
}

}  // namespace

std::vector<Figure> figures(const Replicates& runs) {
  std::vector<Figure> all;
  for (const auto& name : final_names(runs))
    all.push_back({"/final/" + name, over(runs, [&](const trace::Trace& trace) {
                     const auto value = trace.final.find(name);
                     return value == trace.final.end() ? std::nullopt : std::optional(value->second);
                   })});
  for (const auto& level : levels_of(runs))
    all.push_back(
        {"/time_to/" + level.metric + "/" + level.key(),
         over(runs, [&](const trace::Trace& trace) { return trace.time_to(level.metric, level.value); })});
  for (const auto& [pointer, name] : measured_at) {
    auto s = over(runs, [name = std::string(name)](const trace::Trace& trace) {
      return experiment::measured_figure(trace, name);
    });
    if (s.count > 0) all.push_back({pointer, std::move(s)});
  }
  return all;
}

std::string stopped_by(const Replicates& runs) {
  if (!runs.complete())
    return std::string(
        trace::name(runs.signal == SIGTERM ? trace::StoppedBy::terminated : trace::StoppedBy::interrupted));
  const auto first = runs.all.front().trace->stopped_by;
  for (const auto& replicate : runs.all)
    if (replicate.trace->stopped_by != first) return "various";
  return std::string(trace::name(first));
}

Json summary(const Replicates& runs, const std::vector<experiment::Verdict>& verdicts) {
  const auto& scenario = runs.scenario;
  const auto& structure = *runs.structure;
  Json json;
  json["name"] = scenario.name;
  json["seed"] = scenario.seed;
  json["structure_seed"] = scenario.structure();
  json["replicates"] = runs.all.size();
  json["finished"] = runs.finished();
  json["sound"] = runs.sound().size();
  json["algorithm"] = scenario.algorithm.kind;
  json["agents"] = structure.topology.graph.agents();
  json["links"] = structure.topology.graph.links();
  json["dimension"] = structure.problem->dimension();
  json["stopped_by"] = stopped_by(runs);
  json["wall_time"] = runs.wall_seconds;
  json["events"] = runs.events();
  json["events_per_second"] = runs.wall_seconds > 0
                                  ? finite_or_null(static_cast<double>(runs.events()) / runs.wall_seconds)
                                  : Json(nullptr);
  json["reference"] = reference_values(structure);
  if (const auto sound = runs.sound(); !sound.empty() && sound.front()->trace->sampling)
    json["sampling"] = sampling_rule_json(*sound.front()->trace->sampling);
  json["final"] = Json::object();
  json["time_to"] = Json::object();
  json["intervals"] = Json::object();
  for (const auto& figure : figures(runs)) {
    set_at(json, figure.pointer, finite_or_null(figure.over.mean));
    json["intervals"][figure.pointer] = statistics_json(figure.over);
  }
  json["estimate"] = covariance_json(runs);
  json["runs"] = Json::array();
  const auto levels = levels_of(runs);
  for (const auto& replicate : runs.all)
    if (replicate.finished()) json["runs"].push_back(run_json(replicate, levels));
  json["failed"] = failures_json(runs);
  json["fingerprint"] = runs.complete() ? Json(hexadecimal(runs.fingerprint())) : Json(nullptr);
  json["expectations"] = verdict_json(verdicts);
  return json;
}

std::string metrics_csv(const Replicates& runs) {
  std::string csv = "time,updates,gradients,messages,bytes,n";
  const auto sound = runs.sound();
  if (sound.empty()) return csv + "\n";
  const auto& metrics = sound.front()->trace->metrics;
  for (const auto& metric : metrics) csv += fmt::format(",{0},{0}_low,{0}_high", metric);
  csv += "\n";
  for (const auto& records : aligned_records(runs)) csv += csv_row(records, metrics.size(), runs.scenario.confidence);
  return csv;
}

std::string replicates_csv(const Replicates& runs) {
  const auto names = final_names(runs);
  std::string csv = "seed,fingerprint,stopped_by,virtual_time,updates,gradients,messages,bytes";
  for (const auto& name : names) csv += "," + name;
  csv += "\n";
  for (const auto& replicate : runs.all) {
    if (!replicate.finished()) continue;
    const auto& trace = *replicate.trace;
    csv += fmt::format("{},{},{},{},{},{},{},{}", replicate.seed, hexadecimal(trace.fingerprint),
                       trace::name(trace.stopped_by), to_seconds(trace.end), trace.counts.updates,
                       trace.counts.gradients, trace.counts.messages, trace.counts.bytes);
    for (const auto& name : names) {
      const auto value = trace.final.find(name);
      csv += value == trace.final.end() ? std::string(",nan") : fmt::format(",{}", value->second);
    }
    csv += "\n";
  }
  return csv;
}

}  // namespace taubar::report
