#include "core/algorithm/round_buffer.hpp"

#include <map>

#include "core/base/error.hpp"
#include "core/base/random.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/allocation_counter.hpp"

using namespace taubar;
using algorithm::RoundBuffer;

namespace {

void store(RoundBuffer& buffer, std::int64_t round, std::size_t sender, double value) {
  const double values[] = {value, -value};
  REQUIRE(buffer.store(round, sender, values));
}

}  // namespace

TEST_CASE("a round buffer collects round 0 of 2 senders while rounds 1 to 4 of one of them wait") {
  RoundBuffer buffer(2, 2);
  for (const std::int64_t round : {3, 0, 4, 1, 2}) store(buffer, round, 0, static_cast<double>(round));
  for (std::int64_t round = 0; round < 5; ++round) {
    CHECK(buffer.round() == round);
    CHECK(!buffer.complete());
    store(buffer, round, 1, 100.0 + static_cast<double>(round));
    CHECK(buffer.complete());
    CHECK(buffer.values(0)[0] == static_cast<double>(round));
    CHECK(buffer.values(0)[1] == -static_cast<double>(round));
    CHECK(buffer.values(1)[0] == 100.0 + static_cast<double>(round));
    buffer.next_round();
  }
  CHECK(!buffer.complete());
}

TEST_CASE("a round buffer takes a message once: duplicates and past rounds change nothing") {
  RoundBuffer buffer(1, 2);
  const double first[] = {1, 2}, second[] = {3, 4};
  CHECK(buffer.store(0, 0, first));
  CHECK(!buffer.store(0, 0, second));
  CHECK(buffer.values(0)[1] == 2);
  buffer.next_round();
  CHECK(!buffer.store(0, 0, second));
  CHECK(!buffer.complete());
  CHECK(buffer.store(1, 0, second));
  CHECK(buffer.complete());
}

TEST_CASE("a round buffer without senders is always complete; a message that does not fit is a defect") {
  RoundBuffer alone(0, 3);
  CHECK(alone.complete());
  alone.next_round();
  CHECK(alone.complete());
  CHECK(alone.round() == 1);
  RoundBuffer buffer(1, 1);
  const double values[] = {1, 2};
  CHECK_THROWS_AS(buffer.store(0, 0, values), InternalError);
  CHECK_THROWS_AS(buffer.store(0, 1, std::span<const double>(values, 1)), InternalError);
}

TEST_CASE("a round buffer agrees with a map over 2,000 rounds of random leads of 4 senders") {
  Stream random(5, Purpose::test);
  RoundBuffer buffer(4, 2);
  std::map<std::pair<std::int64_t, std::size_t>, double> plain;
  std::int64_t next[4] = {};
  double value = 0;
  while (buffer.round() < 2000) {
    const auto sender = static_cast<std::size_t>(random.below(4));
    if (next[sender] > buffer.round() + 10) continue;
    store(buffer, next[sender], sender, ++value);
    plain[{next[sender]++, sender}] = value;
    std::size_t kept = 0;
    double sum = 0, plain_sum = 0;
    buffer.for_each([&](std::span<const double> values) { ++kept, sum += values[0]; });
    for (const auto& [key, v] : plain) plain_sum += v;
    REQUIRE(kept == plain.size());
    REQUIRE(sum == plain_sum);  // sums of integers: exact
    while (buffer.complete()) {
      for (std::size_t s = 0; s < 4; ++s) {
        REQUIRE(buffer.values(s)[0] == plain.at({buffer.round(), s}));
        plain.erase({buffer.round(), s});
      }
      buffer.next_round();
    }
  }
}

TEST_CASE("a round buffer allocates nothing in 1,000 rounds once it has seen a lead of 6") {
  RoundBuffer buffer(3, 8);
  const std::vector<double> values(8, 1.5);
  const auto run = [&](int rounds) {
    for (int r = 0; r < rounds; ++r) {
      const auto lead = buffer.round() + r % 7;
      for (std::int64_t early = buffer.round(); early <= lead; ++early) buffer.store(early, 0, values);
      buffer.store(buffer.round(), 1, values);
      buffer.store(buffer.round(), 2, values);
      if (!buffer.complete()) throw std::logic_error("incomplete");
      buffer.next_round();
    }
  };
  run(20);
  const std::size_t before = test::allocations();
  {
    const test::Counting on(true);
    run(1000);
  }
  CHECK(test::allocations() == before);
}
