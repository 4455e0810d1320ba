#include "sim/experiment/memory.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "core/base/error.hpp"
#include "sim/asynchrony/bounded_schedule.hpp"
#include "sim/experiment/cadence.hpp"
#include "sim/experiment/recorder.hpp"

namespace taubar::experiment {
namespace {

constexpr double slot_bytes = 64 + 64;         // the world's line an agent, waiting items, the state of compute threads
constexpr double event_bytes = 2 * 32;         // pending events, with the queue's slack
constexpr double payload_header_bytes = 32;
constexpr double payloads = 4;  // of an agent, each shared by its receivers: on their way, waiting, kept for reuse
constexpr double fixed_bytes = 1 << 20;  // histograms, tables
constexpr double graph_bytes_per_link = 4 + 4;  // out- and in-neighbour
constexpr double graph_bytes_per_agent = 2 * 8;
constexpr double building_bytes_per_link = 2 * 8;  // the list of links while the graph and the link table are made
constexpr double weight_bytes_per_link = 8;
constexpr double trace_bytes = 24 * 1024;   // of a replicate that is kept: counts, names, staleness
constexpr double record_bytes = 256;        // counts, some fifteen metrics, the vector's slack

}  // namespace

double estimated_bytes(const Scenario& scenario, const Size& size, int threads) {
  const auto& algorithm = *scenario.algorithm;
  const auto [agents, links, dimension, directed] = size;
  const double degree = agents > 0 ? links / agents : 0;
  const double payload = payload_header_bytes + 8 * (dimension + 2);
  const auto& asynchrony = scenario.asynchrony;
  const double schedule = asynchrony.bounded() ? asynchrony::BoundedSchedule::expected_bytes(asynchrony, agents) : 0;
  const double steps = asynchrony.bounded() ? static_cast<double>(*asynchrony.tau_msg) : 1;  // of a sender while a message is under way
  const double in_flight = steps * algorithm.expected_messages_per_step(degree);
  const double per_agent = slot_bytes + algorithm.expected_bytes_per_agent({agents, degree, dimension, directed}) +
                           delay::NetworkModel::bytes_per_end(scenario.network) + event_bytes * (1 + in_flight) + steps * payloads * payload;
  const double per_link = building_bytes_per_link + weight_bytes_per_link + delay::NetworkModel::bytes_per_link(scenario.network);
  const double world = fixed_bytes + schedule + agents * per_agent + links * per_link;
  const double shared = agents * (graph_bytes_per_agent + 8 * dimension) + links * graph_bytes_per_link +
                        scenario.problem->expected_bytes(static_cast<std::int64_t>(agents));
  if (scenario.replicates == 1) return world + shared;
  constexpr auto most_records = static_cast<double>(Recorder::most_records);
  const auto replicates = static_cast<double>(scenario.replicates);
  const double trace = trace_bytes + std::min(Cadence::expected_records(scenario), most_records) * record_bytes + 8 * agents;
  return shared + std::min(replicates, static_cast<double>(threads)) * world + replicates * trace;
}

double memory_limit(const Scenario& scenario) {
  if (scenario.limits.memory) return *scenario.limits.memory;
  const double machine = static_cast<double>(sysconf(_SC_PHYS_PAGES)) * static_cast<double>(sysconf(_SC_PAGESIZE));
  return 0.9 * machine;
}

void refuse_if_too_large(const Scenario& scenario, const Size& size, int threads) {
  const double agents = size.agents, links = size.links;
  const double bytes = estimated_bytes(scenario, size, threads);
  const double limit = memory_limit(scenario);
  const bool several = scenario.replicates > 1;
  const auto readable = [](double b) { return config::format_quantity(b, config::Unit::size); };
  if (bytes > limit)
    throw RefusedError(fmt::format("/topology: {:.0f} agents with {:.0f} links{} would take about {}, the limit is {}; ask "
                                   "for fewer agents{}, or raise /limits/memory",
                                   agents, links, several ? fmt::format(" in {} replicates", scenario.replicates) : "",
                                   readable(bytes), readable(limit), several ? ", replicates or threads" : ""));
  if (agents > static_cast<double>(max_agents))
    throw RefusedError(fmt::format("/topology/agents: {:.0f} agents are more than the {} that events can name", agents,
                                   max_agents));
}

}  // namespace taubar::experiment
