#include "sim/sweep/expectation.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/sweep/figure.hpp"
#include "sim/sweep/sample.hpp"

namespace taubar::sweep {
namespace {

using config::Json;

constexpr std::size_t commands_a_verdict = 3, missed_shown = 10;

bool meets_expectation(double value, const RunExpectation& asked) {
  return value == value && (!asked.below || value < *asked.below) && (!asked.above || value > *asked.above) &&
         (asked.within.empty() || (value >= asked.within[0] && value <= asked.within[1]));
}

std::string missed_text(const Figure& figure, const RunRow& run) {
  if (has_failed(run)) return fmt::format("seed {}: the run failed", run.seed);
  const auto value = value_of(figure, run);
  if (value) return fmt::format("seed {}: {}", run.seed, figure_text(*value));
  return fmt::format("seed {}: {}", run.seed, figure.kind == Figure::Kind::time_to ? "never" : "not there");
}

Verdict judge_point(const SweepSpec& spec, const RunExpectation& asked, const Point& point, const std::vector<std::string>& telling,
                    const std::string& options) {
  const Figure figure = figure_named(asked.figure);
  const Sample sample = sample_of(figure, point.runs);
  Verdict verdict;
  verdict.name = expectation_words(asked) + ", at " + parameters_text(*point.parameters, telling, axes_of(spec));
  verdict.level = spec.confidence;
  std::string missed;
  std::size_t held = 0, done = 0;
  for (const RunRow* run : point.runs) {
    if (run->status == Status::pending) continue;
    ++done;
    verdict.seeds.push_back(run->seed);
    const auto value = has_failed(*run) ? std::nullopt : value_of(figure, *run);
    if (value && meets_expectation(*value, asked)) {
      ++held;
      continue;
    }
    if (done - held <= missed_shown) missed += "; " + missed_text(figure, *run);
    if (verdict.commands.size() < commands_a_verdict) verdict.commands.push_back(reproduction(spec, *run, options));
  }
  verdict.message = fmt::format("in {} of {}", held, counted(done, "run"));
  if (done > 0) verdict.message += fmt::format(" (seeds {})", seeds_text(verdict.seeds));
  if (!sample.values.empty()) {
    const auto over = sample.over(spec.confidence);
    verdict.measured = over.mean;
    verdict.interval = over.of_mean;
    verdict.message += fmt::format(", mean {}{}", figure_text(over.mean),
                                   sample.values.size() < done ? fmt::format(" of {}", sample.values.size()) : "");
    if (over.of_mean) verdict.message += fmt::format(" ({} interval {})", level_text(over.level), interval_text(*over.of_mean));
  }
  verdict.message += missed;
  if (done - held > missed_shown) verdict.message += fmt::format("; and {} more", done - held - missed_shown);
  verdict.outcome = held < done ? Decision::fails : Decision::holds;
  if (sample.pending.empty()) return verdict;
  verdict.message += fmt::format("; {} not done", counted(sample.pending.size(), "run"));
  if (verdict.outcome == Decision::holds) verdict.outcome = Decision::inconclusive;
  return verdict;
}

/// The worst of the run's own expectations, and what it says.
std::pair<Decision, std::string> own_expectations(const RunRow& run) {
  std::pair<Decision, std::string> worst{Decision::holds, ""};
  const auto list = run.summary.find("expectations");
  if (list == run.summary.end() || !list->is_array()) return worst;
  for (const Json& each : *list) {
    if (!each.is_object() || each.value("holds", false)) continue;
    const auto outcome = each.value("outcome", std::string("fails")) == "inconclusive" ? Decision::inconclusive : Decision::fails;
    if (outcome <= worst.first) continue;
    const auto measured = each.find("measured");
    const std::string value = measured != each.end() && measured->is_number() ? figure_text(measured->get<double>()) : "never";
    worst = {outcome, fmt::format("{} (measured {})", each.value("expectation", std::string()), value)};
  }
  return worst;
}

bool has_own_expectations(const RunRow& run) {
  if (run.status != Status::done) return false;
  const auto list = run.summary.is_object() ? run.summary.find("expectations") : run.summary.end();
  return run.exit_code == 1 || (list != run.summary.end() && list->is_array() && !list->empty());
}

}  // namespace

std::string expectation_words(const RunExpectation& asked) {
  std::string text = figure_named(asked.figure).name();
  if (asked.below) text += fmt::format(" below {:g}", *asked.below);
  if (asked.above) text += fmt::format(" above {:g}", *asked.above);
  if (!asked.within.empty()) text += fmt::format(" within [{:g}, {:g}]", asked.within[0], asked.within[1]);
  return text;
}

std::vector<Verdict> judge_expectation(const SweepSpec& spec, const RunExpectation& asked, const std::vector<Point>& points,
                                       const std::string& options) {
  const auto telling = telling_pointers(spec, points);
  std::vector<Verdict> verdicts;
  for (const auto& point : points)
    if (belongs(*point.parameters, asked.where)) verdicts.push_back(judge_point(spec, asked, point, telling, options));
  if (!verdicts.empty()) return verdicts;
  Verdict none;
  none.name = expectation_words(asked);
  none.message = "no run is where it asks for";
  return {none};
}

std::vector<Verdict> judge_own_expectations(const SweepSpec& spec, const std::vector<Point>& points, const std::string& options) {
  const auto telling = telling_pointers(spec, points);
  std::vector<Verdict> verdicts;
  for (const auto& point : points) {
    Verdict verdict;
    verdict.kind = Verdict::Kind::scenario;
    verdict.outcome = Decision::holds;
    std::string missed;
    std::size_t held = 0;
    for (const RunRow* run : point.runs) {
      if (!has_own_expectations(*run)) continue;
      verdict.seeds.push_back(run->seed);
      auto [outcome, what] = own_expectations(*run);
      if (outcome == Decision::holds && run->exit_code == 1) outcome = Decision::fails;
      if (outcome == Decision::holds) {
        ++held;
        continue;
      }
      verdict.outcome = std::max(verdict.outcome, outcome);
      missed += fmt::format("; seed {}: {}", run->seed, what.empty() ? "exit code 1" : what);
      if (verdict.commands.size() < commands_a_verdict) verdict.commands.push_back(reproduction(spec, *run, options));
    }
    if (verdict.seeds.empty()) continue;
    verdict.name = "the scenario's own expectations, at " + parameters_text(*point.parameters, telling, axes_of(spec));
    verdict.message = fmt::format("in {} of {} (seeds {}){}", held, counted(verdict.seeds.size(), "run"), seeds_text(verdict.seeds), missed);
    verdicts.push_back(std::move(verdict));
  }
  return verdicts;
}

}  // namespace taubar::sweep
