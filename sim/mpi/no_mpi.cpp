// What stands for MPI in a build without it.
#ifndef TAUBAR_MPI
#include "core/base/error.hpp"
#include "sim/mpi/transport.hpp"

namespace taubar::mpi {

bool available() { return false; }

std::string library() { return "not built in"; }

std::unique_ptr<Transport> join() {
  throw EnvironmentError(
      "replay needs MPI, and this program was built without it: install Open MPI (Debian and Ubuntu: tools/setup mpi, or "
      "apt-get install libopenmpi-dev openmpi-bin; or MPICH: libmpich-dev mpich), then build again with tools/build");
}

}  // namespace taubar::mpi
#endif
