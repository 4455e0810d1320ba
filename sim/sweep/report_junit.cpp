#include <fmt/format.h>

#include <algorithm>

#include "sim/report/xml.hpp"
#include "sim/sweep/report.hpp"

namespace taubar::sweep {
namespace {

using report::xml_escaped;

/// Failed runs that are test cases each; of more, one more says how many.
constexpr std::size_t most_failed_cases = 1000;

/// Text between tags, where line breaks are themselves.
std::string xml_lines(const std::vector<std::string>& lines) {
  std::string text;
  for (const auto& line : lines) text += (text.empty() ? "" : "\n") + xml_escaped(line);
  return text;
}

std::string case_begin(const std::string& suite, std::string_view kind, const std::string& name) {
  return fmt::format("  <testcase classname=\"{}.{}\" name=\"{}\">\n", xml_escaped(suite), kind, xml_escaped(name));
}

std::string verdict_case(const std::string& suite, const Verdict& verdict) {
  std::string text = case_begin(suite, kind_name(verdict.kind), verdict.name);
  std::vector<std::string> lines{fmt::format("{}: {}", decision_name(verdict.outcome), verdict.message)};
  if (verdict.outcome == Decision::holds) {
    text += fmt::format("    <system-out>{}</system-out>\n", xml_lines(lines));
  } else {
    if (!verdict.commands.empty()) lines.push_back("to make such a run again:");
    lines.insert(lines.end(), verdict.commands.begin(), verdict.commands.end());
    text += fmt::format("    <failure type=\"{}\" message=\"{}\">{}</failure>\n", decision_name(verdict.outcome),
                        xml_escaped(lines.front()), xml_lines(lines));
  }
  return text + "  </testcase>\n";
}

std::string failed_case(const SweepSpec& spec, const Analysis& analysis, const RunRow& row) {
  const std::string line = failure_line(analysis, row);
  return case_begin(spec.name, "run", fmt::format("seed {} at {}", row.seed, analysis.point_text(*row.parameters))) +
         fmt::format("    <error type=\"{}\" message=\"{}\">{}</error>\n  </testcase>\n", status_words(row.status), xml_escaped(line),
                     xml_lines({line, "to make this run again:", reproduction(spec, row, analysis.run_options)}));
}

/// So that a sweep without expectations is a test too.
std::string ended_case(const SweepSpec& spec, const Analysis& analysis) {
  return case_begin(spec.name, "run", "runs that ended as asked for") +
         fmt::format("    <system-out>{}</system-out>\n  </testcase>\n", xml_escaped(analysis.counts_text()));
}

}  // namespace

std::string report_junit(const SweepSpec& spec, const Analysis& analysis) {
  std::string cases = ended_case(spec, analysis);
  std::size_t tests = 1, failures = 0, errors = 0;
  for (const auto& verdict : analysis.verdicts) {
    cases += verdict_case(spec.name, verdict);
    ++tests;
    if (verdict.outcome != Decision::holds) ++failures;
  }
  for (const RunRow* row : analysis.failed) {
    if (errors == most_failed_cases) {
      cases += case_begin(spec.name, "run", "more failed runs") +
               fmt::format("    <error message=\"{} runs failed\"/>\n  </testcase>\n", analysis.failed.size());
      ++errors;
      break;
    }
    cases += failed_case(spec, analysis, *row);
    ++errors;
  }
  return fmt::format("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\">\n{}"
                     "</testsuite>\n",
                     xml_escaped(spec.name), tests + errors, failures, errors, cases);
}

}  // namespace taubar::sweep
