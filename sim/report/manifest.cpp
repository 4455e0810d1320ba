#include <sys/resource.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <ctime>

#include "sim/report/replay_files.hpp"
#include "sim/report/replicates.hpp"
#include "sim/report/summary.hpp"
#include "sim/report/version.hpp"

namespace taubar::report {
namespace {

config::Json machine() {
  utsname name{};
  uname(&name);
  return {{"host", name.nodename},
          {"system", name.sysname},
          {"release", name.release},
          {"processor", name.machine},
          {"cores", sysconf(_SC_NPROCESSORS_ONLN)}};
}

std::string utc_now() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text;
}

double peak_memory_bytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) * 1024;
}

/// What was run, by which program, where.
config::Json origin(const experiment::Scenario& scenario, const topology::BuiltTopology& topology) {
  config::Json json;
  json["taubar"] = {{"version", version()},
                    {"revision", source_revision()},
                    {"compiler", compiler()},
                    {"build", build_kind()}};
  json["machine"] = machine();
  json["finished"] = utc_now();
  json["seed"] = scenario.seed;
  json["peak_memory"] = peak_memory_bytes();
  json["topology"] = {{"agents", topology.graph.agents()},
                      {"links", topology.graph.links()},
                      {"draws", topology.draws},
                      {"dropped_self_loops", topology.dropped_self_loops},
                      {"dropped_repeats", topology.dropped_repeats},
                      {"dropped_agents", topology.dropped_agents}};
  json["scenario"] = scenario.echo();
  return json;
}

}  // namespace

config::Json manifest(const experiment::Experiment& e, const trace::Trace& trace) {
  config::Json json = origin(e.scenario, e.topology);
  json["stopped_by"] = trace::name(trace.stopped_by);
  json["complete"] = trace.complete();
  json["wall_time"] = trace.wall_seconds;
  json["events"] = trace.events;
  json["updates"] = trace.counts.updates;
  json["messages"] = trace.counts.messages;
  json["fingerprint_depends_on_machine"] = trace.stopped_by == trace::StoppedBy::wall_time;
  if (trace.replay) json["replay"] = replay_manifest(*trace.replay);
  return json;
}

config::Json manifest(const experiment::Replicates& runs) {
  config::Json json = origin(runs.scenario, runs.structure->topology);
  json["replicates"] = runs.all.size();
  json["stopped_by"] = stopped_by(runs);
  json["complete"] = runs.complete();
  json["wall_time"] = runs.wall_seconds;
  json["events"] = runs.events();
  json["fingerprint_depends_on_machine"] = std::any_of(runs.all.begin(), runs.all.end(), [](const auto& replicate) {
    return replicate.finished() && replicate.trace->stopped_by == trace::StoppedBy::wall_time;
  });
  return json;
}

}  // namespace taubar::report
