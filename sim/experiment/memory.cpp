#include "sim/experiment/memory.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include "core/base/error.hpp"
#include "sim/asynchrony/bounded_schedule.hpp"

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

}  // namespace

double estimated_bytes(const Scenario& scenario, const Size& size) {
  const auto& algorithm = *scenario.algorithm;
  const auto [agents, links, dimension, directed] = size;
  const double degree = agents > 0 ? links / agents : 0;
  const double payload = payload_header_bytes + 8 * (dimension + 2);
  const auto& asynchrony = scenario.asynchrony;
  const double schedule = asynchrony.bounded() ? asynchrony::BoundedSchedule::expected_bytes(asynchrony, agents) : 0;
  const double steps = asynchrony.bounded() ? static_cast<double>(*asynchrony.tau_msg) : 1;  // of a sender while a message is under way
  const double in_flight = steps * algorithm.expected_messages_per_step(degree);
  const double per_agent = slot_bytes + graph_bytes_per_agent + algorithm.expected_bytes_per_agent({agents, degree, dimension, directed}) +
                           delay::NetworkModel::bytes_per_end(scenario.network) + 8 * dimension +
                           event_bytes * (1 + in_flight) + steps * payloads * payload;
  const double per_link = graph_bytes_per_link + building_bytes_per_link + weight_bytes_per_link +
                          delay::NetworkModel::bytes_per_link(scenario.network);
  return fixed_bytes + schedule + agents * per_agent + links * per_link + scenario.problem->expected_bytes(static_cast<std::int64_t>(agents));
}

double memory_limit(const Scenario& scenario) {
  if (scenario.limits.memory) return *scenario.limits.memory;
  const double machine = static_cast<double>(sysconf(_SC_PHYS_PAGES)) * static_cast<double>(sysconf(_SC_PAGESIZE));
  return 0.9 * machine;
}

void refuse_if_too_large(const Scenario& scenario, const Size& size) {
  const double agents = size.agents, links = size.links;
  const double bytes = estimated_bytes(scenario, size);
  const double limit = memory_limit(scenario);
  const auto readable = [](double b) { return config::format_quantity(b, config::Unit::size); };
  if (bytes > limit)
    throw RefusedError(fmt::format("/topology: {:.0f} agents with {:.0f} links would take about {}, the limit is {}; ask "
                                   "for fewer agents, or raise /limits/memory",
                                   agents, links, readable(bytes), readable(limit)));
  if (agents > static_cast<double>(max_agents))
    throw RefusedError(fmt::format("/topology/agents: {:.0f} agents are more than the {} that events can name", agents,
                                   max_agents));
}

}  // namespace taubar::experiment
