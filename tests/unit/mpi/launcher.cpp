// What launchers leave in the environment of the processes they start.
#include <string>

#include "core/base/error.hpp"
#include "sim/mpi/transport.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/environment.hpp"

using namespace taubar;

namespace {

/// As if no launcher had started this test.
Environment nobody() {
  return {{"OMPI_COMM_WORLD_RANK", nullptr},
          {"OMPI_COMM_WORLD_SIZE", nullptr},
          {"PMI_RANK", nullptr},
          {"PMI_SIZE", nullptr},
          {"PMIX_RANK", nullptr},
          {"SLURM_PROCID", nullptr},
          {"SLURM_STEP_NUM_TASKS", nullptr},
          {"SLURM_NTASKS", nullptr}};
}

std::string complaint(int joined) {
  try {
    mpi::check_joined(joined);
  } catch (const EnvironmentError& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE(
    "one of 4 tasks of a step of Slurm that is alone in MPI is an error that names srun --mpi; 4 that are "
    "joined are none") {
  const Environment clean = nobody();
  CHECK(mpi::launched_ranks() == 1);
  CHECK(complaint(1).empty());
  const Environment step{{"SLURM_STEP_NUM_TASKS", "4"}, {"SLURM_PROCID", "2"}};
  CHECK(mpi::launched_ranks() == 4);
  CHECK(mpi::launched_rank() == 2);
  CHECK(complaint(4).empty());
  CHECK(complaint(1).find("started 4 processes") != std::string::npos);
  CHECK(complaint(1).find("srun --mpi=pmix") != std::string::npos);
}

TEST_CASE(
    "a process alone in an allocation of 4 tasks, or below an mpirun of 1 in a step of 4, is rightly alone") {
  const Environment clean = nobody();
  const Environment allocation{{"SLURM_NTASKS", "4"}};
  CHECK(complaint(1).empty());
  const Environment step{{"SLURM_STEP_NUM_TASKS", "4"}, {"PMI_SIZE", "4"}};
  CHECK_FALSE(complaint(1).empty());
  const Environment below{{"OMPI_COMM_WORLD_SIZE", "1"}};
  CHECK(complaint(1).empty());
}

TEST_CASE("3 processes of the mpirun of another MPI, each alone in this one, are an error") {
  const Environment clean = nobody();
  for (const char* size : {"OMPI_COMM_WORLD_SIZE", "PMI_SIZE"}) {
    const Environment other{{size, "3"}};
    CHECK(complaint(3).empty());
    CHECK(complaint(1).find("started 3 processes") != std::string::npos);
  }
}
