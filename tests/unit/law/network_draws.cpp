// What the network draws: laws, rates, and that each message's fate hangs on its link and number alone.
#include "sim/delay/network_model.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/law/kolmogorov.hpp"
#include "tests/unit/law/read.hpp"

using namespace taubar;

namespace {

const std::string exponential = R"("latency": {"kind": "exponential", "mean": 0.002})";

delay::NetworkModel network(const std::string& json, AgentId ends = 3, std::uint64_t seed = 1) {
  const auto links = test::all_links(ends);
  return {test::spec_of<delay::NetworkSpec>(json), ends, links, seed};
}

constexpr int messages = 100000;

}  // namespace

TEST_CASE(
    "message m of a link has the latency of draw m of the stream (seed, latency, from, to), on either path") {
  auto quick = network("{" + exponential + "}", 3, 42);
  auto full = network("{" + exponential + R"(, "ordering": "unordered", "contention": "sender"})", 3, 42);
  const auto law = test::law(R"({"kind": "exponential", "mean": 0.002})");
  for (std::uint64_t m = 0; m < 1000; ++m) {
    const Duration latency = from_seconds(law->quantile(to_unit(random_word(42, Purpose::latency, 2, 1, m))));
    REQUIRE(quick.send(5, 2, 1, 80, 10).arrival == 10 + latency);
    REQUIRE(full.send(5, 2, 1, 80, 10).arrival == 10 + latency);
  }
}

TEST_CASE("latencies() of 1 to 11 messages at once are those of send(), exponential, lognormal and constant") {
  for (const std::string& latency : {exponential, std::string(R"("latency": {"kind": "lognormal", "median": 0.01, "sigma": 1})"),
                                    std::string(R"("latency": 0.25)")}) {
    auto one_by_one = network("{" + latency + "}", 12, 5), at_once = network("{" + latency + "}", 12, 5);
    REQUIRE(at_once.only_latency());
    std::vector<AgentId> to;
    for (AgentId end = 1; end < 12; ++end) {
      to.push_back(end);
      for (int again = 0; again < 9; ++again) {  // beyond one block of a stream
        std::vector<Duration> latencies(to.size());
        at_once.latencies(0, 0, to, latencies);
        for (std::size_t n = 0; n < to.size(); ++n) REQUIRE(one_by_one.send(n, 0, to[n], 80, 10).arrival == 10 + latencies[n]);
      }
    }
  }
}

TEST_CASE(
    "message m is lost by draw m of (loss, from, to); copied by draw 2m of (duplicate, from, to), with the "
    "latency of 2m+1") {
  auto model = network("{" + exponential + R"(, "loss": 0.2, "duplicate": 0.5})", 3, 42);
  const auto law = test::law(R"({"kind": "exponential", "mean": 0.002})");
  for (std::uint64_t m = 0; m < 200; ++m) {
    const auto u = [&](Purpose purpose, std::uint64_t index) {
      return to_unit(random_word(42, purpose, 1, 0, index));
    };
    const auto passage = model.send(2, 1, 0, 80, 10);
    REQUIRE(passage.lost == (u(Purpose::loss, m) < 0.2));
    const bool copied = !passage.lost && u(Purpose::duplicate, 2 * m) < 0.5;
    const Time expected = copied ? 10 + from_seconds(law->quantile(u(Purpose::duplicate, 2 * m + 1))) : never;
    REQUIRE(passage.duplicate_arrival == expected);
  }
}

TEST_CASE("the m-th message of a link fares alike whatever other links carry, and with 3 agents as with 30") {
  const std::string json = "{" + exponential + R"(, "loss": 0.2, "duplicate": 0.3, "bandwidth": "1Gbps"})";
  auto alone = network(json), busy = network(json), wide = network(json, 30);
  for (int m = 0; m < 2000; ++m) {
    const auto expected = alone.send(0, 0, 1, 100, 0);
    for (int i = 0; i < m % 4; ++i) {
      busy.send(1, 0, 2, 100, 0);
      busy.send(2, 1, 0, 100, 0);
    }
    for (const auto& passage : {busy.send(0, 0, 1, 100, 0), wide.send(0, 0, 1, 100, 0)}) {
      REQUIRE(passage.lost == expected.lost);
      REQUIRE(passage.arrival == expected.arrival);
      REQUIRE(passage.duplicate_arrival == expected.duplicate_arrival);
    }
  }
}

TEST_CASE(
    "100,000 passages with overhead, bandwidth and gamma latency keep to the stated law (KS) and mean") {
  auto model = network(
      R"({"latency": {"kind": "gamma", "shape": 2, "mean": 0.003}, "bandwidth": "8Mbps", "overhead": "500us"})");
  std::vector<double> seconds;
  double sum = 0, square = 0;
  for (int m = 0; m < messages; ++m) {
    const Time now = Time{m} * 1'000'000;  // the sender is idle each time
    seconds.push_back(to_seconds(model.send(0, 0, 1, 1000, now).arrival - now));
    sum += seconds.back();
    square += seconds.back() * seconds.back();
  }
  // Rounding to whole nanoseconds moves the law by less than 0.5e-9 · 250/s, and the distance by less than
  // 1e-4.
  const auto cdf = [&](double x) { return model.cdf_seconds(x, 1000); };
  CHECK(test::kolmogorov_distance(seconds, cdf) < test::one_in_a_million + 1e-4);
  const double mean = sum / messages;
  CHECK(std::fabs(mean - model.mean_seconds(1000)) <
        5 * std::sqrt((square / messages - mean * mean) / messages));
  CHECK(model.support_seconds(1000).low == Approx(0.0015));
  CHECK(model.support_seconds(1000).high == config::unbounded);
}

TEST_CASE(
    "a clipped latency is bounded: 1 to 10 ms after 1.5 ms of overhead and transmission, and both bounds "
    "occur") {
  auto model =
      network(R"({"latency": {"kind": "exponential", "mean": 0.003, "clip": {"low": "1ms", "high": "10ms"}},
                           "bandwidth": "8Mbps", "overhead": "500us"})");
  Duration least = never, greatest = 0;
  for (int m = 0; m < 1000; ++m) {
    const Time now = Time{m} * 1'000'000;
    const Duration passed = model.send(0, 0, 1, 1000, now).arrival - now;
    least = std::min(least, passed);
    greatest = std::max(greatest, passed);
  }
  CHECK(least == 2'500'000);
  CHECK(greatest == 11'500'000);
  CHECK(model.support_seconds(1000).low == Approx(0.0025));
  CHECK(model.support_seconds(1000).high == Approx(0.0115));
}

TEST_CASE(
    "of 100,000 messages loss 0.1 takes a tenth, and duplicate 0.25 doubles a quarter of the rest, within 5 "
    "deviations") {
  auto model = network("{" + exponential + R"(, "loss": 0.1, "duplicate": 0.25})");
  double lost = 0, doubled = 0, equal = 0;
  for (int m = 0; m < messages; ++m) {
    const auto passage = model.send(0, 0, 1, 8, 0);
    lost += passage.lost;
    doubled += passage.duplicate_arrival != never;
    equal += !passage.lost && passage.duplicate_arrival == passage.arrival;
    if (passage.lost) REQUIRE((passage.arrival == never && passage.duplicate_arrival == never));
  }
  CHECK(std::fabs(lost / messages - 0.1) < 5 * std::sqrt(0.1 * 0.9 / messages));
  CHECK(std::fabs(doubled / messages - 0.225) < 5 * std::sqrt(0.225 * 0.775 / messages));
  CHECK(equal < 10);  // copies travel on their own; ties of whole nanoseconds have probability 2.5e-7 each
}

TEST_CASE("loss strikes the same messages whether or not there are latencies, bandwidths and second copies") {
  auto bare = network(R"({"loss": 0.3})");
  auto rich =
      network("{" + exponential + R"(, "loss": 0.3, "duplicate": 0.5, "bandwidth": 1e6, "overhead": 0.001})");
  for (int m = 0; m < 1000; ++m) REQUIRE(bare.send(3, 1, 2, 8, 0).lost == rich.send(3, 1, 2, 8, 0).lost);
}

TEST_CASE(
    "under fifo no copy of 20,000 messages arrives before an earlier message, and each as early as that "
    "allows") {
  const std::string json = "{" + exponential + R"(, "duplicate": 0.2, "ordering": )";
  auto fifo = network(json + "\"fifo\"}"), unordered = network(json + "\"unordered\"}");
  Time last = 0;
  int overtaking = 0;
  for (int m = 0; m < 20000; ++m) {
    const Time now = Time{m} * 500'000;
    const auto free = unordered.send(0, 0, 1, 8, now), ordered = fifo.send(0, 0, 1, 8, now);
    overtaking += free.arrival < last;
    REQUIRE(ordered.arrival == std::max(free.arrival, last));
    last = ordered.arrival;
    REQUIRE((ordered.duplicate_arrival == never) == (free.duplicate_arrival == never));
    if (free.duplicate_arrival == never) continue;
    REQUIRE(ordered.duplicate_arrival == std::max(free.duplicate_arrival, last));
    last = ordered.duplicate_arrival;
  }
  CHECK(overtaking > 1000);
}

TEST_CASE("links under markov_modulated latency have courses of their own, and each keeps its state") {
  auto model = network(
      R"({"latency": {"kind": "markov_modulated", "states": [{"hold": 10, "time": 1}, {"hold": 10, "time": 2}]}})",
      40);
  const auto links = test::all_links(40);
  int slow = 0, stays = 0;
  for (std::size_t link = 0; link < links.size(); ++link) {
    const auto [from, to] = links[link];
    const Time first = model.send(link, from, to, 8, 0).arrival;
    slow += first == 2'000'000'000;
    stays += model.send(link, from, to, 8, 1).arrival == first + 1;
  }
  const double n = static_cast<double>(links.size());
  CHECK(std::fabs(slow / n - 0.5) < 5 * std::sqrt(0.25 / n));
  CHECK(stays == static_cast<int>(n));
}
