// What each rank knows at the end of a replay, and what rank 0 makes of it all.
#pragma once
#include "sim/experiment/experiment.hpp"
#include "sim/experiment/snapshots.hpp"
#include "sim/mpi/world.hpp"

namespace taubar::experiment {

/// Of all ranks together, after the world has drained.
struct Testimony {
  trace::Counts counts;
  std::uint64_t events = 0;
  std::vector<std::int64_t> steps;  ///< by program
  Matrix iterates;                  ///< a row a program
  std::vector<TravellingState> tokens;               ///< the newest states that any rank knew
  std::optional<trace::TokenFigures> token_figures;  ///< of all agents, where they count
  std::vector<std::vector<double>> particles;        ///< by program: m×d by rows; empty for those without
  std::vector<std::unique_ptr<trace::Draws>> draws;  ///< by program: null for those that do not sample
  trace::ParticleFigures particle_figures;           ///< of all agents
  std::optional<metric::MassBalance> mass;  ///< messages in flight included
  std::optional<trace::ServerFigures> server;  ///< of methods with a server
  std::optional<trace::Staleness> delays;      ///< of the same
  std::optional<AgentId> diverged_agent;
  double busy = 0;  ///< Σ ns in local steps over agents with data, up to `end`
  trace::Replay replay;
};

/// Sends this rank's to rank 0, which gets the whole; on other ranks nothing. `drift_ns`: what the rank's clock gained on
/// rank 0's. `end`: of the run, virtual time.
std::optional<Testimony> gather_testimony(const Experiment& experiment, const mpi::World& world, mpi::Transport& transport,
                                          const std::vector<int>& host_of, const mpi::ClockOffset& offset, double drift_ns,
                                          Time end);

}  // namespace taubar::experiment
