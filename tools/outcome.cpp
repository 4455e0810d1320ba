#include "tools/outcome.hpp"

#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdlib>

#include "sim/report/replay_files.hpp"
#include "sim/report/summary.hpp"
#include "sim/report/timeline.hpp"
#include "tools/commands.hpp"

namespace taubar::tools {
namespace {

std::atomic<int> signal_seen{0};
std::atomic<std::int64_t> seen_at_ns{0};

std::int64_t clock_ns() {
  return std::chrono::nanoseconds(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// The first signal ends the run cleanly, a second one the program at once; but launchers send one signal twice (to the
/// process and to its group), so a second one counts only after a second.
void on_signal(int signal) {
  if (signal_seen.exchange(signal) == 0)
    seen_at_ns = clock_ns();
  else if (clock_ns() - seen_at_ns > 1'000'000'000)
    std::_Exit(128 + signal);
}

/// What ranks tell when they end in order. Until then none of an earlier replay may be taken for them.
void write_measurements(const report::OutputDirectory& out, const trace::Replay& replay, bool complete) {
  if (!complete) {
    for (const char* name : {"steps.csv", "messages.csv", "ranks.csv", "timeline.json"}) out.remove(name);
    return;
  }
  out.write("steps.csv", report::steps_csv(replay));
  out.write("messages.csv", report::messages_csv(replay));
  out.write("ranks.csv", report::ranks_csv(replay));
}

}  // namespace

const std::atomic<int>& mind_signals() {
  std::signal(SIGINT, on_signal);
  std::signal(SIGTERM, on_signal);
  return signal_seen;
}

void write_results(const report::OutputDirectory& out, const experiment::Experiment& experiment,
                   const trace::Trace& trace, const std::vector<experiment::Verdict>& verdicts,
                   const config::Json& summary) {
  const auto manifest = [&] { out.write("manifest.json", report::manifest(experiment, trace).dump(2) + "\n"); };
  if (!trace.complete()) manifest();  // first: what follows must not stand beside the manifest of an earlier, whole run
  out.write("metrics.csv", report::metrics_csv(trace));
  out.remove("replicates.csv");  // of an earlier run with replicates
  if (trace.replay) write_measurements(out, *trace.replay, trace.complete());
  if (trace.timeline) out.write("timeline.json", report::timeline_json(*trace.timeline));
  if (!verdicts.empty()) out.write("verdict.json", report::verdict_json(verdicts).dump(2) + "\n");
  out.write("summary.json", summary.dump(2) + "\n");
  if (trace.complete()) manifest();
}

int exit_code(const trace::Trace& trace, const std::vector<experiment::Verdict>& verdicts) {
  switch (trace.stopped_by) {
    case trace::StoppedBy::interrupted: return interrupted;
    case trace::StoppedBy::terminated: return terminated;
    case trace::StoppedBy::diverged:
    case trace::StoppedBy::stalled:  // it did not do what `stop` asks for
    case trace::StoppedBy::event_limit:
    case trace::StoppedBy::time_limit:
    case trace::StoppedBy::failed:
    case trace::StoppedBy::under_way: return run_failed;
    default: break;
  }
  for (const auto& verdict : verdicts)
    if (!verdict.holds) return expectation_failed;
  return done;
}

}  // namespace taubar::tools
