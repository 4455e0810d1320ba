// Names of agents and hosts.
#pragma once
#include <cstdint>

namespace taubar {

/// An agent's number, 0 … n−1; a server is agent n (scenario.md, "What the words mean").
using AgentId = std::uint32_t;
/// A host's number; a host owns agents and is one MPI rank in a replay.
using HostId = std::uint32_t;

/// At most 2^27 agents: the kernel packs an agent's number into 27 bits of an event's rank.
inline constexpr std::uint64_t max_agents = std::uint64_t{1} << 27;

}  // namespace taubar
