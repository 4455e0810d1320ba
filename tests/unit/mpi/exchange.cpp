// Frames between ranks: whole, in order, bounded, and never waiting for each other.
#include "sim/mpi/exchange.hpp"

#include <numeric>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/support/loopback.hpp"

using namespace taubar;
using namespace taubar::mpi;

namespace {

/// A rank that keeps what comes in.
struct Rank : Exchange::Listener {
  Rank(Loopback& loopback, int number, const ExchangeLimits& limits)
      : transport(loopback.rank(number)), exchange(*transport, pool, limits) {}

  void on_frame(int, const Frame& frame, agent::PayloadBlock* block) override {
    stamps.push_back(frame.stamp);
    sizes.push_back(block->size);
    sums.push_back(std::accumulate(block->values(), block->values() + block->size, 0.0));
    bytes.push_back(frame.cost_bytes());
    pool.drop(block);
  }
  void post(std::int64_t stamp, std::size_t words) {
    auto payload = pool.make(7, stamp, words);
    for (std::size_t w = 0; w < words; ++w) payload.values()[w] = static_cast<double>(stamp + static_cast<std::int64_t>(w));
    Frame frame;
    frame.stamp = stamp;
    exchange.post(1 - transport->rank(), frame, payload.release());
  }
  void take_all() {
    for (const auto b : bytes) exchange.taken(b);
    bytes.clear();
  }
  void turn() {
    exchange.poll(*this);
    exchange.flush();
  }

  std::unique_ptr<Transport> transport;
  agent::PayloadPool pool;
  Exchange exchange;
  std::vector<std::int64_t> stamps, bytes;
  std::vector<std::size_t> sizes;
  std::vector<double> sums;
};

}  // namespace

TEST_CASE("1,000 frames of 0 to 6,990 words arrive whole and in the order of posting, small and large mixed") {
  Loopback loopback(2);
  Rank a(loopback, 0, {}), b(loopback, 1, {});
  const auto words_of = [](std::int64_t i) { return static_cast<std::size_t>(i % 7 == 0 ? i * 7 : i % 90); };
  for (std::int64_t i = 0; i < 1000; ++i) a.post(i, words_of(i));
  for (int turn = 0; turn < 3000 && b.stamps.size() < 1000; ++turn) {
    a.turn();
    b.turn();
    b.take_all();
  }
  REQUIRE(b.stamps.size() == 1000);
  for (std::int64_t i = 0; i < 1000; ++i) {
    const auto at = static_cast<std::size_t>(i);
    const double w = static_cast<double>(words_of(i));
    CHECK(b.stamps[at] == i);
    CHECK(b.sizes[at] == words_of(i));
    CHECK(b.sums[at] == w * static_cast<double>(i) + w * (w - 1) / 2);
  }
  for (int turn = 0; turn < 10; ++turn) a.turn();
  CHECK(a.exchange.all_left());
  CHECK(a.pool.in_use() == 0);
  CHECK(b.pool.in_use() == 0);
}

TEST_CASE("a window of 64 KiB holds back what goes beyond it until the receiver has credited it") {
  Loopback loopback(2);
  const ExchangeLimits limits{64 << 10, 1 << 30, 2048};
  Rank a(loopback, 0, limits), b(loopback, 1, limits);
  for (int i = 0; i < 100; ++i) a.post(i, 1000);  // 8,240 bytes each
  CHECK(a.exchange.congested());
  for (int turn = 0; turn < 50; ++turn) a.turn();
  CHECK(a.exchange.congested());
  for (int turn = 0; turn < 200; ++turn) {
    b.turn();
    a.turn();
  }
  CHECK(b.stamps.size() == 100);
  CHECK_FALSE(a.exchange.congested());
}

TEST_CASE("a receiver with 32 KiB unread credits nothing more, and goes on when its agents have taken them") {
  Loopback loopback(2);
  const ExchangeLimits limits{64 << 10, 32 << 10, 2048};
  Rank a(loopback, 0, limits), b(loopback, 1, limits);
  for (int i = 0; i < 100; ++i) a.post(i, 1000);
  for (int turn = 0; turn < 200; ++turn) {
    b.turn();
    a.turn();
  }
  const std::size_t first = b.stamps.size();
  CHECK(first < 25);  // the window, and what was credited before the limit
  CHECK(b.exchange.unread_bytes() <= (64 << 10) + (32 << 10));
  for (int turn = 0; turn < 400 && b.stamps.size() < 100; ++turn) {
    b.take_all();
    b.turn();
    a.turn();
  }
  CHECK(b.stamps.size() == 100);
}

TEST_CASE("a frame of 1 MB goes through a window of 64 KiB") {
  Loopback loopback(2);
  const ExchangeLimits limits{64 << 10, 1 << 30, 2048};
  Rank a(loopback, 0, limits), b(loopback, 1, limits);
  for (int i = 0; i < 5; ++i) a.post(i, 131072);
  for (int turn = 0; turn < 300; ++turn) {
    a.turn();
    b.turn();
  }
  CHECK(b.stamps == std::vector<std::int64_t>{0, 1, 2, 3, 4});
}

TEST_CASE("of two ranks with full windows and full inboxes one always goes on, and then the other") {
  Loopback loopback(2);
  const ExchangeLimits limits{64 << 10, 16 << 10, 2048};
  Rank a(loopback, 0, limits), b(loopback, 1, limits);
  for (int i = 0; i < 200; ++i) {
    a.post(i, 1000);
    b.post(i, 1000);
  }
  CHECK(a.exchange.congested());
  CHECK(b.exchange.congested());
  const auto turns = [&](int count) {
    for (int turn = 0; turn < count; ++turn) {
      a.turn();
      b.turn();
    }
  };
  turns(2000);  // nobody takes anything
  CHECK_FALSE((a.exchange.congested() && b.exchange.congested()));
  a.take_all();  // who is not held up computes, and takes
  b.take_all();
  turns(2000);
  CHECK_FALSE(a.exchange.congested());
  CHECK_FALSE(b.exchange.congested());
}

TEST_CASE("with open windows 500 frames arrive although nobody takes them") {
  Loopback loopback(2);
  const ExchangeLimits limits{64 << 10, 16 << 10, 2048};
  Rank a(loopback, 0, limits), b(loopback, 1, limits);
  for (int i = 0; i < 500; ++i) a.post(i, 1000);
  a.exchange.open_windows();
  b.exchange.open_windows();
  for (int turn = 0; turn < 500; ++turn) {
    a.turn();
    b.turn();
  }
  CHECK(a.exchange.posted() == 500);
  CHECK(b.exchange.received() == 500);
}
