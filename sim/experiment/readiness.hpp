// Before a replay begins: do the ranks fit the scenario, and do all have the same?
#pragma once
#include <string>

#include "sim/delay/placement.hpp"
#include "sim/experiment/scenario.hpp"
#include "sim/mpi/transport.hpp"

namespace taubar::experiment {

/// Which rank every agent lives on: hosts as the scenario says, else blocks of agents. InputError, saying which numbers of
/// ranks fit, where this one does not, and of scenarios that no ranks fit.
delay::Placement placement_on(const Scenario& scenario, std::size_t agents, int ranks);

/// What a rank has to say before the run: 0, or an exit code with its complaint.
struct Readiness {
  int code = 0;
  std::string complaint;
};
/// Of all ranks together: the highest code, on all ranks, and on rank 0 every complaint, with the rank that has it. `identity`
/// is of scenario, data and program; where it differs from rank 0's, that is a complaint with `wrong_input`.
Readiness agree(mpi::Transport& transport, const std::string& identity, const Readiness& own, int wrong_input);

}  // namespace taubar::experiment
