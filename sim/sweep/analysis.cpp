#include "sim/sweep/analysis.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace taubar::sweep {
namespace {

constexpr std::array all_statuses{Status::done,    Status::failed,    Status::wrong_input, Status::refused,
                                  Status::timed_out, Status::crashed, Status::pending};

void analyse_report(Analysis& analysis, const SweepSpec& spec) {
  if (!spec.report || spec.report->y.empty()) return;
  analysis.figure = figure_named(spec.report->y);
  analysis.layout = layout_of(spec, analysis.points);
  analysis.samples = samples_of(*analysis.figure, analysis.points);
  analysis.series = series_of(analysis.layout, analysis.samples);
  if (spec.report->speedup_against)
    for (const auto& series : analysis.series)
      analysis.speedups.push_back(speedups(series, analysis.layout.x, *spec.report->speedup_against, spec.confidence));
  std::vector<const PointSample*> all;
  for (const auto& each : analysis.samples) all.push_back(&each);
  analysis.least = best_of(all, true);
  analysis.greatest = best_of(all, false);
  const bool any_done = analysis.with(Status::done) > 0;
  analysis.recorded = !any_done || std::any_of(analysis.samples.begin(), analysis.samples.end(),
                                               [](const PointSample& each) { return !each.sample.values.empty(); });
}

void analyse_expectations(Analysis& analysis, const SweepSpec& spec, const std::string& options) {
  for (const auto& asked : spec.comparisons) analysis.comparisons.push_back(compare_groups(spec, asked, analysis.points, options));
  for (const auto& asked : spec.expectations)
    analysis.expectations.push_back({expectation_words(asked), judge_expectation(spec, asked, analysis.points, options)});
  ExpectationVerdicts own{"the scenario's own expectations", judge_own_expectations(spec, analysis.points, options)};
  if (!own.verdicts.empty()) analysis.expectations.push_back(std::move(own));
}

void collect_verdicts(Analysis& analysis, const SweepSpec& spec) {
  auto& all = analysis.verdicts;
  for (const auto& comparison : analysis.comparisons) all.push_back(comparison.verdict);
  for (const auto& each : analysis.expectations) all.insert(all.end(), each.verdicts.begin(), each.verdicts.end());
  if (!analysis.against) return;
  for (const auto& change : analysis.against->changes) all.push_back(analysis.against->verdict(change, spec));
}

}  // namespace

std::string_view status_words(Status status) {
  switch (status) {
    case Status::pending: return "to do";
    case Status::done: return "done";
    case Status::failed: return "failed";
    case Status::wrong_input: return "wrong input";
    case Status::refused: return "refused";
    case Status::timed_out: return "out of time";
    case Status::crashed: return "crashed";
  }
  return "";
}

std::size_t ExpectationVerdicts::count(Decision outcome) const {
  return static_cast<std::size_t>(
      std::count_if(verdicts.begin(), verdicts.end(), [&](const Verdict& verdict) { return verdict.outcome == outcome; }));
}

Decision ExpectationVerdicts::worst() const {
  Decision worst = Decision::holds;
  for (const auto& verdict : verdicts) worst = std::max(worst, verdict.outcome);
  return worst;
}

std::string Analysis::counts_text() const {
  const std::string points_text = counted(points.size(), "point"), seeds_counted = counted(seeds.size(), "seed");
  std::string text = runs == points.size() * seeds.size() ? fmt::format("{} × {}", points_text, seeds_counted)
                                                          : fmt::format("{} of {}", counted(runs, "run"), points_text);
  std::string words;
  for (const Status status : all_statuses)
    if (with(status) > 0) words += fmt::format("{}{} {}", words.empty() ? "" : ", ", with(status), status_words(status));
  return words.empty() ? text : text + ": " + words;
}

Analysis analyse(const SweepSpec& spec, const std::vector<RunRow>& rows, const JudgeOptions& options) {
  Analysis analysis;
  analysis.run_options = options.run_options;
  analysis.runs = rows.size();
  std::set<std::int64_t> seeds;
  for (const auto& row : rows) {
    ++analysis.by_status[static_cast<std::size_t>(row.status)];
    seeds.insert(row.seed);
    if (has_failed(row)) analysis.failed.push_back(&row);
  }
  analysis.seeds.assign(seeds.begin(), seeds.end());
  std::stable_sort(analysis.failed.begin(), analysis.failed.end(), [](const RunRow* a, const RunRow* b) {
    return std::pair(a->point, a->seed) < std::pair(b->point, b->seed);
  });
  analysis.points = points_of(rows);
  analysis.axes = axes_of(spec);
  analysis.telling = telling_pointers(spec, analysis.points);
  analyse_report(analysis, spec);
  analyse_expectations(analysis, spec, options.run_options);
  if (options.baseline) analysis.against = compare_with_baseline(spec, analysis.points, *options.baseline, options.baseline_file);
  collect_verdicts(analysis, spec);
  return analysis;
}

int exit_code_of(const Analysis& analysis) {
  if (analysis.with(Status::refused) > 0) return 4;
  if (!analysis.failed.empty()) return 3;
  const auto& verdicts = analysis.verdicts;
  const bool all_hold = std::all_of(verdicts.begin(), verdicts.end(), [](const Verdict& v) { return v.outcome == Decision::holds; });
  return all_hold ? 0 : 1;
}

}  // namespace taubar::sweep
