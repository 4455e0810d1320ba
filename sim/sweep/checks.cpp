#include "sim/sweep/checks.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/config/wording.hpp"
#include "sim/sweep/figure.hpp"
#include "sim/sweep/points.hpp"

namespace taubar::sweep {
namespace {

/// Collects what does not fit.
class AnalysisChecks {
 public:
  explicit AnalysisChecks(const SweepSpec& spec) : spec_(spec), axes_(axes_of(spec)) {}

  void report(const ReportSpec& report) {
    if (report.y.empty())
      add("/report/y", "is missing; a figure such as time_to(suboptimality, 0.01), final(distance) or /idle_share is accepted");
    else
      figure("/report/y", report.y);
    if (!report.x.empty()) axis("/report/x", report.x);
    if (!report.group.empty()) axis("/report/group", report.group);
    if (!report.x.empty() && report.x == report.group) add("/report/group", "is x already; another pointer of the sweep is accepted");
    if (!report.speedup_against) return;
    if (report.x.empty())
      add("/report/speedup_against", "is a value of x, and the report has no x");
    else if (!may_be(report.x, *report.speedup_against))
      add("/report/speedup_against", fmt::format("{:g} is no value of {}; accepted are {}", *report.speedup_against,
                                                 config::show_pointer(report.x), values_of(report.x)));
  }

  void comparison(const std::string& at, const ComparisonSpec& asked) {
    figure(at + "/compare", asked.compare);
    group(at + "/of", asked.of);
    group(at + "/to", asked.to);
    if (asked.of.empty()) add(at + "/of", "names no group; an object of pointers of the sweep and values is accepted");
    std::vector<std::string> of, to;
    for (const auto& [pointer, value] : asked.of) of.push_back(pointer);
    for (const auto& [pointer, value] : asked.to) to.push_back(pointer);
    if (of != to) add(at + "/to", "must name the pointers that `of` names (" + config::listed(of) + "), or runs would have several partners");
    if (of == to && !of.empty() && parameters_key(asked.of) == parameters_key(asked.to)) add(at + "/to", "is the group of `of`");
    if (!asked.at_most && !asked.at_least) add(at, "expects nothing; at_most, at_least or both are accepted");
    for (const auto& [name, limit] : {std::pair{"/at_most", asked.at_most}, std::pair{"/at_least", asked.at_least}})
      if (limit && !(*limit > 0)) add(at + name, fmt::format("is {:g}; a ratio greater than 0 is accepted", *limit));
    if (asked.at_most && asked.at_least && *asked.at_most < *asked.at_least) add(at + "/at_most", "is less than at_least");
  }

  void run(const std::string& at, const RunExpectation& asked) {
    figure(at + "/figure", asked.figure);
    group(at + "/where", asked.where);
    if (!asked.below && !asked.above && asked.within.empty()) add(at, "expects nothing; below, above or within are accepted");
    if (!asked.within.empty() && (asked.within.size() != 2 || !(asked.within[0] <= asked.within[1])))
      add(at + "/within", "must be [low, high] with low at most high");
  }

  std::vector<Misfit> all;

 private:
  void add(const std::string& pointer, const std::string& message) { all.push_back({pointer, message}); }

  void figure(const std::string& at, const std::string& text) {
    if (const auto complaint = figure_complaint(text); !complaint.empty()) add(at, complaint);
  }

  bool axis(const std::string& at, const std::string& pointer) {
    if (std::find(axes_.begin(), axes_.end(), pointer) != axes_.end()) return true;
    add(at, fmt::format("{} is nothing that this sweep varies; {}accepted are {}", config::in_quotes(pointer),
                        config::did_you_mean(pointer, axes_), config::listed(axes_)));
    return false;
  }

  void group(const std::string& at, const Parameters& parameters) {
    for (const auto& [pointer, value] : parameters) {
      const std::string here = at + "/" + config::escape_pointer(pointer);
      if (axis(here, pointer) && !may_be(pointer, value))
        add(here, fmt::format("no run has {}; accepted are {}", value_text(value), values_of(pointer)));
    }
  }

  const Axis* axis_of(const std::string& pointer) const {
    for (const auto* axes : {&spec_.grid, &spec_.zip})
      for (const auto& axis : *axes)
        if (axis.pointer == pointer) return &axis;
    return nullptr;  // sampled: any
  }

  bool may_be(const std::string& pointer, const config::Json& value) const {
    const Axis* axis = axis_of(pointer);
    return !axis || std::any_of(axis->values.begin(), axis->values.end(), [&](const auto& own) { return same_value(own, value); });
  }

  std::string values_of(const std::string& pointer) const {
    std::vector<std::string> texts;
    if (const Axis* axis = axis_of(pointer))
      for (const auto& value : axis->values) texts.push_back(value_text(value));
    return config::listed(texts);
  }

  const SweepSpec& spec_;
  std::vector<std::string> axes_;
};

std::string expect_place(const std::vector<std::size_t>& places, std::size_t i, std::size_t before) {
  return fmt::format("/expect/{}", i < places.size() ? places[i] : before + i);
}

}  // namespace

std::vector<Misfit> analysis_misfits(const SweepSpec& spec, const std::vector<std::size_t>& expect_at_comparison,
                                     const std::vector<std::size_t>& expect_at_run) {
  AnalysisChecks checks(spec);
  if (spec.report) checks.report(*spec.report);
  for (std::size_t i = 0; i < spec.comparisons.size(); ++i)
    checks.comparison(expect_place(expect_at_comparison, i, 0), spec.comparisons[i]);
  for (std::size_t i = 0; i < spec.expectations.size(); ++i)
    checks.run(expect_place(expect_at_run, i, spec.comparisons.size()), spec.expectations[i]);
  return checks.all;
}

}  // namespace taubar::sweep
