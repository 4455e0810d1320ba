// Schedules worked out by hand, in whole nanoseconds.
#include "sim/delay/network_model.hpp"

#include "core/base/error.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/law/read.hpp"

using namespace taubar;

namespace {

constexpr Time one_ms = 1'000'000;

/// A network of 4 ends; links by their ends.
class Network {
 public:
  explicit Network(const std::string& json, std::uint64_t seed = 1, const delay::Placement& placement = {})
      : links_(test::all_links(4)), model_(test::spec_of<delay::NetworkSpec>(json), 4, links_, seed, placement) {}
  std::size_t number(AgentId from, AgentId to) const { return from * 3 + to - (to > from); }
  delay::Passage passage(AgentId from, AgentId to, std::int64_t bytes, Time now) {
    return model_.send(number(from, to), from, to, bytes, now);
  }
  Time arrival(AgentId from, AgentId to, std::int64_t bytes, Time now) {
    return passage(from, to, bytes, now).arrival;
  }
  Time received(AgentId from, AgentId to, std::int64_t bytes, Time now) {
    return model_.receive(to, number(from, to), bytes, now);
  }
  delay::NetworkModel& model() { return model_; }

 private:
  std::vector<std::pair<AgentId, AgentId>> links_;
  delay::NetworkModel model_;
};

std::vector<std::string> network_complaints(const std::string& json) {
  try {
    Network network(json);
  } catch (const InputError& error) {
    return error.complaints();
  }
  return {};
}

}  // namespace

TEST_CASE("without any field messages arrive at once, however large and many") {
  Network network("{}");
  for (int i = 0; i < 5; ++i) CHECK(network.arrival(0, 1, 1 << 30, 7 * one_ms) == 7 * one_ms);
  CHECK(network.model().sender_free(0) == 0);
  CHECK(network.model().left_at(0) == 0);
}

TEST_CASE("a constant latency of 3 ms alone") {
  Network network(R"({"latency": "3ms"})");
  CHECK(network.arrival(2, 1, 1000, 5 * one_ms) == 8 * one_ms);
  CHECK(network.model().mean_seconds(1000) == 0.003);
}

TEST_CASE(
    "a multicast to three with 1 ms overhead, 1 ms transmission and 10 ms latency arrives after 12, 13 and "
    "14 ms") {
  Network network(R"({"latency": "10ms", "bandwidth": "8Mbps", "overhead": "1ms"})");
  CHECK(network.arrival(0, 1, 1000, 0) == 12 * one_ms);
  CHECK(network.arrival(0, 2, 1000, 0) == 13 * one_ms);
  CHECK(network.arrival(0, 3, 1000, 0) == 14 * one_ms);
  CHECK(network.model().sender_free(0) == 3 * one_ms);
  CHECK(network.model().left_at(0) == 3 * one_ms);
  CHECK(network.arrival(0, 1, 1000, 2 * one_ms) == 15 * one_ms);   // waits until 3 ms
  CHECK(network.arrival(0, 1, 1000, 10 * one_ms) == 22 * one_ms);  // the sender has been free since 4 ms
  CHECK(network.arrival(1, 0, 1000, 0) == 12 * one_ms);        // other senders are not held up
  CHECK(network.model().mean_seconds(1000) == Approx(0.012));
}

TEST_CASE("transmission alone: 4 ms messages go side by side without contention") {
  Network network(R"({"bandwidth": "8Mbps"})");
  CHECK(network.arrival(0, 1, 4000, 0) == 4 * one_ms);
  CHECK(network.arrival(0, 2, 4000, 0) == 4 * one_ms);
  CHECK(network.arrival(0, 1, 500, one_ms) == 3 * one_ms / 2);
  CHECK(network.model().left_at(0) == 0);
}

TEST_CASE(
    "under sender contention 4 ms messages leave one after another, from the end of the first overhead on") {
  Network network(R"({"latency": "10ms", "bandwidth": "8Mbps", "overhead": "1ms", "contention": "sender"})");
  CHECK(network.arrival(0, 1, 4000, 0) == 15 * one_ms);  // overhead to 1, transmitted 1–5
  CHECK(network.arrival(0, 2, 4000, 0) == 19 * one_ms);  // overhead to 2, transmitted 5–9
  CHECK(network.arrival(0, 3, 4000, 0) == 23 * one_ms);  // overhead to 3, transmitted 9–13
  CHECK(network.model().sender_free(0) == 3 * one_ms);
  CHECK(network.model().left_at(0) == 13 * one_ms);
  CHECK(network.arrival(0, 1, 1000, 20 * one_ms) == 32 * one_ms);  // idle since 13 ms
  CHECK(network.model().left_at(0) == 22 * one_ms);
  CHECK_FALSE(network.model().queues_at_receiver());
}

TEST_CASE(
    "under sender_and_receiver two senders' 4 ms messages are received one after another, after 14 and 18 "
    "ms") {
  Network network(R"({"latency": "10ms", "bandwidth": "8Mbps", "contention": "sender_and_receiver"})");
  REQUIRE(network.model().queues_at_receiver());
  CHECK(network.arrival(1, 0, 4000, 0) == 10 * one_ms);  // the first bit
  CHECK(network.arrival(2, 0, 4000, 0) == 10 * one_ms);
  CHECK(network.arrival(2, 0, 1000, 0) == 14 * one_ms);  // behind the sender's first
  CHECK(network.received(1, 0, 4000, 10 * one_ms) == 14 * one_ms);
  CHECK(network.received(2, 0, 4000, 10 * one_ms) == 18 * one_ms);
  CHECK(network.received(2, 0, 1000, 14 * one_ms) == 19 * one_ms);
  CHECK(network.received(3, 0, 1000, 30 * one_ms) == 31 * one_ms);  // idle since 19 ms
  CHECK(network.received(0, 3, 1000, 30 * one_ms) == 31 * one_ms);  // another receiver
  CHECK(network.model().mean_seconds(4000) == Approx(0.014));
}

TEST_CASE("under fifo a small message waits for the large one before it on its link, and for no other") {
  const std::string large_then_small = R"({"bandwidth": "8Mbps", "ordering": )";
  Network fifo(large_then_small + "\"fifo\"}"), unordered(large_then_small + "\"unordered\"}");
  CHECK(fifo.arrival(0, 1, 10000, 0) == 10 * one_ms);
  CHECK(fifo.arrival(0, 1, 1000, 0) == 10 * one_ms);
  CHECK(fifo.arrival(0, 2, 1000, 0) == one_ms);
  CHECK(fifo.arrival(0, 1, 1000, 20 * one_ms) == 21 * one_ms);
  CHECK(unordered.arrival(0, 1, 10000, 0) == 10 * one_ms);
  CHECK(unordered.arrival(0, 1, 1000, 0) == one_ms);
}

TEST_CASE(
    "every lost message occupies its sender all the same: three with 1 ms overhead and 4 ms transmission, 13 "
    "ms") {
  Network network(
      R"({"bandwidth": "8Mbps", "overhead": "1ms", "contention": "sender", "loss": 1, "duplicate": 1})");
  for (int i = 0; i < 3; ++i) {
    const auto passage = network.passage(0, 1, 4000, 0);
    CHECK(passage.lost);
    CHECK(passage.arrival == never);
    CHECK(passage.duplicate_arrival == never);
  }
  CHECK(network.model().sender_free(0) == 3 * one_ms);
  CHECK(network.model().left_at(0) == 13 * one_ms);
}

TEST_CASE("a certain second copy arrives too, without occupying the sender") {
  Network network(R"({"latency": "2ms", "overhead": "1ms", "duplicate": 1})");
  const auto passage = network.passage(0, 1, 100, 0);
  CHECK(passage.arrival == 3 * one_ms);
  CHECK(passage.duplicate_arrival == 3 * one_ms);
  CHECK(network.model().sender_free(0) == one_ms);
}

TEST_CASE("overrides hold for their links and leave the rest as it is") {
  Network network(R"({"latency": "10ms", "bandwidth": "8Mbps", "links": [
      {"edges": [[0, 1], [2, 3]], "latency": "1ms"}, {"edges": [[1, 0]], "bandwidth": "80Mbps"},
      {"edges": [[3, 0]], "loss": 1}]})");
  CHECK(network.arrival(0, 1, 1000, 0) == 2 * one_ms);
  CHECK(network.arrival(2, 3, 1000, 0) == 2 * one_ms);
  CHECK(network.arrival(1, 0, 1000, 0) == 10 * one_ms + one_ms / 10);
  CHECK(network.arrival(0, 2, 1000, 0) == 11 * one_ms);
  CHECK(network.passage(3, 0, 1000, 0).lost);
  CHECK_FALSE(network.passage(3, 1, 1000, 0).lost);
}

TEST_CASE("overrides of links that are not there or named twice are all complained about") {
  const auto complaints = network_complaints(
      R"({"links": [{"edges": [[0, 1], [0, 0]], "loss": 1}, {"edges": [[0, 9], [0, 1]], "loss": 0}]})");
  REQUIRE(complaints.size() == 3);
  CHECK(complaints[0].find("/network/links/0/edges/1: [0, 0] is not a link") == 0);
  CHECK(complaints[1].find("/network/links/1/edges/0: [0, 9] is not a link") == 0);
  CHECK(complaints[2].find("/network/links/1/edges/1: [0, 1] is named twice, before in /network/links/0") ==
        0);
}

TEST_CASE("edges that are no pairs of agents, and values out of range, are refused when read") {
  for (const char* json :
       {R"({"links": [{"edges": []}]})", R"({"links": [{"edges": [[0, 1, 2]]}]})",
        R"({"links": [{"edges": [[0, 1.5]]}]})", R"({"links": [{"edges": [[-1, 0]]}]})",
        R"({"links": [{"loss": 0.5}]})", R"({"loss": 1.1})", R"({"duplicate": -0.1})", R"({"bandwidth": 0})",
        R"({"overhead": "-1ms"})", R"({"contention": "receiver"})", R"({"ordering": "lifo"})",
        R"({"latency": {"kind": "exponential", "mean": -1}})"}) {
    CAPTURE(json);
    CHECK_THROWS_AS(test::spec_of<delay::NetworkSpec>(json), InputError);
  }
}

TEST_CASE("times without end stay at 2^62 ns: latency 1e300 s, bandwidth 1e-300 bit/s, overhead 1e300 s") {
  const Time end = Time{1} << 62;
  CHECK(Network(R"({"latency": 1e300})").arrival(0, 1, 1, end) == end);
  Network network(
      R"({"latency": {"kind": "exponential", "mean": 1e300}, "bandwidth": 1e-300, "overhead": 1e300,
                      "contention": "sender_and_receiver", "ordering": "fifo"})");
  for (int i = 0; i < 3; ++i) CHECK(network.arrival(0, 1, 1 << 20, end) == end);
  for (int i = 0; i < 3; ++i) CHECK(network.received(0, 1, 1 << 20, end) == end);
  CHECK(network.model().left_at(0) == end);
}

TEST_CASE("state per link and per end: 4 bytes for latency alone, 16 and 24 with everything") {
  const auto plain = test::spec_of<delay::NetworkSpec>(R"({"latency": 1})");
  CHECK(delay::NetworkModel::bytes_per_link(plain) == 4);
  CHECK(delay::NetworkModel::bytes_per_end(plain) == 0);
  const auto full = test::spec_of<delay::NetworkSpec>(R"({"latency": 1, "overhead": 1, "ordering": "fifo",
      "contention": "sender_and_receiver", "links": [{"edges": [[0, 1]], "loss": 0}]})");
  CHECK(delay::NetworkModel::bytes_per_link(full) == 16);
  CHECK(delay::NetworkModel::bytes_per_end(full) == 24);
}

namespace {

/// Agents 0 and 1 live on host 0, agents 2 and 3 on host 1.
const delay::Placement in_pairs(4, 2, delay::Assignment::block);

}  // namespace

TEST_CASE("inside a host latency 1 ms, 80 Mbps and 2 ms overhead, between hosts 10 ms, 8 Mbps and 5 ms") {
  Network network(R"({"latency": "10ms", "bandwidth": "8Mbps", "overhead": "5ms",
                      "intra_host": {"latency": "1ms", "bandwidth": "80Mbps", "overhead": "2ms"}})",
                  1, in_pairs);
  CHECK(network.arrival(0, 1, 10000, 0) == 4 * one_ms);             // 2 + 1 + 1
  CHECK(network.arrival(2, 0, 10000, 0) == 25 * one_ms);            // 5 + 10 + 10
  CHECK(network.arrival(0, 3, 10000, 0) == (2 + 25) * one_ms);      // after the overhead of the first
  CHECK(network.arrival(0, 1, 10000, 0) == (2 + 5 + 4) * one_ms);   // the sender has one queue for both kinds
  CHECK(network.model().sender_free(0) == 9 * one_ms);
  CHECK(network.model().mean_seconds(10000) == Approx(0.025));  // of the default link, between hosts
}

TEST_CASE("what intra_host leaves out stays as in the network") {
  Network bandwidth(R"({"latency": "10ms", "bandwidth": "8Mbps", "overhead": "5ms", "intra_host": {"bandwidth": "80Mbps"}})", 1,
                    in_pairs);
  CHECK(bandwidth.arrival(0, 1, 10000, 0) == 16 * one_ms);
  Network latency(R"({"latency": "10ms", "bandwidth": "8Mbps", "intra_host": {"latency": "1ms"}})", 1, in_pairs);
  CHECK(latency.arrival(0, 1, 10000, 0) == 11 * one_ms);
  CHECK(latency.arrival(1, 2, 10000, 0) == 20 * one_ms);
  Network overhead(R"({"latency": "10ms", "overhead": "5ms", "intra_host": {"overhead": 0}})", 1, in_pairs);
  CHECK(overhead.arrival(0, 1, 10000, 0) == 10 * one_ms);
  CHECK(overhead.arrival(0, 2, 10000, 0) == 15 * one_ms);
}

TEST_CASE("overhead inside hosts alone occupies the sender for both kinds of message") {
  Network network(R"({"intra_host": {"overhead": "3ms"}})", 1, in_pairs);
  CHECK(network.arrival(0, 2, 8, 0) == 0);
  CHECK(network.arrival(0, 1, 8, 0) == 3 * one_ms);
  CHECK(network.arrival(0, 2, 8, one_ms) == 3 * one_ms);
}

TEST_CASE("an overridden link inside a host keeps its override, and the rest as inside the host") {
  Network network(R"({"latency": "10ms", "bandwidth": "8Mbps", "overhead": "5ms",
                      "links": [{"edges": [[0, 1], [0, 2]], "latency": "7ms"}, {"edges": [[2, 3]], "bandwidth": "800Mbps"}],
                      "intra_host": {"latency": "1ms", "bandwidth": "80Mbps", "overhead": "2ms"}})",
                  1, in_pairs);
  CHECK(network.arrival(0, 1, 10000, 0) == (2 + 1 + 7) * one_ms);
  CHECK(network.arrival(0, 2, 10000, 20 * one_ms) == (20 + 5 + 10 + 7) * one_ms);
  CHECK(network.arrival(2, 3, 100000, 0) == (2 + 1 + 1) * one_ms);
  CHECK(network.arrival(3, 2, 10000, 0) == (2 + 1 + 1) * one_ms);
}

TEST_CASE("without shared hosts intra_host changes nothing") {
  const std::string plain = R"({"latency": {"kind": "exponential", "mean": "10ms"}})";
  const std::string inside = R"({"latency": {"kind": "exponential", "mean": "10ms"}, "intra_host": {"latency": 5}})";
  Network without(plain, 3), apart(inside, 3), alone(inside, 3, delay::Placement(4, 4, delay::Assignment::block));
  for (int m = 0; m < 20; ++m) {
    const Time arrival = without.arrival(0, 1, 100, m * one_ms);
    CHECK(apart.arrival(0, 1, 100, m * one_ms) == arrival);
    CHECK(alone.arrival(0, 1, 100, m * one_ms) == arrival);
  }
}

TEST_CASE("draws stay those of the link's stream: half the mean inside the host is half of every latency") {
  Network between(R"({"latency": {"kind": "exponential", "mean": "10ms"}})", 3);
  Network inside(R"({"latency": {"kind": "exponential", "mean": "10ms"},
                     "intra_host": {"latency": {"kind": "exponential", "mean": "5ms"}}})",
                 3, in_pairs);
  for (int m = 0; m < 50; ++m) {
    CHECK(std::abs(between.arrival(0, 1, 100, 0) - 2 * inside.arrival(0, 1, 100, 0)) <= 1);
    CHECK(between.arrival(0, 2, 100, 0) == inside.arrival(0, 2, 100, 0));
  }
}

TEST_CASE("a wrong law of intra_host is complained about where it stands") {
  const auto complaints = network_complaints(R"({"intra_host": {"latency": {"kind": "markov_modulated", "states": [
      {"hold": 0, "time": 1}, {"hold": 0, "time": 2}]}}})");
  REQUIRE_FALSE(complaints.empty());
  for (const auto& complaint : complaints) CHECK(complaint.find("/network/intra_host/latency: ") == 0);
}

TEST_CASE("state per link and end for the memory estimate counts what intra_host adds") {
  using delay::NetworkModel;
  const auto spec = test::spec_of<delay::NetworkSpec>(R"({"intra_host": {"overhead": "1ms"}})");
  CHECK(NetworkModel::bytes_per_link(spec) == 8);
  CHECK(NetworkModel::bytes_per_end(spec) == 8);
}
