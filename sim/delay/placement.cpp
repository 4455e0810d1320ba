#include "sim/delay/placement.hpp"

#include "core/base/error.hpp"

namespace taubar::delay {

void HostsSpec::fields(config::Fields& f) {
  f.integer("count", count, config::between(1, static_cast<double>(max_agents)), "hosts; one is one MPI rank in a replay",
            config::required);
  f.one_of("assignment", assignment, {{"block", Assignment::block}, {"round_robin", Assignment::round_robin}},
           "block: consecutive agents share a host; round_robin: agent i lives on host i mod count");
}

Placement::Placement(std::uint64_t agents, std::uint64_t hosts, Assignment assignment)
    : agents_(agents), hosts_(hosts), assignment_(assignment) {
  check(hosts >= 1, "agents live on at least one host");
}

Placement::Placement(std::uint64_t agents, const std::optional<HostsSpec>& spec)
    : agents_(agents),
      hosts_(spec ? static_cast<std::uint64_t>(spec->count) : 0),
      assignment_(spec ? spec->assignment : Assignment::block) {}

std::vector<HostId> Placement::host_of_each() const {
  std::vector<HostId> hosts;
  if (each_apart()) return hosts;
  hosts.reserve(agents_);
  for (AgentId i = 0; i < agents_; ++i) hosts.push_back(host_of(i));
  return hosts;
}

}  // namespace taubar::delay
