// The tables that terminal and Markdown share.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "sim/sweep/report.hpp"

namespace taubar::sweep {
namespace {

using Align = TextTable::Align;
using Columns = std::vector<TextTable::Column>;

std::string with_unit(const std::string& head, std::string_view unit) {
  return unit.empty() ? head : fmt::format("{} ({})", head, unit);
}

std::string interval_cell(const std::optional<law::Interval>& interval) { return interval ? interval_text(*interval) : ""; }

std::string cell_of(const Parameters& parameters, const std::string& pointer) {
  const auto value = parameters.find(pointer);
  return value == parameters.end() ? "–" : shown_value(value->second);
}

bool numbers_only(const Analysis& analysis, const std::string& pointer) {
  return std::all_of(analysis.points.begin(), analysis.points.end(), [&](const Point& point) {
    const auto value = point.parameters->find(pointer);
    return value == point.parameters->end() || value->second.is_number();
  });
}

/// Series first, x last.
std::vector<std::string> label_pointers(const Analysis& analysis) {
  auto pointers = analysis.layout.series;
  if (!analysis.layout.x.empty()) pointers.push_back(analysis.layout.x);
  return pointers;
}

Columns label_columns(const Analysis& analysis, const std::vector<std::string>& pointers) {
  Columns columns;
  for (const auto& pointer : pointers)
    columns.push_back({axis_name(pointer, analysis.axes), numbers_only(analysis, pointer) ? Align::right : Align::left});
  return columns;
}

std::vector<std::string> labels_of(const Parameters& parameters, const std::vector<std::string>& pointers) {
  std::vector<std::string> cells;
  for (const auto& pointer : pointers) cells.push_back(cell_of(parameters, pointer));
  return cells;
}

std::string never_word(const Sample& sample) { return sample.of_time ? "never" : "without it"; }

std::string note_of(const Sample& sample) {
  std::string note;
  const auto add = [&](std::size_t count, const std::string& word) {
    if (count > 0) note += fmt::format("{}{} {}", note.empty() ? "" : ", ", count, word);
  };
  add(sample.never.size(), never_word(sample));
  add(sample.failed.size(), "failed");
  add(sample.pending.size(), "to do");
  return note;
}

std::string runs_cell(const Sample& sample) {
  return sample.whole() ? fmt::format("{}", sample.runs()) : fmt::format("{} of {}", sample.values.size(), sample.runs());
}

std::vector<std::string> sample_cells(const Sample& sample, double level) {
  const auto over = sample.over(level);
  std::vector<std::string> cells{runs_cell(sample), sample.values.empty() ? "–" : figure_text(over.mean), interval_cell(over.of_mean)};
  const bool several = sample.values.size() + sample.never.size() > 1;
  cells.push_back(several ? figure_text(sample.median()) : "");
  cells.push_back(several && !sample.values.empty() ? figure_text(over.least) : "");
  cells.push_back(several && !sample.values.empty() ? figure_text(over.greatest) : "");
  return cells;
}

std::string best_text(const Analysis& analysis, const PointSample& best, double level) {
  const auto over = best.sample.over(level);
  std::string text = fmt::format("{}{}{} at {}", figure_text(over.mean), analysis.figure->unit().empty() ? "" : " ", analysis.figure->unit(),
                                 analysis.point_text(*best.point.parameters));
  if (!over.of_mean) return text;
  text += fmt::format(" ({} interval {})", level_text(level), interval_text(*over.of_mean));
  if (const auto others = not_told_apart(analysis.samples, best, level); others > 0)
    text += fmt::format("; {} {} an interval that meets it", counted(others, "other point"), others == 1 ? "has" : "have");
  return text;
}

std::string change_word(const Change& change, bool of_time) {
  if (change.how == Change::How::equal) return "the same";
  if (change.outcome == Decision::holds) return "no change seen";
  if (change.outcome == Decision::inconclusive) return "INCONCLUSIVE";
  if (change.how == Change::How::counts) return "CHANGED";
  const bool more = *change.change > (change.relative ? 1 : 0);
  return of_time ? (more ? "SLOWER" : "FASTER") : (more ? "MORE" : "LESS");
}

/// As the figure's table has the points; the mean over all first, and those that are gone last.
std::vector<const Change*> in_order_of_series(const Analysis& analysis) {
  std::map<std::string, std::size_t> ranks;
  for (const auto& series : analysis.series)
    for (const PointSample* each : series.points) ranks.emplace(parameters_key(*each->point.parameters), ranks.size() + 1);
  const auto rank = [&](const Change* change) {
    const auto own = ranks.find(parameters_key(change->parameters));
    return change->of_all ? 0 : own == ranks.end() ? ranks.size() + 1 : own->second;
  };
  std::vector<const Change*> changes;
  for (const auto& change : analysis.against->changes) changes.push_back(&change);
  std::stable_sort(changes.begin(), changes.end(), [&](const Change* a, const Change* b) { return rank(a) < rank(b); });
  return changes;
}

std::string signed_text(double value) { return value > 0 ? "+" + figure_text(value) : figure_text(value); }

}  // namespace

TextTable figure_table(const SweepSpec& spec, const Analysis& analysis) {
  const auto pointers = label_pointers(analysis);
  Columns columns = label_columns(analysis, pointers);
  const auto unit = analysis.figure->unit();
  for (const auto& head : {std::string("runs"), with_unit("mean", unit), level_text(spec.confidence) + " interval", std::string("median"),
                           std::string("least"), std::string("greatest"), std::string("speed-up"), level_text(spec.confidence) + " interval"})
    columns.push_back({head, Align::right});
  columns.push_back({"", Align::left});
  TextTable table(std::move(columns), pointers.size());
  for (std::size_t s = 0; s < analysis.series.size(); ++s)
    for (std::size_t i = 0; i < analysis.series[s].points.size(); ++i) {
      const PointSample& each = *analysis.series[s].points[i];
      auto cells = labels_of(*each.point.parameters, pointers);
      for (auto& cell : sample_cells(each.sample, spec.confidence)) cells.push_back(std::move(cell));
      const auto ratio = analysis.speedups.empty() ? std::nullopt : analysis.speedups[s][i];
      cells.push_back(!ratio ? "" : ratio->log ? figure_text(*ratio->ratio()) : "–");
      const bool itself = ratio && ratio->log == 0.0 && ratio->logs && ratio->logs->low == ratio->logs->high;
      cells.push_back(ratio && !itself ? interval_cell(ratio->interval()) : "");
      cells.push_back(note_of(each.sample));
      table.add(std::move(cells));
    }
  return table;
}

TextTable best_table(const SweepSpec& spec, const Analysis& analysis) {
  const std::string group = spec.report ? spec.report->group : "";
  std::vector<std::string> kept, others;
  for (const auto& pointer : label_pointers(analysis)) {
    const bool tuned = pointer.starts_with("/algorithm/") && pointer != analysis.layout.x && pointer != group && pointer != "/algorithm/kind";
    (tuned ? others : kept).push_back(pointer);
  }
  Columns columns = label_columns(analysis, kept);
  columns.push_back({"best", Align::left});
  columns.push_back({with_unit("mean", analysis.figure ? analysis.figure->unit() : ""), Align::right});
  TextTable table(std::move(columns), kept.size());
  if (!analysis.figure || !analysis.figure->least_is_best() || others.empty() || kept.empty()) return table;
  std::map<std::string, std::size_t> places;
  std::vector<std::vector<const PointSample*>> groups;
  for (const auto& each : analysis.samples) {
    const auto [place, fresh] = places.emplace(parameters_key(*each.point.parameters, kept), groups.size());
    if (fresh) groups.emplace_back();
    groups[place->second].push_back(&each);
  }
  for (const auto& alike : groups) {
    const PointSample* best = best_of(alike, true);
    auto cells = labels_of(*alike.front()->point.parameters, kept);
    cells.push_back(best ? parameters_text(*best->point.parameters, others, analysis.axes) : "none with every seed");
    cells.push_back(best ? figure_text(best->sample.over(spec.confidence).mean) : "–");
    table.add(std::move(cells));
  }
  return table;
}

TextTable baseline_table(const Analysis& analysis) {
  const auto& against = *analysis.against;
  const auto pointers = label_pointers(analysis);
  Columns columns = label_columns(analysis, pointers);
  const bool relative =
      std::all_of(against.changes.begin(), against.changes.end(), [](const Change& change) { return change.relative; });
  for (const auto& head : {with_unit("before", against.unit), with_unit("now", against.unit),
                           std::string(relative ? "now/before" : "change"), std::string("interval"), std::string("notices")})
    columns.push_back({head, Align::right});
  columns.push_back({"", Align::left});
  columns.push_back({"", Align::left});
  TextTable table(std::move(columns), pointers.size());
  for (const Change* each : in_order_of_series(analysis)) {
    const Change& change = *each;
    auto cells = labels_of(change.parameters, pointers);
    if (change.of_all && !cells.empty()) std::fill(cells.begin(), cells.end(), "all");
    cells.push_back(std::isnan(change.mean_before) ? "" : figure_text(change.mean_before));
    cells.push_back(std::isnan(change.mean_now) ? "" : figure_text(change.mean_now));
    const auto shown = [&](double value) { return change.relative ? figure_text(value) : signed_text(value); };
    cells.push_back(change.change ? shown(*change.change) : "");
    cells.push_back(change.interval ? interval_text(*change.interval) : "");
    cells.push_back(change.notices ? fmt::format("{}{:.3g}", change.relative ? "×" : "±", *change.notices) : "");
    cells.push_back(change_word(change, analysis.figure && analysis.figure->kind == Figure::Kind::time_to));
    std::string note = change.cut_off;
    if (!change.why.empty()) note += (note.empty() ? "" : "; ") + change.why;
    cells.push_back(note);
    table.add(std::move(cells));
  }
  return table;
}

TextTable comparison_points_table(const Analysis& analysis, const Comparison& comparison) {
  Columns columns = label_columns(analysis, comparison.along);
  columns.push_back({"ratio", Align::right});
  columns.push_back({level_text(comparison.over.level) + " interval", Align::right});
  TextTable table(std::move(columns), comparison.along.size());
  if (comparison.by_point.size() < 2) return table;
  for (const auto& each : comparison.by_point) {
    auto cells = labels_of(each.parameters, comparison.along);
    cells.push_back(each.over.log ? figure_text(*each.over.ratio()) : "–");
    cells.push_back(interval_cell(each.over.interval()));
    table.add(std::move(cells));
  }
  return table;
}

std::string figure_head(const Analysis& analysis) {
  const auto unit = analysis.figure->unit();
  return unit.empty() ? analysis.figure->name() : fmt::format("{} in {}", analysis.figure->name(), unit);
}

std::vector<std::string> figure_notes(const SweepSpec& spec, const Analysis& analysis) {
  std::vector<std::string> notes;
  const bool of_time = analysis.figure->kind == Figure::Kind::time_to;
  const bool several = analysis.seeds.size() > 1;
  if (several) notes.push_back(fmt::format("mean over {} with Student's interval", counted(analysis.seeds.size(), "seed")));
  if (several && std::any_of(analysis.samples.begin(), analysis.samples.end(),
                             [](const auto& each) { return !each.sample.whole() && !each.sample.values.empty(); }))
    notes.push_back(std::string("a mean of “k of n” is of the k runs that have the figure") +
                    (of_time ? "; the median counts a run that never arrives as ∞" : ""));
  if (!spec.report->speedup_against) return notes;
  notes.push_back(fmt::format("speed-up against {} = {:g}, paired by seed", axis_name(analysis.layout.x, analysis.axes),
                              *spec.report->speedup_against));
  const bool of_median = std::any_of(analysis.speedups.begin(), analysis.speedups.end(), [](const auto& series) {
    return std::any_of(series.begin(), series.end(), [](const auto& ratio) { return ratio && ratio->of_median; });
  });
  if (of_median) notes.back() += "; its median where a run never arrives, then as 0";
  return notes;
}

std::vector<std::string> best_lines(const SweepSpec& spec, const Analysis& analysis) {
  if (analysis.samples.size() < 2) return {};
  if (!analysis.least) return {"best: no point has the figure with every seed"};
  if (analysis.figure->least_is_best()) return {"best: " + best_text(analysis, *analysis.least, spec.confidence)};
  return {"least: " + best_text(analysis, *analysis.least, spec.confidence),
          "greatest: " + best_text(analysis, *analysis.greatest, spec.confidence)};
}

std::string baseline_head(const Analysis& analysis) {
  const auto& against = *analysis.against;
  std::string head = fmt::format("{} against {}: alarms at the {} level", against.figure, against.file, level_text(alarm_level));
  const auto points = std::count_if(against.changes.begin(), against.changes.end(), [](const Change& change) { return !change.of_all; });
  if (points > 1) head += fmt::format(" of all {} points together (Bonferroni)", points);
  return head;
}

std::string baseline_note(const Analysis& analysis) {
  if (analysis.against->fresh.empty()) return "";
  return fmt::format("{} not in the baseline, the first at {}", counted(analysis.against->fresh.size(), "point"),
                     analysis.point_text(analysis.against->fresh.front()));
}

std::string failure_line(const Analysis& analysis, const RunRow& row) {
  std::string line = fmt::format("seed {} at {}: {}", row.seed, analysis.point_text(*row.parameters), status_words(row.status));
  return row.error.empty() ? line : line + ": " + row.error;
}

}  // namespace taubar::sweep
