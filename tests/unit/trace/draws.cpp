// Draws against a list of everything that was seen.
#include "core/trace/draws.hpp"

#include "tests/support/catch.hpp"

using namespace taubar;
using trace::DrawRule;
using trace::Draws;

namespace {

std::vector<double> firsts(const Draws& draws) {
  std::vector<double> values;
  for (std::int64_t k = 0; k < draws.count(); ++k) values.push_back(draws.draw(k)[0]);
  return values;
}

/// Two particles of one number each: (v, −v).
void see(Draws& draws, std::int64_t clock, double v) {
  const double particles[] = {v, -v};
  draws.see(clock, particles);
}

}  // namespace

TEST_CASE("draws by updates: every third after a burn-in of 10 updates, that is 13, 16, 19, …") {
  Draws draws({DrawRule::Clock::updates, 3, 10, 100}, 2, 1);
  for (int k = 1; k <= 20; ++k) see(draws, k, k);
  CHECK(firsts(draws) == std::vector<double>{13, 16, 19});
  CHECK(draws.particle(1, 1)[0] == -16);
}

TEST_CASE("of 1,000 draws at most 8 are kept, evenly spaced from the first: before the 9th, 17th, 33rd, … every other one goes") {
  Draws draws({DrawRule::Clock::updates, 1, 0, 8}, 2, 1);
  const double* memory = nullptr;
  for (int k = 1; k <= 1000; ++k) {
    see(draws, k, k);
    if (k == 1) memory = draws.draw(0).data();
    REQUIRE(draws.count() <= 8);
    REQUIRE((k < 5 || draws.count() >= 5));
    REQUIRE(draws.draw(0).data() == memory);
    for (std::int64_t i = 0; i < draws.count(); ++i) REQUIRE(draws.draw(i)[0] == static_cast<double>(1 + i * draws.stride()));
  }
  CHECK(draws.stride() == 128);
  CHECK(draws.count() == 8);  // 1, 129, …, 897
}

TEST_CASE("draws by time see the state that holds at each instant, however many instants a state lasts") {
  Draws draws({DrawRule::Clock::time, 10, 100, 1000}, 2, 1);
  see(draws, 105, 1);  // held until 105: no instant yet (the first is 110)
  see(draws, 131, 2);  // 110, 120, 130
  see(draws, 131, 3);
  see(draws, 140, 4);  // 140
  CHECK(firsts(draws) == std::vector<double>{2, 2, 2, 4});
}

TEST_CASE("a state that lasts 10^15 ns costs as many copies as are kept, and so do intervals beyond the end of time") {
  Draws draws({DrawRule::Clock::time, 1, 0, 16}, 2, 1);
  see(draws, 1'000'000'000'000'000, 1);
  CHECK(draws.count() > 8);
  CHECK(draws.count() <= 16);
  Draws never({DrawRule::Clock::time, std::int64_t{1} << 62, std::int64_t{1} << 62, 16}, 2, 1);
  see(never, std::numeric_limits<std::int64_t>::max() - 1, 1);
  CHECK(never.count() == 0);
}

TEST_CASE("draws told by another process stand where they were taken, and more follow at the same stride") {
  Draws here({DrawRule::Clock::updates, 1, 0, 4}, 2, 1), there({DrawRule::Clock::updates, 1, 0, 4}, 2, 1);
  for (int k = 1; k <= 5; ++k) see(here, k, k);
  std::vector<double> told;
  for (std::int64_t k = 0; k < here.count(); ++k) told.insert(told.end(), here.draw(k).begin(), here.draw(k).end());
  there.restore(here.stride(), told);
  CHECK(firsts(there) == firsts(here));
  for (int k = 6; k <= 9; ++k) see(here, k, k), see(there, k, k);
  CHECK(firsts(there) == firsts(here));
}
