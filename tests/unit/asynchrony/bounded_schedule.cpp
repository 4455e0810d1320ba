// The definition of the bounded model, by brute force on what schedules answer: whoever completes begins its next step
// and sends to everybody.
#include "sim/asynchrony/bounded_schedule.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "core/base/error.hpp"
#include "tests/support/catch.hpp"

using namespace taubar;
using namespace taubar::asynchrony;

namespace {

constexpr Time second = 1'000'000'000;
constexpr Schedule all_schedules[] = {Schedule::random, Schedule::round_robin, Schedule::adversarial};

AsynchronySpec spec(Schedule schedule, std::int64_t tau_proc, std::int64_t tau_msg) {
  AsynchronySpec s;
  s.model = Model::bounded;
  s.tau_proc = tau_proc;
  s.tau_msg = tau_msg;
  s.schedule = schedule;
  return s;
}

struct Message {
  AgentId from, to;
  std::int64_t sent, taken;
  bool operator==(const Message&) const = default;
};

/// Who completed at each k from 1 on, and every message.
struct Log {
  std::vector<std::set<AgentId>> turns;
  std::vector<Message> messages;
  bool operator==(const Log&) const = default;

  std::int64_t gap_of(AgentId i) const {
    std::int64_t last = 0, largest = 0;
    for (std::int64_t k = 1; k <= std::int64_t(turns.size()); ++k)
      if (turns[k - 1].count(i)) largest = std::max(largest, k - std::exchange(last, k));
    return std::max(largest, std::int64_t(turns.size()) - last);
  }
  std::int64_t largest_gap(std::size_t agents) const {
    std::int64_t largest = 0;
    for (AgentId i = 0; i < agents; ++i) largest = std::max(largest, gap_of(i));
    return largest;
  }
  std::int64_t largest_age() const {
    std::int64_t largest = 0;
    for (const auto& m : messages) largest = std::max(largest, m.taken - m.sent);
    return largest;
  }
};

Log log_of(const AsynchronySpec& spec, AgentId agents, std::uint64_t seed, std::int64_t last) {
  BoundedSchedule schedule(spec, agents, seed);
  std::map<Time, std::set<AgentId>> due;
  for (AgentId i = 0; i < agents; ++i) due[schedule.end_of_step(i, 0)].insert(i);
  Log log;
  while (due.begin()->first <= last * second) {
    const auto [now, who] = *due.begin();
    due.erase(due.begin());
    REQUIRE(now == std::int64_t(log.turns.size() + 1) * second);  // no k without anybody
    log.turns.push_back(who);
    for (const AgentId i : who) {
      for (AgentId j = 0; j < agents; ++j)
        if (j != i) log.messages.push_back({i, j, now / second, schedule.taken(i, j, now) / second});
      due[schedule.end_of_step(i, now)].insert(i);
    }
  }
  return log;
}

/// The smallest tau_msg that a schedule accepts.
std::int64_t least_tau_msg(Schedule schedule, std::int64_t tau_proc, AgentId agents) {
  if (agents == 1) return 1;
  if (schedule == Schedule::round_robin && agents <= tau_proc) return std::max<std::int64_t>(1, agents - 1);
  return tau_proc;
}

std::string complaint(const AsynchronySpec& spec, std::size_t agents) {
  try {
    BoundedSchedule(spec, agents, 1);
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE(
    "3 schedules of 2 to 9 agents, tau_proc 1 to 9, tau_msg up to 80 more, 3 seeds: some agent at each of 300 k, each within "
    "tau_proc, each message at a turn of its receiver within tau_msg") {
  for (const Schedule schedule : all_schedules)
    for (const AgentId n : {2u, 3u, 5u, 9u})
      for (const std::int64_t p : {1, 2, 3, 4, 9})
        for (const std::int64_t more : {0, 1, 7, 80})
          for (const std::uint64_t seed : {1, 2, 3}) {
            if (schedule != Schedule::random && seed > 1) continue;
            const std::int64_t m = least_tau_msg(schedule, p, n) + more;
            INFO("schedule " << int(schedule) << ", " << n << " agents, " << p << ", " << m << ", seed " << seed);
            const Log log = log_of(spec(schedule, p, m), n, seed, 300);
            REQUIRE(log.turns.size() == 300);
            CHECK(log.largest_gap(n) <= p);
            bool sound = !log.messages.empty();
            for (const auto& message : log.messages) {
              const std::int64_t age = message.taken - message.sent;
              sound = sound && age >= 1 && age <= m;
              if (message.taken <= 300) sound = sound && log.turns[message.taken - 1].count(message.to);
            }
            CHECK(sound);
          }
}

TEST_CASE("the adversarial schedule attains both bounds exactly, for 2 to 9 agents, tau_proc 1 to 70, tau_msg 1 to 150") {
  for (const AgentId n : {2u, 3u, 9u})
    for (const std::int64_t p : {1, 2, 3, 7, 64, 70})
      for (const std::int64_t m : {p, p + 1, 2 * p - 1, 2 * p, 2 * p + 1, std::int64_t{150}}) {
        const Log log = log_of(spec(Schedule::adversarial, p, m), n, 1, 2 * (p + m));
        CHECK(log.largest_gap(n) == p);
        CHECK(log.largest_age() == m);
      }
}

TEST_CASE("round robin: 7 agents under tau_proc 3 take turns of 3, 2 and 2, and every message is 1 to 3 old") {
  const Log log = log_of(spec(Schedule::round_robin, 3, 3), 7, 1, 9);
  const std::vector<std::set<AgentId>> period = {{0, 1, 2}, {3, 4}, {5, 6}};
  for (std::size_t k = 0; k < 9; ++k) CHECK(log.turns[k] == period[k % 3]);
  CHECK(log.largest_age() == 3);
  for (const auto& m : log.messages)
    if (m.from == 0) CHECK(m.taken - m.sent == (m.to < 3 ? 3 : m.to < 5 ? 1 : 2));
}

TEST_CASE("round robin: 3 agents under tau_proc 10 take turns one by one, for no k may be without anybody") {
  const Log log = log_of(spec(Schedule::round_robin, 10, 2), 3, 1, 12);
  for (std::size_t k = 0; k < 12; ++k) CHECK(log.turns[k] == std::set<AgentId>{static_cast<AgentId>(k % 3)});
  CHECK(log.largest_gap(3) == 3);
  CHECK(log.largest_age() == 2);
}

TEST_CASE("round robin: from 2 to 40 agents and tau_proc 1 to 50, sets of different k differ by at most one agent") {
  for (AgentId n = 2; n <= 40; ++n)
    for (std::int64_t p = 1; p <= 50; ++p) {
      const auto turns = make_turns(spec(Schedule::round_robin, p, 50), n, 1);
      std::size_t least = n, most = 0;
      std::vector<AgentId> who;
      std::multiset<AgentId> seen;
      const std::int64_t period = std::min<std::int64_t>(p, n);
      for (std::int64_t k = 0; k < period; ++k) {
        turns->next(who);
        least = std::min(least, who.size());
        most = std::max(most, who.size());
        seen.insert(who.begin(), who.end());
      }
      REQUIRE(least >= 1);
      REQUIRE(most - least <= 1);
      REQUIRE(seen.size() == n);
      REQUIRE(std::set<AgentId>(seen.begin(), seen.end()).size() == n);
    }
}

TEST_CASE("random schedules use all they may: every pause 1 … 5 and every age 1 … 12 occurs in 2,000 k, sets of 1 to 6 agents") {
  const Log log = log_of(spec(Schedule::random, 5, 12), 6, 4, 2000);
  std::set<std::int64_t> gaps, ages;
  std::set<std::size_t> sizes;
  for (AgentId i = 0; i < 6; ++i) {
    std::int64_t last = 0;
    for (std::int64_t k = 1; k <= 2000; ++k)
      if (log.turns[k - 1].count(i)) gaps.insert(k - std::exchange(last, k));
  }
  for (const auto& m : log.messages) ages.insert(m.taken - m.sent);
  for (const auto& who : log.turns) sizes.insert(who.size());
  CHECK(gaps == std::set<std::int64_t>{1, 2, 3, 4, 5});
  CHECK(ages.size() == 12);
  CHECK(*ages.rbegin() == 12);
  CHECK(sizes == std::set<std::size_t>{1, 2, 3, 4, 5, 6});
}

TEST_CASE("a schedule is a function of its seed: equal twice, another with another seed, also over a ring that wraps often") {
  const auto log = [](std::uint64_t seed) { return log_of(spec(Schedule::random, 4, 6), 5, seed, 2000); };
  CHECK(log(1) == log(1));
  CHECK_FALSE(log(1) == log(2));
}

TEST_CASE("tau_proc 1 is synchronous under all three schedules: everybody at every k") {
  for (const Schedule schedule : all_schedules) {
    const Log log = log_of(spec(schedule, 1, 1), 4, 1, 50);
    for (const auto& who : log.turns) CHECK(who.size() == 4);
    CHECK(log.largest_age() == 1);
  }
}

TEST_CASE("rates are the long-run shares of turns: 1 and 1/4 under an adversary of tau_proc 4, equal under the others") {
  CHECK(BoundedSchedule(spec(Schedule::adversarial, 4, 4), 5, 1).rates() == std::vector<double>{1, 1, 1, 0.25, 0.25});
  CHECK(BoundedSchedule(spec(Schedule::random, 4, 4), 3, 1).rates() == std::vector<double>{1, 1, 1});
  CHECK(BoundedSchedule(spec(Schedule::round_robin, 4, 4), 3, 1).rates() == std::vector<double>{1, 1, 1});
  // Random: 20,000 k of 4 agents; the shares agree within 5 standard deviations of a share of renewals, below 0.01.
  const Log log = log_of(spec(Schedule::random, 6, 6), 4, 3, 20'000);
  std::map<AgentId, double> turns;
  double sum = 0;
  for (const auto& who : log.turns)
    for (const AgentId i : who) ++turns[i], ++sum;
  for (AgentId i = 0; i < 4; ++i) CHECK(std::abs(turns[i] / sum - 0.25) < 0.01);
}

TEST_CASE("tau_msg below tau_proc is refused with the reason and what is accepted, wherever two agents may share a k") {
  for (const Schedule schedule : all_schedules) {
    const std::string said = complaint(spec(schedule, 5, 4), 9);
    CHECK(said.find("/asynchrony/tau_msg: 4 cannot be promised") == 0);
    CHECK(said.find("accepted is 5 or more") != std::string::npos);
    CHECK(complaint(spec(schedule, 5, 5), 9).empty());
  }
  CHECK(complaint(spec(Schedule::round_robin, 5, 3), 5).find("accepted is 4 or more") != std::string::npos);
  CHECK(complaint(spec(Schedule::round_robin, 5, 4), 5).empty());
  CHECK(complaint(spec(Schedule::round_robin, 50, 4), 5).empty());
}

TEST_CASE("a lone agent completes at every k; it is no adversary, and is told so") {
  for (const Schedule schedule : {Schedule::random, Schedule::round_robin}) {
    const Log log = log_of(spec(schedule, 6, 1), 1, 1, 100);
    CHECK(log.turns.size() == 100);
    CHECK(log.messages.empty());
  }
  CHECK(complaint(spec(Schedule::adversarial, 2, 2), 1).find("/asynchrony/schedule: adversarial") == 0);
}

TEST_CASE("a schedule holds no more than it expected, and no more after 10,000 k than at first") {
  for (const Schedule schedule : all_schedules) {
    const auto s = spec(schedule, 100, 300);
    BoundedSchedule bounded(s, 50, 1);
    const std::size_t before = bounded.bytes();
    for (std::int64_t k = 0; k < 10'000; ++k) bounded.end_of_step(0, k * second);
    CHECK(bounded.bytes() == before);
    CHECK(double(before) <= BoundedSchedule::expected_bytes(s, 50));
  }
}
