#include <cstdlib>
#include <initializer_list>
#include <string>

#include "core/base/error.hpp"
#include "sim/mpi/transport.hpp"

namespace taubar::mpi {
namespace {

/// The first that is set. In the order of nearness: an mpirun inside a step of Slurm knows better than the
/// step.
int first_set(std::initializer_list<const char*> names, int otherwise) {
  for (const char* name : names)
    if (const char* value = std::getenv(name)) return std::atoi(value);
  return otherwise;
}

}  // namespace

// Open MPI; MPICH and others of its family; PMIx; Slurm without any of them.
int launched_rank() {
  return first_set({"OMPI_COMM_WORLD_RANK", "PMI_RANK", "PMIX_RANK", "SLURM_PROCID"}, 0);
}

// PMIx does not tell. SLURM_NTASKS is no measure: it counts an allocation, in which a single process may well
// be started.
int launched_ranks() { return first_set({"OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "SLURM_STEP_NUM_TASKS"}, 1); }

void check_joined(int ranks) {
  const int launched = launched_ranks();
  if (ranks > 1 || launched <= 1) return;
  throw EnvironmentError(
      "the launcher started " + std::to_string(launched) + " processes, and MPI (" + library() +
      ") did not join them: each would replay everything by itself, into one directory. Under Slurm start it "
      "with srun --mpi=pmix, with MPICH srun --mpi=pmi2 (srun --mpi=list names those there are), or with "
      "mpirun "
      "inside the allocation (salloc, sbatch); elsewhere with the mpirun of this MPI");
}

}  // namespace taubar::mpi
