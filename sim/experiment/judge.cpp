#include "sim/experiment/judge.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/math.hpp"

namespace taubar::experiment {
namespace {

std::string condition(const ExpectSpec& expect) {
  std::string text;
  if (expect.below) text += fmt::format(" below {:g}", *expect.below);
  if (expect.above) text += fmt::format(" above {:g}", *expect.above);
  if (!expect.within.empty()) text += fmt::format(" within [{:g}, {:g}]", expect.within[0], expect.within[1]);
  return text;
}

Verdict judge_metric(const ExpectSpec& expect, const trace::Trace& trace) {
  Verdict verdict{in_words(expect), std::nullopt, false};
  const int column = trace.column(expect.metric);
  if (expect.at == "end") {
    if (const auto final = trace.final.find(expect.metric); final != trace.final.end()) verdict.measured = final->second;
  } else if (column >= 0) {
    const auto c = static_cast<std::size_t>(column);
    const Time until = expect.at == "any" ? trace.end : from_seconds(*config::parse_quantity(expect.at, config::Unit::duration));
    for (const auto& record : trace.records) {
      if (record.time > until) break;
      verdict.measured = record.values[c];
      if (expect.at == "any" && meets(record.values[c], expect)) break;
    }
  }
  verdict.holds = verdict.measured && meets(*verdict.measured, expect);
  return verdict;
}

Verdict judge_time_to(const ExpectSpec& expect, const trace::Trace& trace) {
  const auto& [metric, level] = *expect.time_to->levels.begin();
  Verdict verdict{in_words(expect), trace.time_to(metric, level), false};
  verdict.holds = verdict.measured && meets(*verdict.measured, expect);
  return verdict;
}

Verdict judge_bound(const ExpectSpec& expect, const std::vector<bound::Verdict>& bounds) {
  Verdict verdict{in_words(expect), std::nullopt, false};
  for (const auto& bound : bounds) {
    if (bound.bound != expect.bound) continue;
    verdict.measured = bound.measured;
    if (bound.log10 && bound.measured) verdict.measured = math::pow(10.0, *bound.measured);
    verdict.holds = bound.outcome == bound::Outcome::holds || bound.outcome == bound::Outcome::reported;
    verdict.expectation += fmt::format(": {}", bound::name(bound.outcome));
    if (!verdict.holds && !bound.reason.empty()) verdict.expectation += ", " + bound.reason;
  }
  return verdict;
}

}  // namespace

std::string in_words(const ExpectSpec& expect) {
  if (!expect.metric.empty()) return fmt::format("{} at {}{}", expect.metric, expect.at, condition(expect));
  if (!expect.bound.empty()) return "bound " + expect.bound;
  if (!expect.time_to) return expect.measured + condition(expect);
  const auto& [metric, level] = *expect.time_to->levels.begin();
  return fmt::format("seconds until {} is at most {:g}{}", metric, level, condition(expect));
}

bool meets(double value, const ExpectSpec& expect) {
  return (!expect.below || value < *expect.below) && (!expect.above || value > *expect.above) &&
         (expect.within.empty() || (value >= expect.within[0] && value <= expect.within[1])) && value == value;
}

std::optional<double> measured_figure(const trace::Trace& trace, const std::string& name) {
  const auto number = [](auto value) { return std::optional<double>(static_cast<double>(value)); };
  if (name == "tau_proc") return number(trace.tau_proc);
  if (name == "tau_msg") return number(trace.tau_msg);
  if (name == "tau_bar") return number(trace.tau_bar);
  if (name == "staleness_mean") return trace.staleness.mean();
  if (name == "staleness_max") return number(trace.staleness.max());
  if (name == "idle_share") return trace.idle_share;
  if (name == "updates") return number(trace.counts.updates);
  if (name == "gradients") return number(trace.counts.gradients);
  if (name == "messages") return number(trace.counts.messages);
  if (name == "messages_lost") return number(trace.counts.lost);
  if (name == "bytes") return number(trace.counts.bytes);
  if (name == "minimum_weight") return trace.minimum_weight;
  if (name == "virtual_time") return to_seconds(trace.end);
  if (name == "rate_bias") return trace.rate_bias_measured;
  if (name == "visit_distance") return trace.visits ? std::optional(trace.visits->total_variation) : std::nullopt;
  const auto& tokens = trace.token_figures;
  if (name == "regenerated") return tokens && tokens->recovers ? number(tokens->regenerated) : std::nullopt;
  if (name == "repeated_steps") return tokens && tokens->recovers ? number(trace.repeated_steps()) : std::nullopt;
  if (name == "floor_ratio") return trace.floor ? std::optional(trace.floor->ratio()) : std::nullopt;
  if (name == "server_updates") return trace.server ? number(trace.server->updates) : std::nullopt;
  if (name == "dropped") return trace.server ? number(trace.server->dropped) : std::nullopt;
  return std::nullopt;
}

std::vector<Verdict> judge(const std::vector<ExpectSpec>& expectations, const trace::Trace& trace,
                           const std::vector<bound::Verdict>& bounds) {
  std::vector<Verdict> verdicts;
  for (const auto& expect : expectations) {
    if (!expect.metric.empty()) {
      verdicts.push_back(judge_metric(expect, trace));
    } else if (!expect.bound.empty()) {
      verdicts.push_back(judge_bound(expect, bounds));
    } else if (expect.time_to) {
      verdicts.push_back(judge_time_to(expect, trace));
    } else {
      const auto value = measured_figure(trace, expect.measured);
      verdicts.push_back({in_words(expect), value, value && meets(*value, expect)});
    }
  }
  return verdicts;
}

}  // namespace taubar::experiment
