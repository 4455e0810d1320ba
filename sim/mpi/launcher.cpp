#include <cstdlib>

#include "sim/mpi/transport.hpp"

namespace taubar::mpi {

int launched_rank() {
  // Open MPI; MPICH and others of its family; PMIx; Slurm without any of them.
  for (const char* name : {"OMPI_COMM_WORLD_RANK", "PMI_RANK", "PMIX_RANK", "SLURM_PROCID"})
    if (const char* rank = std::getenv(name)) return std::atoi(rank);
  return 0;
}

}  // namespace taubar::mpi
