#include "core/config/selection.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/base/error.hpp"
#include "core/base/random.hpp"

namespace taubar::config {
namespace {

std::vector<AgentId> first_agents(std::uint64_t count) {
  std::vector<AgentId> chosen(count);
  std::iota(chosen.begin(), chosen.end(), AgentId{0});
  return chosen;
}

// Selection sampling (Fan, Muller and Rezucha, JASA 1962; Knuth's Algorithm S): every subset of `count`
// agents is equally likely, and they come out sorted.
std::vector<AgentId> drawn(std::uint64_t agents, std::uint64_t count, Stream stream) {
  std::vector<AgentId> chosen;
  chosen.reserve(count);
  for (std::uint64_t i = 0; chosen.size() < count; ++i)
    if (stream.below(agents - i) < count - chosen.size()) chosen.push_back(static_cast<AgentId>(i));
  return chosen;
}

std::vector<AgentId> named(std::vector<std::int64_t> listed, std::uint64_t agents,
                           const std::string& pointer) {
  std::sort(listed.begin(), listed.end());
  listed.erase(std::unique(listed.begin(), listed.end()), listed.end());
  std::vector<AgentId> chosen;
  for (const std::int64_t agent : listed) {
    if (agent < 0 || static_cast<std::uint64_t>(agent) >= agents)
      throw InputError(fmt::format("{}: agent {} does not exist; accepted are 0 to {}", pointer, agent,
                                   static_cast<std::int64_t>(agents) - 1));
    chosen.push_back(static_cast<AgentId>(agent));
  }
  return chosen;
}

std::vector<AgentId> living_on(const std::vector<std::int64_t>& hosts, std::span<const HostId> host_of,
                               const std::string& pointer) {
  if (host_of.empty())
    throw InputError(fmt::format("{}: the scenario has no hosts; accepted are agents, or {{\"hosts\": …}} beside a section "
                                 "\"hosts\": {{\"count\": …}}",
                                 pointer));
  for (const std::int64_t host : hosts)
    if (std::find(host_of.begin(), host_of.end(), host) == host_of.end())
      throw InputError(fmt::format("{}: no agent lives on host {}; accepted are hosts with agents, the last is {}", pointer,
                                   host, *std::max_element(host_of.begin(), host_of.end())));
  std::vector<AgentId> chosen;
  for (std::size_t i = 0; i < host_of.size(); ++i)
    if (std::find(hosts.begin(), hosts.end(), host_of[i]) != hosts.end()) chosen.push_back(static_cast<AgentId>(i));
  return chosen;
}

}  // namespace

std::vector<AgentId> Selection::resolve(std::uint64_t agents, std::uint64_t seed, std::uint64_t rule,
                                        const std::string& pointer, std::span<const HostId> host_of) const {
  switch (kind) {
    case Kind::listed:
      return named(listed, agents, pointer);
    case Kind::fraction:
      return drawn(agents,
                   static_cast<std::uint64_t>(
                       std::floor(std::clamp(fraction, 0.0, 1.0) * static_cast<double>(agents) + 0.5)),
                   Stream(seed, Purpose::selection, rule));
    case Kind::first:
      if (first < 0 || static_cast<std::uint64_t>(first) > agents)
        throw InputError(
            fmt::format("{}: there are no first {} agents; accepted is at most {}", pointer, first, agents));
      return first_agents(static_cast<std::uint64_t>(first));
    case Kind::hosts:
      return living_on(listed, host_of, pointer);
    case Kind::all:
      break;
  }
  return first_agents(agents);
}

}  // namespace taubar::config
