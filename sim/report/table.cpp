#include <fmt/format.h>

#include <algorithm>

#include "core/metric/metric.hpp"
#include "sim/report/replay_files.hpp"
#include "sim/report/sampling.hpp"
#include "sim/report/summary.hpp"

namespace taubar::report {
namespace {

std::string row(std::string_view name, const std::string& value) { return fmt::format("  {:<28}{}\n", name, value); }

std::string optional_value(const std::optional<double>& value) { return value ? fmt::format("{:.4g}", *value) : "unknown"; }

std::string first_crash(const trace::FaultFigures& faults) {
  const std::string what = fmt::format("agent {} crashed at {:.6g} s", faults.first_agent, to_seconds(faults.first_crash));
  return faults.crashes == 1 ? what : what + fmt::format(", the first of {} crashes", faults.crashes);
}

std::string fault_row(const trace::FaultFigures& faults) {
  return row("faults", fmt::format("{} crashes, {} recoveries; {} steps and {} messages lost to them", faults.crashes,
                                   faults.recoveries, faults.lost_steps, faults.lost_messages));
}

std::string ending(const trace::Trace& trace) {
  const std::string at = fmt::format("{:.6g} s of virtual time, by {}", to_seconds(trace.end), trace::name(trace.stopped_by));
  if (trace.stopped_by == trace::StoppedBy::stalled)
    return at + ": every agent waits for a message that will not come (" +
           (trace.faults && trace.faults->crashes > 0 ? first_crash(*trace.faults) : "was one lost?") + ")";
  return at;
}

std::string server_rows(const trace::ServerFigures& s) {
  return row("server", fmt::format("{} updates with {} gradients, {} dropped; delay mean {:.3g}, max {}; concurrency mean {:.3g}, max {}",
                                   s.updates, s.applied, s.dropped, s.mean_delay(), s.delay_max, s.mean_concurrency(),
                                   s.concurrency_max));
}

std::string token_rows(const trace::TokenFigures& f, const trace::Trace& trace) {
  std::string text;
  if (f.keeps_visits) text += row("news of visits", fmt::format("{} messages, {} later than the token", f.news, f.late_news));
  if (f.recovers)
    text += row("recovery", fmt::format("{} tokens regenerated, {} copies dropped, {} steps repeated, longest absence {:.4g} s; {} "
                                        "acknowledgements", f.regenerated, f.dropped_copies, trace.repeated_steps(),
                                        to_seconds(f.longest_absence), f.acknowledgements));
  return text;
}

/// In readable units.
std::string span(const config::Json& seconds) {
  return seconds.is_number() ? fmt::format("{:.3g} ms", 1e3 * seconds.get<double>()) : "unknown";
}

std::string replay_rows(const trace::Replay& replay) {
  const auto json = replay_summary(replay);
  const auto of = [&](const char* what) {
    const auto& d = json[what];
    return d.is_null() ? std::string("none") : fmt::format("median {}, 99 % {}", span(d["median"]), span(d["quantile_99"]));
  };
  std::string text = row("world", fmt::format("{} ranks, {}, pace {}, time scale {:g}", replay.ranks.size(), replay.library,
                                              replay.pace, replay.time_scale));
  text += row("step", of("step") + fmt::format(", of it computing: {}", of("work")));
  text += row("transit", fmt::format("{} (clocks ± {}); inside a host: {}", of("transit"), span(json["clock_uncertainty"]),
                                     of("transit_intra_host")));
  if (!json["excess"].is_null())
    for (const char* what : {"steps", "messages"}) {
      const auto& d = json["excess"][what];
      if (!d.is_null())
        text += row(fmt::format("excess of {}", what), fmt::format("mean {}, median {}, 99 % {} over the scenario's law", span(d["mean"]),
                                                                   span(d["median"]), span(d["quantile_99"])));
    }
  const auto& pressure = json["back_pressure"];
  text += row("back-pressure", fmt::format("{:.3g} s held back, at most {} unread", pressure["held_back_seconds"].get<double>(),
                                           config::format_quantity(pressure["most_unread_bytes"].get<double>(), config::Unit::size)));
  return text;
}

}  // namespace

std::string table(const experiment::Experiment& e, const trace::Trace& trace,
                  const std::vector<experiment::Verdict>& verdicts) {
  const auto& counts = trace.counts;
  std::string text = fmt::format("{}: {} on {} agents, d = {}, seed {}\n", e.scenario.name, e.scenario.algorithm.kind,
                                 e.agents(), e.problem->dimension(), e.scenario.seed);
  text += row("ended", ending(trace));
  if (trace.record_halvings > 0)
    text += row("records", fmt::format("too many: {} are kept, their spacing has doubled {} times", trace.records.size(),
                                       trace.record_halvings));
  for (const auto& [name, value] : trace.final) text += row(name, fmt::format("{:.6g}", value));
  text += row("updates", fmt::format("{} (of one agent {:.6g} on average)", counts.updates,
                                     static_cast<double>(counts.updates) / static_cast<double>(e.agents())));
  text += row("messages", fmt::format("{} sent, {} lost, {} in flight, {}", counts.messages, counts.lost,
                                      counts.in_flight(), config::format_quantity(static_cast<double>(counts.bytes),
                                                                                  config::Unit::size)));
  if (trace.faults) text += fault_row(*trace.faults);
  text += row("idle share", fmt::format("{:.1f} %", 100 * trace.idle_share));
  text += row("tau-bar", fmt::format("{} (tau_proc {}, tau_msg {}), staleness mean {:.3g}, max {}", trace.tau_bar,
                                     trace.tau_proc, trace.tau_msg, trace.staleness.mean(), trace.staleness.max()));
  if (trace.server) text += server_rows(*trace.server);
  if (trace.visits)
    text += row("visits", fmt::format("{:.4g} from the walk's target (total variation); of one agent {} to {}",
                                      trace.visits->total_variation, *std::min_element(trace.steps.begin(), trace.steps.end()),
                                      *std::max_element(trace.steps.begin(), trace.steps.end())));
  if (trace.token_figures) text += token_rows(*trace.token_figures, trace);
  if (trace.sampling) text += row("sampling", sampling_text(*trace.sampling));
  if (trace.floor)
    text += row("floor", fmt::format("{} gradients take at least {:.4g} s if nobody waits: {:.3g} times that", trace.floor->gradients,
                                     trace.floor->seconds, trace.floor->ratio()));
  if (e.scenario.algorithm->asynchronous() && !e.scenario.algorithm->averages())
    text += row("rate bias", fmt::format("{} expected, {} measured (‖x*_rates − x*‖)", optional_value(trace.rate_bias_expected),
                                         optional_value(trace.rate_bias_measured)));
  if (trace.minimum_weight) text += row("minimum weight", fmt::format("{:.4g}", *trace.minimum_weight));
  text += row("speed", fmt::format("{} events in {:.3g} s, {:.3g} events/s", trace.events, trace.wall_seconds,
                                   static_cast<double>(trace.events) / trace.wall_seconds));
  text += trace.replay ? replay_rows(*trace.replay) : row("fingerprint", fmt::format("{:016x}", trace.fingerprint));
  if (!trace.failure.empty()) text += fmt::format("  FAILED: {}\n", trace.failure);
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
