#include <sys/resource.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <ctime>

#include "sim/report/replay_files.hpp"
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

}  // namespace

config::Json manifest(const experiment::Experiment& e, const trace::Trace& trace) {
  config::Json json;
  json["taubar"] = {{"version", version()},
                    {"revision", source_revision()},
                    {"compiler", compiler()},
                    {"build", build_kind()}};
  json["machine"] = machine();
  json["finished"] = utc_now();
  json["seed"] = e.scenario.seed;
  json["stopped_by"] = trace::name(trace.stopped_by);
  json["complete"] = trace.complete();
  json["wall_time"] = trace.wall_seconds;
  json["peak_memory"] = peak_memory_bytes();
  json["events"] = trace.events;
  json["updates"] = trace.counts.updates;
  json["messages"] = trace.counts.messages;
  json["fingerprint_depends_on_machine"] = trace.stopped_by == trace::StoppedBy::wall_time;
  json["topology"] = {{"agents", e.agents()},
                      {"links", e.topology.graph.links()},
                      {"draws", e.topology.draws},
                      {"dropped_self_loops", e.topology.dropped_self_loops},
                      {"dropped_repeats", e.topology.dropped_repeats},
                      {"dropped_agents", e.topology.dropped_agents}};
  if (trace.replay) json["replay"] = replay_manifest(*trace.replay);
  json["scenario"] = e.scenario.echo();
  return json;
}

}  // namespace taubar::report
