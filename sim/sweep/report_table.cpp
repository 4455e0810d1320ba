#include <fmt/format.h>

#include <algorithm>

#include "core/config/wording.hpp"
#include "sim/sweep/report.hpp"

namespace taubar::sweep {
namespace {

constexpr std::size_t shown_failures = 10, shown_verdicts = 20;

std::string_view outcome_heading(Decision outcome) {
  switch (outcome) {
    case Decision::holds: return "holds:";
    case Decision::inconclusive: return "INCONCLUSIVE:";
    case Decision::fails: return "FAILS:";
  }
  return "";
}

std::string verdict_line(const Verdict& verdict) {
  return fmt::format("  {} {}: {}\n", outcome_heading(verdict.outcome), config::printable(verdict.name), config::printable(verdict.message, 600));
}

std::string indented(const std::string& text) {
  std::string lines;
  for (std::size_t begin = 0; begin < text.size();) {
    const auto end = text.find('\n', begin);
    lines += "  " + text.substr(begin, end - begin + 1);
    begin = end + 1;
  }
  return lines;
}

std::string figures_section(const SweepSpec& spec, const Analysis& analysis) {
  if (!analysis.figure) return "";
  std::string text = "\n" + figure_head(analysis) + "\n";
  for (const auto& note : figure_notes(spec, analysis)) text += "  " + note + "\n";
  if (!analysis.recorded) text += "  no run has it: is it recorded, and in reach?\n";
  text += figure_table(spec, analysis).text(most_table_rows);
  for (const auto& line : best_lines(spec, analysis)) text += "  " + line + "\n";
  const auto best = best_table(spec, analysis);
  return best.rows() > 0 ? text + "\n" + best.text(most_table_rows) : text;
}

std::string expectation_lines(const ExpectationVerdicts& expectation) {
  const auto& all = expectation.verdicts;
  if (all.size() == 1) return verdict_line(all.front());
  std::string text;
  const std::size_t held = expectation.count(Decision::holds);
  if (held > 0) text += fmt::format("  holds: {}, at {} of {} points\n", expectation.words, held, all.size());
  std::size_t shown = 0;
  for (const auto& verdict : all)
    if (verdict.outcome != Decision::holds && shown++ < shown_verdicts) text += verdict_line(verdict);
  if (shown > shown_verdicts) text += fmt::format("  … and at {} more points\n", shown - shown_verdicts);
  return text;
}

std::string expectations_section(const Analysis& analysis) {
  std::string text;
  for (const auto& comparison : analysis.comparisons) {
    text += verdict_line(comparison.verdict);
    const auto by_point = comparison_points_table(analysis, comparison);
    if (by_point.rows() > 0) text += indented(by_point.text(shown_verdicts));
  }
  for (const auto& expectation : analysis.expectations) text += expectation_lines(expectation);
  return text.empty() ? "" : "\nexpectations\n" + text;
}

std::string baseline_section(const Analysis& analysis) {
  if (!analysis.against) return "";
  std::string text = fmt::format("\n{}\n{}", config::printable(baseline_head(analysis)), baseline_table(analysis).text(most_table_rows));
  const auto note = baseline_note(analysis);
  return note.empty() ? text : text + "  " + note + "\n";
}

std::string failures_section(const SweepSpec& spec, const Analysis& analysis) {
  if (analysis.failed.empty()) return "";
  std::string text = "\nruns that failed\n";
  for (std::size_t i = 0; i < std::min(shown_failures, analysis.failed.size()); ++i)
    text += fmt::format("  {}\n    {}\n", config::printable(failure_line(analysis, *analysis.failed[i])),
                        config::printable(reproduction(spec, *analysis.failed[i], analysis.run_options), 4000));
  if (analysis.failed.size() > shown_failures)
    text += fmt::format("  … and {} more\n", analysis.failed.size() - shown_failures);
  return text;
}

}  // namespace

std::string report_table(const SweepSpec& spec, const Analysis& analysis) {
  return fmt::format("{}: {}\n", config::printable(spec.name), analysis.counts_text()) + figures_section(spec, analysis) +
         expectations_section(analysis) + baseline_section(analysis) + failures_section(spec, analysis);
}

}  // namespace taubar::sweep
