#include "sim/kernel/ladder_queue.hpp"

#include <algorithm>
#include <queue>
#include <utility>
#include <vector>

#include "core/base/random.hpp"
#include "sim/kernel/event_loop.hpp"
#include "tests/support/catch.hpp"

using namespace taubar;
using kernel::Event;
using kernel::LadderQueue;

namespace {

struct Later {
  bool operator()(const Event& a, const Event& b) const { return kernel::before(b, a); }
};
using Reference = std::priority_queue<Event, std::vector<Event>, Later>;

/// Pushes and pops at random, both into the ladder queue and into std::priority_queue; every pop must agree.
/// `increment(stream)` is what an event is scheduled after the last one popped.
template <class Increment>
void agree(std::size_t most_pending, int operations, std::uint64_t seed, Increment increment) {
  LadderQueue queue;
  Reference reference;
  Stream stream(seed, Purpose::test);
  Time now = 0;
  std::uint64_t sequence = 0;
  bool growing = true;
  for (int i = 0; i < operations; ++i) {
    if (reference.size() >= most_pending) growing = false;
    if (reference.empty()) growing = true;
    const bool push = reference.empty() || stream.below(8) < (growing ? 6u : 3u);
    if (push) {
      const Event event{now + increment(stream), kernel::make_rank(kernel::EventClass::delivery, 0, stream.below(1000) << 20 | sequence++),
                        sequence, 0, 0};
      queue.push(event);
      reference.push(event);
    } else {
      REQUIRE(queue.size() == reference.size());
      const Event* peeked = queue.peek();
      REQUIRE(peeked != nullptr);
      REQUIRE(peeked->rank == reference.top().rank);
      const Event event = queue.pop();
      REQUIRE(event.time == reference.top().time);
      REQUIRE(event.rank == reference.top().rank);
      REQUIRE(event.data == reference.top().data);
      now = event.time;
      reference.pop();
    }
  }
  while (!reference.empty()) {
    REQUIRE(queue.pop().rank == reference.top().rank);
    reference.pop();
  }
  CHECK(queue.empty());
  CHECK(queue.peek() == nullptr);
}

}  // namespace

TEST_CASE("the ladder queue pops 400,000 events in the order of std::priority_queue: exponential increments") {
  agree(20000, 400000, 1, [](Stream& s) { return from_seconds(s.exponential()); });
}
TEST_CASE("… with ties: 10 distinct increments, half of them zero") {
  agree(5000, 200000, 2, [](Stream& s) { return static_cast<Time>(s.below(2) * s.below(10)); });
}
TEST_CASE("… when everything happens at one instant") {
  agree(3000, 100000, 3, [](Stream&) { return Time{0}; });
}
TEST_CASE("… over 18 decades of increments") {
  agree(20000, 300000, 4, [](Stream& s) { return static_cast<Time>(s.word() >> (2 + s.below(60))) / (1 << 20); });
}
TEST_CASE("… with bursts a nanosecond wide, hours apart") {
  agree(20000, 300000, 5, [](Stream& s) {
    return static_cast<Time>(s.below(20) == 0 ? 3'600'000'000'000 * (1 + s.below(3)) : s.below(2));
  });
}
TEST_CASE("… with heavy tails: Pareto of index 1/2") {
  agree(20000, 300000, 6, [](Stream& s) {
    const double u = s.uniform();
    return from_seconds(1e-6 / (u * u)) & ((Time{1} << 52) - 1);
  });
}
TEST_CASE("… with few pending") {
  for (std::size_t pending = 1; pending < 70; pending += 4)
    agree(pending, 3000, 7 + pending, [](Stream& s) { return from_seconds(s.exponential()); });
}

TEST_CASE("… when runs span seconds and pairs in them are a nanosecond apart") {
  agree(24, 100000, 80, [](Stream& s) { return static_cast<Time>(s.below(6) * 1'000'000'000 + s.below(3)); });
}

TEST_CASE("looking ahead from the first event of a run shows the next run, and the one after it, as they then come") {
  LadderQueue queue;
  Stream stream(81, Purpose::test);
  for (std::uint64_t i = 0; i < 100'000; ++i) queue.push({from_seconds(stream.exponential()), i, 0, 0, 0});
  using Ranks = std::vector<kernel::Rank>;
  const auto sorted = [](Ranks ranks) {
    std::sort(ranks.begin(), ranks.end());
    return ranks;
  };
  Ranks run, next, second, announced, announced_second;
  int agreed_next = 0, agreed_second = 0;
  const auto ended = [&] {  // nothing was scheduled meanwhile, so what was announced is what came
    if (!announced.empty()) {
      REQUIRE(sorted(announced) == sorted(run));
      ++agreed_next;
    }
    if (!announced_second.empty() && !next.empty()) {
      REQUIRE(sorted(announced_second) == sorted(next));
      ++agreed_second;
    }
  };
  while (!queue.empty()) {
    const Event event = queue.pop();
    if (queue.run_is_fresh()) {
      ended();
      run.clear();
      announced = std::exchange(next, {});
      announced_second = std::exchange(second, {});
      queue.look_ahead([&](const Event& e) { next.push_back(e.rank); }, [&](const Event& e) { second.push_back(e.rank); });
    }
    run.push_back(event.rank);
  }
  CHECK(agreed_next > 5'000);
  CHECK(agreed_second > 5'000);
}

TEST_CASE("a rank orders by class, then origin, then sequence, and gives its parts back") {
  using kernel::EventClass;
  const auto rank = kernel::make_rank(EventClass::timer, max_agents - 1, 12345);
  CHECK(kernel::class_of(rank) == EventClass::timer);
  CHECK(kernel::origin_of(rank) == max_agents - 1);
  CHECK(kernel::make_rank(EventClass::delivery, 9, 9) < kernel::make_rank(EventClass::compute_done, 0, 0));
  CHECK(kernel::make_rank(EventClass::delivery, 1, 99) < kernel::make_rank(EventClass::delivery, 2, 0));
}

TEST_CASE("the loop ends before the first event later than the limit, refuses the past, and its digest sees order") {
  const auto digest = [](std::vector<Time> times) {
    kernel::EventLoop loop;
    std::uint64_t sequence = 0;
    for (Time t : times) loop.schedule(t, kernel::make_rank(kernel::EventClass::timer, 0, sequence++), 0);
    std::vector<Time> seen;
    CHECK(loop.run(20, [&](const Event& e) {
      seen.push_back(e.time);
      return true;
    }));
    CHECK(seen == std::vector<Time>{10, 20});
    CHECK(loop.now() == 20);
    CHECK(loop.queue().size() == 1);
    CHECK_THROWS_AS(loop.schedule(19, 0, 0), InternalError);
    return loop.digest();
  };
  CHECK(digest({10, 20, 21}) == digest({10, 20, 30}));
  CHECK(digest({10, 20, 21}) != digest({20, 10, 21}));
}
