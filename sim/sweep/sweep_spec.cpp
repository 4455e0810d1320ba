#include "sim/sweep/sweep_spec.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <set>

#include "core/base/error.hpp"
#include "core/config/free_keys.hpp"
#include "core/config/pointer.hpp"
#include "sim/sweep/checks.hpp"

namespace taubar::sweep {

using config::Fields;
using config::FreeKeys;
using config::Json;
using config::Unit;

namespace {

constexpr double greatest_seed = 9007199254740992.0;  // 2^53: exact in every JSON reader
constexpr double most_points = 1e6;                   // of a sample
using Values = std::vector<std::pair<std::string, std::vector<Json>>>;
using Matches = std::vector<std::pair<std::string, Json>>;

void demand_pointer(Fields& f, const std::string& key) {
  const auto tokens = config::split_pointer(key);
  f.demand(tokens && !tokens->empty(), key, "is not a JSON Pointer into the scenario, such as /topology/agents");
  f.demand(key != "/seed", key, "seeds have an entry of their own: \"seeds\": {\"first\": 1, \"count\": 5}");
}

void axes(Fields& f, std::string_view name, Values& values, std::string_view doc) {
  FreeKeys::of(f).entries(name, values, doc, [](Fields& inner, const std::string& key, std::vector<Json>& list) {
    FreeKeys::of(inner).jsons(key, list, "the values that this pointer takes", config::required);
    demand_pointer(inner, key);
    inner.demand(!list.empty(), key, "has no values; at least one is needed");
  });
}

void matches(Fields& f, std::string_view name, Matches& values, std::string_view doc, config::Need need = config::optional) {
  FreeKeys::of(f).entries(
      name, values, doc,
      [](Fields& inner, const std::string& key, Json& value) {
        FreeKeys::of(inner).json(key, value, "any value", "the value that this pointer has", config::required);
      },
      need);
}

/// One entry of `expect`: a comparison or an expectation on runs.
struct Expect {
  std::string compare, figure;
  Matches of, to, where;
  std::optional<double> at_most, at_least, below, above;
  std::vector<double> within;

  void fields(Fields& f) {
    f.text("compare", compare, "the figure to compare, such as time_to(suboptimality, 1e-2), final(METRIC), or a pointer into the summary");
    matches(f, "of", of, "which runs, by what their points set");
    matches(f, "to", to, "with which others; paired by seed and by all other parameters");
    f.real("at_most", at_most, config::any_number, "the ratio of the figure, of to to, is at most this");
    f.real("at_least", at_least, config::any_number, "and at least this");
    f.text("figure", figure, "the figure of each run that must hold; as compare");
    matches(f, "where", where, "of which runs; default: of all");
    f.real("below", below, config::any_number, "must be less than this");
    f.real("above", above, config::any_number, "must be greater than this");
    f.reals("within", within, config::any_number, "[low, high], both included");
    f.demand(compare.empty() != figure.empty(), "", "exactly one of compare and figure is accepted");
    const bool compares = !compare.empty();
    f.demand(!compares || (f.present("of") && f.present("to")), "", "a comparison needs of and to, objects of pointers and values");
    f.demand(!compares || at_most || at_least, "", "nothing to compare with; accepted: at_most, at_least");
    f.demand(!compares || (!below && !above && within.empty() && where.empty()), "",
             "a comparison takes at_most and at_least, not below, above, within or where");
    f.demand(compares || (!at_most && !at_least && of.empty() && to.empty()), "",
             "an expectation on runs takes below, above, within and where, not at_most, at_least, of or to");
    f.demand(compares || below || above || !within.empty(), "", "nothing to compare with; accepted: below, above, within");
    f.demand(within.empty() || within.size() == 2, "within", "must be [low, high]");
  }
};

struct Limits {
  std::optional<double> run_time, memory;
  void fields(Fields& f) {
    f.measure("run_time", run_time, Unit::duration, config::positive, "ends a run that takes longer in real time; the others go on");
    f.measure("memory", memory, Unit::size, config::positive, "of all workers together; each has its share");
  }
};

std::vector<Axis> as_axes(const Values& values) {
  std::vector<Axis> all;
  for (const auto& [pointer, list] : values) all.push_back({pointer, list});
  return all;
}

Parameters as_parameters(const Matches& values) { return {values.begin(), values.end()}; }

/// What stands in the file, before it is taken apart.
struct SweepFile {
  explicit SweepFile(SweepSpec& of) : spec(of) {}
  SweepSpec& spec;
  bool embedded = false;
  Json scenario;
  std::string scenario_name;
  Values grid, zip;
  Matches set;
  std::vector<Expect> expect;
  std::optional<Limits> limits;

  void fields(Fields& f) {
    if (f.reading() && !embedded)
      f.file("scenario", scenario_name, spec.scenario_file, "the scenario: its file, or the scenario itself", config::required);
    else
      FreeKeys::of(f).json("scenario", scenario, "a file or an object", "the scenario: its file, or the scenario itself", config::required);
    f.demand(!f.reading() || !embedded || scenario.is_object(), "scenario", "must be the name of a file, or an object: the scenario itself");
    f.text("name", spec.name, "names the sweep in tables, and its store; default: the file's name");
    f.text("description", description, "what the sweep shows");
    matches(f, "set", set, "set at all points alike: {pointer into the scenario: value}");
    axes(f, "grid", grid, "every combination: {pointer into the scenario: [values]}");
    axes(f, "zip", zip, "side by side: {pointer: [values]}, all of one length");
    f.object("sample", spec.sample, "points drawn from ranges");
    f.object("seeds", spec.seeds,
             "each point is run under seeds first, first + 1, …; the structure is drawn anew for each, unless the scenario has a structure_seed");
    f.object("report", spec.report, "what is tabulated over the seeds");
    f.list("expect", expect, "what must hold, for CI (exit code 1 if it does not)");
    f.object("limits", limits, "what a run may use");
    f.real("confidence", spec.confidence, {0.5, 1, false, true}, "the level of intervals");
    for (const auto& [pointer, value] : set) {
      const auto tokens = config::split_pointer(pointer);
      f.demand(tokens && !tokens->empty(), "set", "\"" + pointer + "\" is not a JSON Pointer into the scenario, such as /topology/agents");
    }
    if (f.reading()) demand_consistency(f);
  }

  std::string description;

 private:
  std::set<std::string> pointers(Fields& f) const {
    std::set<std::string> all;
    const auto once = [&](const std::string& pointer, std::string_view name) {
      f.demand(all.insert(pointer).second, name, "\"" + pointer + "\" takes its values from two places");
    };
    for (const auto& [pointer, values] : grid) once(pointer, "grid");
    for (const auto& [pointer, values] : zip) once(pointer, "zip");
    if (spec.sample)
      for (const auto& range : spec.sample->ranges) once(range.pointer, "sample");
    return all;
  }

  void demand_consistency(Fields& f) {
    const auto known = pointers(f);
    for (const auto& [pointer, values] : zip)
      f.demand(values.size() == zip.front().second.size(), "zip",
               fmt::format("all must have one length: \"{}\" has {} values, \"{}\" has {}", zip.front().first,
                           zip.front().second.size(), pointer, values.size()));
    const std::vector<std::string> names(known.begin(), known.end());
    const auto demand_axis = [&](const std::string& pointer, std::string_view name, const std::string& what) {
      const std::string close = config::nearest(pointer, names);
      f.demand(known.contains(pointer), name,
               what + " \"" + pointer + "\" is not varied" + (close.empty() ? "" : "; did you mean \"" + close + "\"?"));
    };
    if (spec.report) {
      if (!spec.report->x.empty()) demand_axis(spec.report->x, "report", "x");
      if (!spec.report->group.empty()) demand_axis(spec.report->group, "report", "group");
    }
    for (std::size_t i = 0; i < expect.size(); ++i)
      for (const auto* group : {&expect[i].of, &expect[i].to, &expect[i].where})
        for (const auto& [pointer, value] : *group) {
          demand_axis(pointer, "expect", fmt::format("number {}:", i));
          f.demand(!known.contains(pointer) || occurs(pointer, value), "expect",
                   fmt::format("number {}: \"{}\" is never {}", i, pointer, value.dump()));
        }
  }

  bool occurs(const std::string& pointer, const Json& value) const {
    for (const auto* axes : {&grid, &zip})
      for (const auto& [own, values] : *axes)
        if (own == pointer) return std::find(values.begin(), values.end(), value) != values.end();
    return true;
  }
};

}  // namespace

void Range::fields(Fields& f) {
  f.real("low", low, config::any_number, "the lower end", config::required);
  f.real("high", high, config::any_number, "the upper end", config::required);
  f.one_of("scale", logarithmic, {{"linear", false}, {"log", true}}, "log: evenly spread on a logarithmic scale");
  f.flag("integer", integer, "whole numbers, both ends included");
  f.demand(low < high, "high", "must be greater than low");
  f.demand(!logarithmic || low > 0, "low", "must be greater than 0 on a logarithmic scale");
  f.demand(!integer || (low == std::floor(low) && high == std::floor(high) && std::fabs(low) < greatest_seed && std::fabs(high) < greatest_seed),
           "integer", "both ends must be whole numbers below 2^53");
}

void SampleSpec::fields(Fields& f) {
  f.one_of("kind", kind, {{"latin_hypercube", Kind::latin_hypercube}, {"sobol", Kind::sobol}, {"random", Kind::random}},
           "latin_hypercube: one point in each of `points` equal parts of every range; sobol: a sequence of low discrepancy; "
           "random: independent and uniform");
  f.integer("points", points, config::between(1, most_points), "how many", config::required);
  f.integer("seed", seed, config::between(0, greatest_seed), "of the draws; adding ranges changes no other");
  std::vector<std::pair<std::string, Range>> entries;
  for (const auto& range : ranges) entries.emplace_back(range.pointer, range);
  FreeKeys::of(f).entries(
      "ranges", entries, "where the points lie: {pointer into the scenario: range}",
      [](Fields& inner, const std::string& key, Range& range) {
        inner.object(key, range, "a range", config::required);
        demand_pointer(inner, key);
      },
      config::required);
  ranges.clear();
  for (auto& [pointer, range] : entries) {
    range.pointer = pointer;
    ranges.push_back(range);
  }
  f.demand(!f.reading() || !ranges.empty(), "ranges", "at least one is needed");
}

void SeedSpec::fields(Fields& f) {
  f.integer("first", first, config::between(0, greatest_seed), "the first seed");
  f.integer("count", count, config::between(1, most_points), "how many");
  f.demand(static_cast<double>(first) + static_cast<double>(count) - 1 <= greatest_seed, "count", "the last seed must be at most 2^53");
}

void ReportSpec::fields(Fields& f) {
  f.text("x", x, "the pointer whose values are the rows");
  f.text("y", y, "the figure: time_to(METRIC, LEVEL), final(METRIC), or a pointer into the summary", config::required);
  f.text("group", group, "the pointer whose values are the columns");
  f.real("speedup_against", speedup_against, config::any_number, "the x to which speed-up is relative");
  f.demand(!speedup_against || !x.empty(), "speedup_against", "needs an x");
}

bool SweepSpec::varies(const std::string& pointer) const {
  const auto is = [&](const auto& axis) { return axis.pointer == pointer; };
  return std::any_of(grid.begin(), grid.end(), is) || std::any_of(zip.begin(), zip.end(), is) ||
         (sample && std::any_of(sample->ranges.begin(), sample->ranges.end(), is));
}

bool is_sweep(const config::Document& document) {
  const Json& json = document.json();
  if (!json.is_object() || json.contains("topology") || json.contains("algorithm")) return false;
  for (const char* key : {"scenario", "grid", "zip", "sample", "seeds"})
    if (json.contains(key)) return true;
  return false;
}

namespace {

/// InputError naming the place of everything that the analysis could not make sense of.
void demand_analysable(const config::Document& document, const SweepSpec& spec, const std::vector<std::size_t>& at_comparison,
                       const std::vector<std::size_t>& at_run) {
  std::vector<std::string> complaints;
  for (const auto& [pointer, message] : analysis_misfits(spec, at_comparison, at_run))
    complaints.push_back(fmt::format("{}: {}: {}", document.where(pointer), pointer, message));
  if (!complaints.empty()) throw InputError(complaints);
}

}  // namespace

SweepSpec read_sweep(const config::Document& document, const config::ReadOptions& options) {
  SweepSpec spec;
  spec.document = document;
  spec.name = std::filesystem::path(document.file()).stem().string();
  SweepFile file(spec);
  const Json& json = document.json();
  spec.embedded = file.embedded = json.is_object() && json.contains("scenario") && !json["scenario"].is_string();
  config::read(document, [&](Fields& f) { file.fields(f); }, options);
  for (const auto& [pointer, value] : file.set) spec.set.push_back({pointer, {value}});
  spec.grid = as_axes(file.grid);
  spec.zip = as_axes(file.zip);
  std::vector<std::size_t> at_comparison, at_run;  // their places in the list
  for (std::size_t i = 0; i < file.expect.size(); ++i) {
    const auto& e = file.expect[i];
    (e.compare.empty() ? at_run : at_comparison).push_back(i);
    if (!e.compare.empty())
      spec.comparisons.push_back({e.compare, as_parameters(e.of), as_parameters(e.to), e.at_most, e.at_least});
    else
      spec.expectations.push_back({e.figure, as_parameters(e.where), e.below, e.above, e.within});
  }
  demand_analysable(document, spec, at_comparison, at_run);
  if (file.limits) {
    spec.run_time_limit = file.limits->run_time;
    spec.memory_limit = file.limits->memory;
  }
  if (file.embedded)
    spec.scenario_file = document.file();
  spec.scenario = file.embedded ? document.part("/scenario") : config::Document::load(spec.scenario_file);
  return spec;
}

Json sweep_schema() {
  SweepSpec spec;
  SweepFile file(spec);
  return config::schema([&](Fields& f) { file.fields(f); }, "taubar sweep");
}

}  // namespace taubar::sweep
