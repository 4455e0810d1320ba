#include <fmt/format.h>

#include "core/metric/metric.hpp"
#include "sim/report/summary.hpp"

namespace taubar::report {
namespace {

std::string row(std::string_view name, const std::string& value) { return fmt::format("  {:<24}{}\n", name, value); }

std::string optional_value(const std::optional<double>& value) { return value ? fmt::format("{:.4g}", *value) : "unknown"; }

std::string ending(const trace::Trace& trace) {
  const std::string at = fmt::format("{:.6g} s of virtual time, by {}", to_seconds(trace.end), trace::name(trace.stopped_by));
  if (trace.stopped_by == trace::StoppedBy::stalled)
    return at + ": every agent waits for a message that will not come (was one lost?)";
  return at;
}

}  // namespace

std::string table(const experiment::Experiment& e, const trace::Trace& trace,
                  const std::vector<experiment::Verdict>& verdicts) {
  const auto& counts = trace.counts;
  std::string text = fmt::format("{}: {} on {} agents, d = {}, seed {}\n", e.scenario.name, e.scenario.algorithm.kind,
                                 e.agents(), e.problem->dimension(), e.scenario.seed);
  text += row("ended", ending(trace));
  for (const auto& [name, value] : trace.final) text += row(name, fmt::format("{:.6g}", value));
  text += row("updates", fmt::format("{} (of one agent {:.6g} on average)", counts.updates,
                                     static_cast<double>(counts.updates) / static_cast<double>(e.agents())));
  text += row("messages", fmt::format("{} sent, {} lost, {} in flight, {}", counts.messages, counts.lost,
                                      counts.in_flight(), config::format_quantity(static_cast<double>(counts.bytes),
                                                                                  config::Unit::size)));
  text += row("idle share", fmt::format("{:.1f} %", 100 * trace.idle_share));
  text += row("tau-bar", fmt::format("{} (tau_proc {}, tau_msg {}), staleness mean {:.3g}, max {}", trace.tau_bar,
                                     trace.tau_proc, trace.tau_msg, trace.staleness.mean(), trace.staleness.max()));
  if (e.scenario.algorithm->asynchronous() && !e.scenario.algorithm->averages())
    text += row("rate bias", fmt::format("{} expected, {} measured (‖x*_rates − x*‖)", optional_value(trace.rate_bias_expected),
                                         optional_value(trace.rate_bias_measured)));
  if (trace.minimum_weight) text += row("minimum weight", fmt::format("{:.4g}", *trace.minimum_weight));
  text += row("speed", fmt::format("{} events in {:.3g} s, {:.3g} events/s", trace.events, trace.wall_seconds,
                                   static_cast<double>(trace.events) / trace.wall_seconds));
  text += row("fingerprint", fmt::format("{:016x}", trace.fingerprint));
  if (trace.divergence)
    text += fmt::format("  DIVERGED at {:.6g} s{}: {}\n", to_seconds(trace.divergence->time),
                        fmt::format(", agent {}", trace.divergence->agent),
                        trace.divergence->explanation);
  for (const auto& verdict : verdicts)
    text += fmt::format("  {} {} (measured {})\n", verdict.holds ? "holds:" : "FAILS:", verdict.expectation,
                        verdict.measured ? fmt::format("{:.6g}", *verdict.measured) : "never");
  return text;
}

}  // namespace taubar::report
