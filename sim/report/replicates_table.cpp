#include <fmt/format.h>

#include <algorithm>

#include "sim/report/replicates.hpp"
#include "sim/report/sampling.hpp"

namespace taubar::report {
namespace {

using experiment::Replicates;

/// "0.0123 ± 0.0011".
std::string with_half_width(const law::SampleStatistics& s) {
  if (s.count == 0) return "none";
  const auto half = s.half_width();
  return half ? fmt::format("{:.6g} ± {:.2g}", s.mean, *half) : fmt::format("{:.6g}", s.mean);
}

/// "/time_to/distance/0.1" → "s to distance 0.1"; "/final/distance" → "distance".
std::string name_of(const std::string& pointer) {
  if (pointer == "/minimum_weight") return "minimum weight, whole run";  // beside that of the end
  std::string text = pointer.substr(1);
  for (const auto& [from, to] : {std::pair<std::string, std::string>{"final/", ""}, {"time_to/", "s to "}})
    if (text.starts_with(from)) text = to + text.substr(from.size());
  std::replace(text.begin(), text.end(), '/', ' ');
  return text;
}

std::string figure_row(const Figure& figure, std::size_t sound) {
  const auto& s = figure.over;
  std::string line = fmt::format("  {:<28}{:<30}", name_of(figure.pointer), with_half_width(s));
  if (s.count > 1) line += fmt::format("{:<12.4g}{:.4g} to {:.4g}", s.median, s.least, s.greatest);
  if (s.count < sound) line += fmt::format("{}{} of {}", s.count > 1 ? ", " : "", s.count, sound);
  while (line.back() == ' ') line.pop_back();
  return line + "\n";
}

std::string failures(const Replicates& runs) {
  std::string text;
  for (const auto* replicate : runs.failed()) {
    const auto& trace = *replicate->trace;
    if (trace.divergence)
      text += fmt::format("  DIVERGED with seed {} at {:.6g} s, agent {}: {}\n", replicate->seed,
                          to_seconds(trace.divergence->time), trace.divergence->agent,
                          trace.divergence->explanation);
    else
      text += fmt::format("  FAILED with seed {} at {:.6g} s, by {}\n", replicate->seed,
                          to_seconds(trace.end), trace::name(trace.stopped_by));
  }
  return text;
}

}  // namespace

std::string table(const Replicates& runs, const std::vector<experiment::Verdict>& verdicts) {
  const auto& scenario = runs.scenario;
  const std::size_t sound = runs.sound().size();
  std::string text = fmt::format(
      "{}: {} on {} agents, d = {}, {} replicates, seeds {} to {}, structure of seed {}\n", scenario.name,
      scenario.algorithm.kind, runs.structure->topology.graph.agents(), runs.structure->problem->dimension(),
      runs.all.size(), runs.all.front().seed, runs.all.back().seed, scenario.structure());
  text += fmt::format("  ended by {}: {} of {} finished, {} failed\n", stopped_by(runs), runs.finished(),
                      runs.all.size(), runs.failed().size());
  text += fmt::format("  {:<28}{:<30}{:<12}{}\n", fmt::format("over {} replicates", sound),
                      fmt::format("mean ± half a {:g} % interval", 100 * scenario.confidence), "median", "least to greatest");
  for (const auto& figure : figures(runs)) text += figure_row(figure, sound);
  if (sound > 0 && runs.sound().front()->trace->sampling)
    text += fmt::format("  {:<28}{}\n", "sampling", sampling_rule_text(*runs.sound().front()->trace->sampling));
  text += failures(runs);
  for (const auto& verdict : verdicts)
    text += fmt::format("  {} {} (measured {})\n", verdict.holds ? "holds:" : verdict.inconclusive ? "INCONCLUSIVE:" : "FAILS:", verdict.expectation,
                        verdict.measured ? fmt::format("{:.6g}", *verdict.measured) : "never");
  return text;
}

}  // namespace taubar::report
