// One clock for all ranks.
#include "sim/mpi/clock.hpp"

#include <cmath>

#include "tests/support/catch.hpp"
#include "tests/support/loopback.hpp"

using namespace taubar;

TEST_CASE("three ranks whose clocks differ by 5 s and −2 s find that out, to within the uncertainty they state") {
  Loopback loopback(3);
  const double gap[] = {0, 5e9, -2e9};
  mpi::ClockOffset found[3];
  loopback.on_all([&](mpi::Transport& transport) {
    const double ahead = gap[transport.rank()];
    found[transport.rank()] =
        mpi::measure_offset(transport, [&] { return mpi::steady_now() + static_cast<Time>(ahead); });
  });
  for (int r = 0; r < 3; ++r) {
    CHECK(std::abs(found[r].offset_ns - gap[r]) <= found[r].uncertainty_ns);
    CHECK(found[r].uncertainty_ns < 1e9);
  }
}

TEST_CASE("under a time scale of 4 a virtual second takes 4 real ones, there and back") {
  const mpi::RunClock clock(1'000, 4);
  CHECK(clock.at(1'000) == 0);
  CHECK(clock.at(4'000'001'000) == 1'000'000'000);
  CHECK(clock.real(1'000'000'000) == 4'000'001'000);
  const mpi::RunClock plain(1'000, 1);
  CHECK(plain.real(plain.at(123'456'789)) == 123'456'789);
}
