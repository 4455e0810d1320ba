#include "sim/virtual_time/waiting_list.hpp"

#include <deque>
#include <vector>

#include "core/base/random.hpp"
#include "tests/support/catch.hpp"

using namespace taubar;
using virtual_time::Waiting;
using virtual_time::WaitingList;
using virtual_time::WaitingOverflow;

namespace {

std::vector<std::uint32_t> tags(const std::deque<std::uint32_t>& tags) { return {tags.begin(), tags.end()}; }

}  // namespace

TEST_CASE("100,000 pushes, pops and takings of all of five waiting lists agree with std::deque, up to 60 waiting") {
  WaitingOverflow overflow;
  WaitingList lists[5];
  std::deque<std::uint32_t> references[5];
  Stream stream(1, Purpose::test);
  std::uint32_t tag = 0;
  for (int i = 0; i < 100'000; ++i) {
    const std::uint64_t one = stream.below(5);
    WaitingList& list = lists[one];
    auto& reference = references[one];
    const std::uint64_t what = stream.below(200);
    if (what == 0 || reference.size() >= 60) {
      std::vector<std::uint32_t> taken;
      list.take_all(overflow, [&](Waiting item) { taken.push_back(item.tag()); });
      REQUIRE(taken == tags(reference));
      reference.clear();
    } else if (what < 90 && !reference.empty()) {
      REQUIRE(list.pop(overflow).tag() == reference.front());
      reference.pop_front();
    } else {
      list.push(Waiting::timer(tag), overflow);
      reference.push_back(tag++);
    }
    REQUIRE(list.size() == reference.size());
    REQUIRE(list.empty() == reference.empty());
  }
}

TEST_CASE("looking at 20 waiting shows the first six, then those of the first chunk beyond, also after three were taken") {
  WaitingOverflow overflow;
  WaitingList list;
  for (std::uint32_t tag = 0; tag < 20; ++tag) list.push(Waiting::timer(tag), overflow);
  std::vector<std::uint32_t> seen;
  const auto note = [&](Waiting item) { seen.push_back(item.tag()); };
  list.look_beside(overflow, note);
  list.look_beyond(overflow, note);
  CHECK(seen == std::vector<std::uint32_t>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12});
  for (int i = 0; i < 3; ++i) list.pop(overflow);
  seen.clear();
  list.look_beside(overflow, note);
  list.look_beyond(overflow, note);
  CHECK(seen == std::vector<std::uint32_t>{3, 4, 5, 6, 7, 8, 9, 10, 11, 12});
}

TEST_CASE("looking at four waiting shows four, and none beyond") {
  WaitingOverflow overflow;
  WaitingList list;
  for (std::uint32_t tag = 0; tag < 4; ++tag) list.push(Waiting::timer(tag), overflow);
  std::vector<std::uint32_t> seen;
  const auto note = [&](Waiting item) { seen.push_back(item.tag()); };
  list.look_beside(overflow, note);
  list.look_beyond(overflow, note);
  CHECK(seen == std::vector<std::uint32_t>{0, 1, 2, 3});
}

TEST_CASE("lists that grow and empty 1,000 times take no more memory than the first time") {
  WaitingOverflow overflow;
  WaitingList list;
  std::size_t first = 0;
  for (int round = 0; round < 1000; ++round) {
    for (std::uint32_t tag = 0; tag < 50; ++tag) list.push(Waiting::timer(tag), overflow);
    if (round % 2)
      list.take_all(overflow, [](Waiting) {});
    else
      while (!list.empty()) list.pop(overflow);
    if (round == 0) first = overflow.bytes();
  }
  CHECK(overflow.bytes() == first);
}
