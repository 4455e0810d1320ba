#include "sim/report/compare.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "core/base/error.hpp"
#include "core/base/math.hpp"

namespace taubar::report {
namespace {

using config::Json;

/// Null where there is nothing at the pointer.
Json at(const Json& json, const std::string& pointer) {
  const Json::json_pointer where(pointer);
  return json.contains(where) ? json.at(where) : Json(nullptr);
}

Json number(const std::optional<double>& value) {
  return value && std::isfinite(*value) ? Json(*value) : Json(nullptr);
}

std::optional<double> quotient(const Json& top, const Json& bottom) {
  if (!top.is_number() || !bottom.is_number() || bottom.get<double>() == 0) return std::nullopt;
  return top.get<double>() / bottom.get<double>();
}

/// "virtual time", or "replay, 4 ranks, pace scenario, time scale 10".
std::string world(const Results& run) {
  const Json replay = run.manifest.contains("replay") ? run.manifest["replay"] : at(run.summary, "/replay");
  if (!replay.is_object()) return "virtual time";
  std::string text = "replay";
  if (const Json ranks = at(replay, "/ranks"); ranks.is_number()) text += fmt::format(", {} ranks", ranks.dump());
  if (const Json pace = at(replay, "/pace"); pace.is_string()) text += ", pace " + pace.get<std::string>();
  if (const Json scale = at(replay, "/time_scale"); scale.is_number()) text += ", time scale " + scale.dump();
  return text;
}

/// Collects rows; each `add` states one figure of all runs.
class Rows {
 public:
  explicit Rows(const std::vector<Results>& runs) : runs_(runs) {}

  void group(const std::string& name) { group_ = name; }

  /// `value` gives a run's figure.
  template <class Value>
  Row& add(const std::string& label, const std::string& unit, const std::string& figure, const Value& value) {
    Row row{group_, label, unit, figure, {}, {}};
    for (const auto& run : runs_) row.values.push_back(value(run));
    row.ratios.emplace_back();
    for (std::size_t r = 1; r < runs_.size(); ++r) row.ratios.push_back(quotient(row.values[r], row.values[0]));
    return rows_.emplace_back(std::move(row));
  }
  /// A figure that stands in the summary.
  Row& add(const std::string& label, const std::string& unit, const std::string& pointer) {
    return add(label, unit, pointer, [&](const Results& run) { return at(run.summary, pointer); });
  }
  /// One whose ratio says nothing.
  void add_plain(const std::string& label, const std::string& pointer) {
    auto& ratios = add(label, "", pointer).ratios;
    std::fill(ratios.begin(), ratios.end(), std::nullopt);
  }

  const std::vector<Results>& runs() const { return runs_; }
  std::vector<Row> take() { return std::move(rows_); }

 private:
  const std::vector<Results>& runs_;
  std::string group_;
  std::vector<Row> rows_;
};

void add_runs(Rows& rows) {
  rows.group("run");
  rows.add("world", "", "", [](const Results& run) { return Json(world(run)); });
  rows.add_plain("name", "/name");
  rows.add_plain("algorithm", "/algorithm");
  rows.add("agents", "", "/agents");
  rows.add_plain("seed", "/seed");
  rows.add_plain("stopped by", "/stopped_by");
  rows.add("virtual time", "s", "/virtual_time");
  rows.add("wall time", "s", "/wall_time");
}

/// The decades that at least one run passed after its start.
void add_times(Rows& rows) {
  rows.group("time to");
  for (const std::string metric : {"suboptimality", "distance", "consensus_error"})
    for (int decade = 2; decade >= -14; --decade) {
      const double level = math::pow(10.0, decade);
      const auto time = [&](const Results& run) { return run.metrics.time_to(metric, level); };
      if (std::any_of(rows.runs().begin(), rows.runs().end(), [&](const Results& run) { return time(run).value_or(0) > 0; }))
        rows.add(fmt::format("{} {:g}", metric, level), "s", fmt::format("/time_to/{}/{:g}", metric, level),
                 [&](const Results& run) { return number(time(run)); });
    }
}

void add_finals(Rows& rows) {
  rows.group("at the end");
  std::vector<std::string> names;
  for (const auto& run : rows.runs()) {
    const Json final = at(run.summary, "/final");
    if (!final.is_object()) continue;
    for (const auto& [name, value] : final.items())
      if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }
  for (const auto& name : names) rows.add(name, "", "/final/" + name);
  rows.add("minimum weight, whole run", "", "/minimum_weight");
  rows.add("rate bias expected", "", "/rate_bias/expected");
  rows.add("rate bias measured", "", "/rate_bias/measured");
}

void add_counts(Rows& rows) {
  rows.group("work and traffic");
  rows.add("updates", "", "/updates");
  rows.add("updates an agent, mean", "", "/updates_by_agent/mean");
  rows.add("updates an agent, least", "", "/updates_by_agent/min");
  rows.add("updates an agent, greatest", "", "/updates_by_agent/max");
  rows.add("gradients", "", "/gradients");
  rows.add("messages", "", "/messages");
  rows.add("messages lost", "", "/messages_lost");
  rows.add("bytes", "B", "/bytes");
  rows.add("bytes an update", "B", "",
           [](const Results& run) { return number(quotient(at(run.summary, "/bytes"), at(run.summary, "/updates"))); });
}

void add_asynchrony(Rows& rows) {
  rows.group("asynchrony");
  rows.add("idle share", "", "/idle_share");
  rows.add("tau_proc", "", "/tau_proc");
  rows.add("tau_msg", "", "/tau_msg");
  rows.add("tau_bar", "", "/tau_bar");
  rows.add("staleness, mean", "", "/staleness/mean");
  rows.add("staleness, median", "", "/staleness/median");
  rows.add("staleness, 99 %", "", "/staleness/quantile_99");
  rows.add("staleness, greatest", "", "/staleness/max");
  const Results& baseline = rows.runs().front();
  auto& distance = rows.add("staleness, Kolmogorov distance", "", "", [&](const Results& run) {
    if (&run == &baseline) return Json(nullptr);
    return number(kolmogorov_distance(at(baseline.summary, "/staleness/histogram"), at(run.summary, "/staleness/histogram")));
  });
  std::fill(distance.ratios.begin(), distance.ratios.end(), std::nullopt);
}

/// Where run r's scenario leaves that of run 0: nlohmann's JSON patch, with the value that was there before.
void add_differences(const std::vector<Results>& runs, std::size_t r, std::vector<Difference>& differences) {
  const Json from = at(runs[0].manifest, "/scenario"), to = at(runs[r].manifest, "/scenario");
  for (const auto& step : Json::diff(from, to)) {
    const std::string pointer = step["path"];
    Difference difference{r, pointer, std::nullopt, std::nullopt};
    if (step["op"] != "add") difference.baseline = from.at(Json::json_pointer(pointer));
    if (step["op"] != "remove") difference.value = step["value"];
    differences.push_back(std::move(difference));
  }
}

bool is_complete(const Results& run) { return at(run.manifest, "/complete") != Json(false); }

std::vector<std::string> warnings(const std::vector<Results>& runs) {
  std::vector<std::string> all;
  for (const auto& run : runs)
    if (!is_complete(run)) all.push_back(fmt::format("{} is incomplete: it was interrupted", run.directory));
  const auto differs = [&](const std::string& pointer) {
    return std::any_of(runs.begin(), runs.end(), [&](const Results& run) {
      return at(run.manifest, "/scenario" + pointer) != at(runs[0].manifest, "/scenario" + pointer);
    });
  };
  if (differs("/name")) all.push_back("the names differ: these may be runs of different experiments");
  if (differs("/problem")) all.push_back("the problems differ: accuracies are measured against different minimisers");
  if (differs("/algorithm/kind")) all.push_back("the algorithms differ: an update, and a message, is not the same thing in each");
  return all;
}

/// Value → count; what is no histogram counts as an empty one.
std::map<double, double> counts_of(const Json& histogram) {
  std::map<double, double> counts;
  if (!histogram.is_array()) return counts;
  for (const auto& bin : histogram)
    if (bin.is_array() && bin.size() == 2 && bin[0].is_number() && bin[1].is_number())
      counts[bin[0].get<double>()] += bin[1].get<double>();
  return counts;
}

double total(const std::map<double, double>& counts) {
  double sum = 0;
  for (const auto& [value, count] : counts) sum += count;
  return sum;
}

}  // namespace

std::optional<double> kolmogorov_distance(const Json& one, const Json& other) {
  const auto a = counts_of(one), b = counts_of(other);
  const double all_a = total(a), all_b = total(b);
  if (!(all_a > 0) || !(all_b > 0)) return std::nullopt;
  std::map<double, double> steps;  // of F − G
  for (const auto& [value, count] : a) steps[value] += count / all_a;
  for (const auto& [value, count] : b) steps[value] -= count / all_b;
  double difference = 0, largest = 0;
  for (const auto& [value, step] : steps) {
    difference += step;
    largest = std::max(largest, std::abs(difference));
  }
  return largest;
}

Comparison compare(const std::vector<Results>& runs) {
  check(!runs.empty(), "a comparison has a baseline");
  Comparison comparison;
  for (const auto& run : runs) {
    comparison.directories.push_back(run.directory);
    comparison.complete.push_back(is_complete(run));
  }
  comparison.warnings = warnings(runs);
  for (std::size_t r = 1; r < runs.size(); ++r) add_differences(runs, r, comparison.differences);
  Rows rows(runs);
  add_runs(rows);
  add_times(rows);
  add_finals(rows);
  add_counts(rows);
  add_asynchrony(rows);
  comparison.rows = rows.take();
  return comparison;
}

Json comparison_json(const Comparison& comparison) {
  Json json;
  json["runs"] = Json::array();
  for (std::size_t r = 0; r < comparison.directories.size(); ++r)
    json["runs"].push_back({{"directory", comparison.directories[r]}, {"complete", bool(comparison.complete[r])}});
  json["warnings"] = comparison.warnings;
  json["differences"] = Json::array();
  for (const auto& d : comparison.differences) {
    Json one = {{"run", d.run}, {"pointer", d.pointer}};
    if (d.baseline) one["baseline"] = *d.baseline;
    if (d.value) one["value"] = *d.value;
    json["differences"].push_back(std::move(one));
  }
  json["rows"] = Json::array();
  for (const auto& row : comparison.rows) {
    Json ratios = Json::array();
    for (const auto& ratio : row.ratios) ratios.push_back(number(ratio));
    json["rows"].push_back({{"group", row.group}, {"label", row.label}, {"figure", row.figure}, {"unit", row.unit},
                            {"values", row.values}, {"ratios", ratios}});
  }
  return json;
}

}  // namespace taubar::report
