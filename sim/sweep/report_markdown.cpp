#include <fmt/format.h>

#include <algorithm>

#include "core/config/wording.hpp"
#include "sim/sweep/report.hpp"

namespace taubar::sweep {
namespace {

using Align = TextTable::Align;

constexpr std::size_t most_series_beside = 8, markdown_failures = 20;

std::string_view outcome_cell(Decision outcome) {
  switch (outcome) {
    case Decision::holds: return "✅ holds";
    case Decision::inconclusive: return "❓ inconclusive";
    case Decision::fails: return "❌ fails";
  }
  return "";
}

std::string series_head(const Analysis& analysis, const Series& series) {
  const auto& pointers = analysis.layout.series;
  if (pointers.size() == 1 && series.parameters.contains(pointers.front())) {
    const auto& value = series.parameters.at(pointers.front());
    if (value.is_string()) return value.get<std::string>();
  }
  return parameters_text(series.parameters, pointers, analysis.axes);
}

std::string beside_cell(const Analysis& analysis, std::size_t s, std::size_t i) {
  const Sample& sample = analysis.series[s].points[i]->sample;
  const auto& ratio = analysis.speedups[s][i];
  if (sample.values.empty()) return sample.failed.empty() ? "never" : "failed";
  std::string cell = figure_text(sample.over(0.5).mean);
  if (!analysis.figure->unit().empty()) cell += fmt::format(" {}", analysis.figure->unit());
  if (!sample.whole()) cell += fmt::format(" ({} of {})", sample.values.size(), sample.runs());
  return ratio && ratio->log && *ratio->ratio() > 0 ? fmt::format("{} · **{:.3g}×**", cell, *ratio->ratio()) : cell;
}

/// x down, series across, as papers print it; "" where that has no sense.
std::string side_by_side(const Analysis& analysis) {
  if (analysis.speedups.empty() || analysis.series.size() < 2 || analysis.series.size() > most_series_beside) return "";
  std::vector<std::string> keys;
  std::vector<const Point*> rows;
  for (const auto& series : analysis.series)
    for (const PointSample* each : series.points) {
      const auto key = parameters_key(*each->point.parameters, {analysis.layout.x});
      if (std::find(keys.begin(), keys.end(), key) != keys.end()) continue;
      keys.push_back(key);
      rows.push_back(&each->point);
    }
  std::string head = fmt::format("| {} |", markdown_text(axis_name(analysis.layout.x, analysis.axes))), rule = "|---:|", text;
  for (const auto& series : analysis.series) {
    head += fmt::format(" {} |", markdown_text(series_head(analysis, series)));
    rule += "---:|";
  }
  for (std::size_t r = 0; r < std::min(rows.size(), most_table_rows); ++r) {
    const auto x = rows[r]->parameters->find(analysis.layout.x);
    text += fmt::format("| {} |", x == rows[r]->parameters->end() ? "–" : markdown_text(value_text(x->second)));
    for (std::size_t s = 0; s < analysis.series.size(); ++s) {
      const auto& points = analysis.series[s].points;
      const auto own = std::find_if(points.begin(), points.end(), [&](const PointSample* each) {
        return parameters_key(*each->point.parameters, {analysis.layout.x}) == keys[r];
      });
      text += fmt::format(" {} |", own == points.end() ? "–" : beside_cell(analysis, s, static_cast<std::size_t>(own - points.begin())));
    }
    text += "\n";
  }
  return head + "\n" + rule + "\n" + text + "\n";
}

std::string folded(const std::string& title, const std::string& content) {
  return fmt::format("<details><summary>{}</summary>\n\n{}\n</details>\n\n", title, content);
}

std::string verdicts_section(const Analysis& analysis) {
  TextTable bad({{"", Align::left}, {"expected", Align::left}, {"found", Align::left}}, 0), good = bad;
  for (const auto& verdict : analysis.verdicts) {
    if (verdict.kind == Verdict::Kind::baseline) continue;  // in a table of their own
    (verdict.outcome == Decision::holds ? good : bad)
        .add({std::string(outcome_cell(verdict.outcome)), verdict.name, verdict.message});
  }
  std::string text;
  if (bad.rows() > 0) text += bad.markdown(most_table_rows) + "\n";
  if (good.rows() == 0) return text;
  const std::string table = good.markdown(most_table_rows);
  return text + (good.rows() <= 5 && bad.rows() == 0 ? table + "\n" : folded(fmt::format("✅ {} hold{}", counted(good.rows(), "expectation"), good.rows() == 1 ? "s" : ""), table));
}

std::string figures_part(const SweepSpec& spec, const Analysis& analysis) {
  if (!analysis.figure) return "";
  std::string text = fmt::format("#### {}\n\n", markdown_text(figure_head(analysis)));
  for (const auto& note : figure_notes(spec, analysis)) text += fmt::format("- {}\n", markdown_text(note));
  text += "\n";
  if (!analysis.recorded) text += "No run has it: is it recorded, and in reach?\n\n";
  const auto beside = side_by_side(analysis);
  const auto table = figure_table(spec, analysis).markdown(most_table_rows);
  text += beside.empty() ? table + "\n" : beside + folded("with intervals", table);
  for (const auto& line : best_lines(spec, analysis)) text += fmt::format("- {}\n", markdown_text(line));
  text += "\n";
  const auto best = best_table(spec, analysis);
  return best.rows() > 0 ? text + best.markdown(most_table_rows) + "\n" : text;
}

std::string baseline_part(const Analysis& analysis) {
  if (!analysis.against) return "";
  const auto& changes = analysis.against->changes;
  const bool all_hold = std::all_of(changes.begin(), changes.end(), [](const Change& change) { return change.outcome == Decision::holds; });
  const std::string table = baseline_table(analysis).markdown(most_table_rows);
  std::string text = fmt::format("#### {}\n\n", markdown_text(baseline_head(analysis)));
  text += all_hold ? folded("✅ no change seen", table) : table + "\n";
  if (const auto note = baseline_note(analysis); !note.empty()) text += markdown_text(note) + ".\n\n";
  return text;
}

std::string failures_part(const SweepSpec& spec, const Analysis& analysis) {
  if (analysis.failed.empty()) return "";
  std::string text = "#### Runs that failed\n\n";
  for (std::size_t i = 0; i < std::min(markdown_failures, analysis.failed.size()); ++i)
    text += fmt::format("- {}\n", markdown_text(failure_line(analysis, *analysis.failed[i])));
  if (analysis.failed.size() > markdown_failures) text += fmt::format("- … and {} more\n", analysis.failed.size() - markdown_failures);
  return text + fmt::format("\n```sh\n{}\n```\n\n", config::printable(reproduction(spec, *analysis.failed.front(), analysis.run_options), 4000));
}

}  // namespace

std::string report_markdown(const SweepSpec& spec, const Analysis& analysis) {
  return fmt::format("### {}\n\n{}\n\n", markdown_text(spec.name), analysis.counts_text()) + verdicts_section(analysis) +
         baseline_part(analysis) + figures_part(spec, analysis) + failures_part(spec, analysis);
}

}  // namespace taubar::sweep
