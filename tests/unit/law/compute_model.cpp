#include "sim/compute/compute_model.hpp"

#include "core/base/error.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/law/kolmogorov.hpp"
#include "tests/unit/law/read.hpp"

using namespace taubar;

namespace {

constexpr Duration ms = 1'000'000;

std::vector<std::string> complaints_about(const std::string& json, std::uint64_t agents) {
  try {
    test::compute_model(json, agents);
  } catch (const InputError& error) {
    return error.complaints();
  }
  return {};
}

}  // namespace

TEST_CASE("10 ms x 3 + 50 ms is 80 ms: factors first, additions after, each for its agents alone") {
  auto model = test::compute_model(R"({"time": "10ms", "stragglers": [
      {"agents": [1, 2], "add": "50ms"}, {"agents": [1], "factor": 3}, {"agents": [3], "factor": 2, "add": "1ms"},
      {"agents": "all", "factor": 1}]})",
                                   5);
  CHECK(model.duration(0, 0, 0, 1) == 10 * ms);
  CHECK(model.duration(1, 0, 0, 1) == 80 * ms);
  CHECK(model.duration(2, 7, 0, 1) == 60 * ms);
  CHECK(model.duration(3, 0, 5, 1) == 21 * ms);
  CHECK(model.mean_seconds(1, 1) == Approx(0.08));
  CHECK(model.longest_seconds(1, 1) == Approx(0.08));
}

TEST_CASE("factors of several rules and of the agent multiply: 10 ms x 2 x 3 x 4 + 5 ms + 6 ms is 251 ms") {
  auto model = test::compute_model(R"({"time": "10ms", "per_agent": 2, "stragglers": [
      {"agents": {"first": 1}, "factor": 3, "add": "5ms"}, {"agents": [0], "factor": 4, "add": "6ms"}]})",
                                   2);
  CHECK(model.duration(0, 3, 0, 1) == 251 * ms);
  CHECK(model.duration(1, 3, 0, 1) == 20 * ms);
}

TEST_CASE("a rule during [1 s, 2 s) strikes steps that start from 1 s until 1 ns before 2 s") {
  auto model = test::compute_model(
      R"({"time": "10ms", "stragglers": [{"agents": "all", "add": "1ms", "during": [1, "2s"]}]})", 1);
  const Time second = 1'000'000'000;
  CHECK(model.duration(0, 0, second - 1, 1) == 10 * ms);
  CHECK(model.duration(0, 0, second, 1) == 11 * ms);
  CHECK(model.duration(0, 0, 2 * second - 1, 1) == 11 * ms);
  CHECK(model.duration(0, 0, 2 * second, 1) == 10 * ms);
  CHECK(model.mean_seconds(0, 1) == Approx(0.011));
  CHECK(model.longest_seconds(0, 1) == Approx(0.011));
}

TEST_CASE(
    "a rule of probability 1/4 strikes a quarter of 100,000 steps within 5 deviations, the same steps under "
    "any law") {
  auto model = test::compute_model(
      R"({"time": "10ms", "stragglers": [{"agents": "all", "factor": 10, "probability": 0.25}]})", 2);
  auto other = test::compute_model(R"({"time": "1ms", "stragglers": [
      {"agents": "all", "add": {"kind": "shifted_exponential", "shift": 1, "mean": 2}, "probability": 0.25}]})",
                                   2);
  double struck = 0;
  bool same = true;
  constexpr int steps = 100000;
  for (int m = 0; m < steps; ++m) {
    const bool one = model.duration(1, m, 0, 1) == 100 * ms;
    struck += one;
    same = same && one == (other.duration(1, m, 0, 1) > ms);
  }
  CHECK(std::fabs(struck / steps - 0.25) < 5 * std::sqrt(0.25 * 0.75 / steps));
  CHECK(same);
  CHECK(model.mean_seconds(1, 1) == Approx(0.0325));
  CHECK(model.longest_seconds(1, 1) == Approx(0.1));
}

TEST_CASE("two rules of probability 1/2 strike independently: both strike a quarter of 40,000 steps") {
  auto model = test::compute_model(R"({"time": "1ms", "stragglers": [
      {"agents": "all", "add": "1ms", "probability": 0.5}, {"agents": "all", "add": "2ms", "probability": 0.5}]})",
                                   1);
  int counts[5] = {};
  constexpr int steps = 40000;
  for (int m = 0; m < steps; ++m) ++counts[model.duration(0, m, 0, 1) / ms];
  for (int length = 1; length <= 4; ++length)
    CHECK(std::fabs(counts[length] / double(steps) - 0.25) < 5 * std::sqrt(0.25 * 0.75 / steps));
}

TEST_CASE("at 10,000 sample gradients a second, 500 samples take 50 ms, and none count as one") {
  auto model = test::compute_model(R"({"rate": 1e4})", 2);
  CHECK(model.duration(0, 0, 0, 500) == 50 * ms);
  CHECK(model.duration(0, 0, 0, 0) == ms / 10);
  CHECK(model.mean_seconds(0, 500) == Approx(0.05));
  CHECK(model.longest_seconds(0, 500) == Approx(0.05));
}

TEST_CASE(
    "step m of agent i is drawn from the stream named by seed and agent at index m, in whatever order it is "
    "asked") {
  const auto law = test::law(R"({"kind": "gamma", "shape": 2, "mean": 0.01})");
  auto model = test::compute_model(R"({"time": {"kind": "gamma", "shape": 2, "mean": 0.01}})", 3, 77);
  auto more = test::compute_model(R"({"time": {"kind": "gamma", "shape": 2, "mean": 0.01}})", 3000, 77);
  for (std::uint64_t step : {5u, 0u, 4u, 1000000u}) {
    const double u = to_unit(random_word(77, Purpose::compute_time, 2, 0, step));
    CHECK(model.duration(2, step, 0, 1) == from_seconds(law->quantile(u)));
    CHECK(more.duration(2, step, 123, 1) == model.duration(2, step, 0, 1));
  }
}

TEST_CASE(
    "rule r of step m of agent i draws 3m (whether), 3m+1 (add) and 3m+2 (factor) of the stream (straggler, "
    "i, r)") {
  auto model = test::compute_model(
      R"({"time": 1, "stragglers": [{"agents": [0], "add": 1}, {"agents": "all", "probability": 0.5,
      "add": {"kind": "uniform", "low": 0, "high": 1}, "factor": {"kind": "uniform", "low": 2, "high": 4}}]})",
      3, 8);
  for (std::uint64_t m = 0; m < 50; ++m) {
    const auto u = [&](int which) {
      return to_unit(random_word(8, Purpose::straggler, 2, 1, 3 * m + which));
    };
    const double expected = u(0) < 0.5 ? 1 * (2 + 2 * u(2)) + u(1) : 1;
    CHECK(model.duration(2, m, 0, 1) == from_seconds(expected));
  }
}

TEST_CASE("mean_seconds is the mean of 50,000 drawn steps within 5 standard errors, all forms together") {
  const std::string stragglers = R"("per_agent": {"kind": "uniform", "low": 0.5, "high": 2}, "stragglers": [
      {"agents": {"fraction": 0.5}, "add": {"kind": "exponential", "mean": 0.02}, "probability": 0.3},
      {"agents": [0, 1], "factor": {"kind": "uniform", "low": 1, "high": 5}, "probability": 0.6},
      {"agents": "all", "factor": {"kind": "gamma", "shape": 3, "mean": 1.5}, "add": "1ms"}])";
  for (const std::string first :
       {R"("time": {"kind": "shifted_exponential", "shift": 0.004, "mean": 0.003}, )",
        R"("rate": {"kind": "uniform", "low": 5000, "high": 20000}, )",
        R"("rate": {"kind": "shifted_exponential", "shift": 3000, "mean": 5000}, )"}) {
    CAPTURE(first);
    auto model = test::compute_model("{" + first + stragglers + "}", 2, 5);
    for (AgentId agent : {0u, 1u}) {
      double sum = 0, square = 0;
      constexpr int steps = 50000;
      for (int m = 0; m < steps; ++m) {
        const double x = to_seconds(model.duration(agent, m, 0, 64));
        sum += x;
        square += x * x;
      }
      const double mean = sum / steps, error = std::sqrt((square / steps - mean * mean) / steps);
      CHECK(std::fabs(mean - model.mean_seconds(agent, 64)) < 5 * error + 1e-4 * mean);
    }
  }
}

TEST_CASE("no step of 100,000 is longer than longest_seconds, and the longest comes within 1% of it") {
  auto model = test::compute_model(R"({"rate": {"kind": "uniform", "low": 1000, "high": 4000}, "stragglers": [
      {"agents": "all", "factor": {"kind": "uniform", "low": 0.1, "high": 0.5}, "probability": 0.5},
      {"agents": "all", "add": {"kind": "exponential", "mean": 1, "clip": {"high": 0.1}}}]})",
                                   1);
  Duration longest = 0;
  for (int m = 0; m < 100000; ++m) longest = std::max(longest, model.duration(0, m, 0, 100));
  CHECK(model.longest_seconds(0, 100) == Approx(0.2));
  CHECK(to_seconds(longest) <= 0.2);
  CHECK(to_seconds(longest) > 0.198);
}

TEST_CASE("unbounded laws have no longest step, and exponential rates no mean one") {
  CHECK(test::compute_model(R"({"time": {"kind": "exponential", "mean": 1}})", 1).longest_seconds(0, 1) ==
        config::unbounded);
  auto rates = test::compute_model(R"({"rate": {"kind": "exponential", "mean": 100}})", 1);
  CHECK(rates.mean_seconds(0, 1) == config::unbounded);
  CHECK(rates.longest_seconds(0, 1) == config::unbounded);
}

TEST_CASE("factors of 1,000 agents follow their law, and stay: the second step is as slow as the first") {
  auto model = test::compute_model(
      R"({"time": 1, "per_agent": {"kind": "lognormal", "median": 1, "sigma": 0.5}})", 1000);
  const auto law = test::law(R"({"kind": "lognormal", "median": 1, "sigma": 0.5})");
  std::vector<double> factors;
  for (AgentId i = 0; i < 1000; ++i) {
    factors.push_back(to_seconds(model.duration(i, 0, 0, 1)));
    CHECK(model.duration(i, 1, 99, 1) == model.duration(i, 0, 0, 1));
  }
  CHECK(test::kolmogorov_distance(factors, [&](double x) { return law->cdf(x); }) < test::one_in_a_million);
}

TEST_CASE("a step takes at least 1 ns and at most 2^62 ns") {
  auto model = test::compute_model(R"({"time": {"kind": "empirical", "samples": [0, 1e300]}})", 1);
  Duration least = Duration{1} << 62, greatest = 0;
  for (int m = 0; m < 100; ++m) {
    least = std::min(least, model.duration(0, m, 0, 1));
    greatest = std::max(greatest, model.duration(0, m, 0, 1));
  }
  CHECK(least == 1);
  CHECK(greatest == Duration{1} << 62);
}

TEST_CASE("two markov_modulated laws of one model have courses of their own") {
  // With one course for both, time and addition would be slow together: 0 s or 3 s, never 1 s or 2 s.
  const std::string states =
      R"({"kind": "markov_modulated", "states": [{"hold": 1, "time": 0}, {"hold": 1, "time": )";
  auto model = test::compute_model(
      R"({"time": )" + states + R"(1}]}, "stragglers": [{"agents": "all", "add": )" + states + "2}]}}]}",
      1000);
  int counts[4] = {};
  for (AgentId i = 0; i < 1000; ++i) ++counts[model.duration(i, 0, 0, 1) / 1'000'000'000];
  for (int count : counts) CHECK(std::fabs(count - 250) < 5 * std::sqrt(1000 * 0.25 * 0.75));
}

TEST_CASE("all that is wrong with compute is named at once, with pointers") {
  const auto complaints = complaints_about(R"({"time": 0, "stragglers": [
      {"agents": [1, 9], "add": 1}, {"agents": "all", "factor": {"kind": "markov_modulated", "states": [{"hold": 0, "time": 1}]}}]})",
                                           4);
  REQUIRE(complaints.size() == 3);
  CHECK(complaints[0].find("/compute/time: always 0") == 0);
  CHECK(complaints[1].find("/compute/stragglers/0/agents") != std::string::npos);
  CHECK(complaints[2].find("/compute/stragglers/1/factor: state 0") == 0);
  CHECK(complaints_about(R"({"rate": {"kind": "exponential", "mean": 5, "clip": {"high": 0}}})", 1).size() ==
        1);
}

TEST_CASE("time and rate exclude each other, one is needed, and a rule needs an effect") {
  CHECK_THROWS_AS(test::spec_of<compute::ComputeSpec>(R"({})"), InputError);
  CHECK_THROWS_AS(test::spec_of<compute::ComputeSpec>(R"({"time": 1, "rate": 1})"), InputError);
  CHECK_THROWS_AS(test::spec_of<compute::ComputeSpec>(R"({"time": 1, "stragglers": [{"agents": [0]}]})"),
                  InputError);
  CHECK_THROWS_AS(
      test::spec_of<compute::ComputeSpec>(R"({"time": 1, "stragglers": [{"agents": [0], "factor": "1s"}]})"),
      InputError);
  CHECK_THROWS_AS(test::spec_of<compute::ComputeSpec>(
                      R"({"time": 1, "stragglers": [{"agents": [0], "add": 1, "during": [2, 2]}]})"),
                  InputError);
  CHECK_THROWS_AS(compute::ComputeModel(compute::ComputeSpec{}, 1, 1), InputError);
}

TEST_CASE("agents 1 and 3 have laws of their own, the others the common one") {
  auto model = test::compute_model(R"({"time": "4ms", "agents": [{"agents": [3], "time": "9ms"}, {"agents": [1], "rate": 1000}]})", 5);
  const Duration expected[] = {4 * ms, 20 * ms, 4 * ms, 9 * ms, 4 * ms};
  for (AgentId i = 0; i < 5; ++i) {
    CHECK(model.duration(i, 0, 0, 20) == expected[i]);
    CHECK(model.mean_seconds(i, 20) == Approx(to_seconds(expected[i])));
    CHECK(model.longest_seconds(i, 20) == Approx(to_seconds(expected[i])));
  }
}

TEST_CASE("an agent's own law spends the same draw as the common one: three times the mean is three times each step") {
  auto common = test::compute_model(R"({"time": {"kind": "exponential", "mean": "1ms"}})", 3, 7);
  auto own = test::compute_model(
      R"({"time": {"kind": "exponential", "mean": "1ms"}, "agents": [{"agents": [2], "time": {"kind": "exponential", "mean": "3ms"}}]})", 3, 7);
  for (std::uint64_t step = 0; step < 100; ++step) {
    CHECK(own.duration(1, step, 0, 1) == common.duration(1, step, 0, 1));
    CHECK(std::abs(own.duration(2, step, 0, 1) - 3 * common.duration(2, step, 0, 1)) <= 2);
  }
}

TEST_CASE("factors and stragglers act on an agent's own law as on the common one") {
  auto model = test::compute_model(
      R"({"time": "4ms", "agents": [{"agents": [0], "time": "1ms"}], "per_agent": 3, "stragglers": [{"agents": "all", "add": "5ms"}]})", 2);
  CHECK(model.duration(0, 0, 0, 1) == 8'000'000);
  CHECK(model.duration(1, 0, 0, 1) == 17'000'000);
}

TEST_CASE("an agent with two laws of its own, or with a law that is always 0, is refused by name") {
  const auto twice = complaints_about(
      R"({"time": 1, "agents": [{"agents": [1, 3], "time": 2}, {"agents": {"first": 2}, "time": 3}]})", 5);
  REQUIRE(twice.size() == 1);
  CHECK(twice[0] == "/compute/agents/1/agents: agent 1 is named twice, before in /compute/agents/0");
  const auto zero = complaints_about(R"({"time": 1, "agents": [{"agents": [1], "time": 0}]})", 5);
  REQUIRE(zero.size() == 1);
  CHECK(zero[0].find("/compute/agents/0/time: always 0") == 0);
  CHECK(complaints_about(R"({"time": 1, "agents": [{"agents": [9], "time": 2}]})", 5).size() == 1);
  CHECK(complaints_about(R"({"time": 1, "agents": [{"agents": [1]}]})", 5).size() == 1);
  CHECK(complaints_about(R"({"time": 1, "agents": [{"agents": [1], "time": 1, "rate": 1}]})", 5).size() == 1);
}

TEST_CASE("the agents of host 1 are selected by their host, for a law of their own and for a straggler rule") {
  const std::vector<HostId> host_of{0, 1, 0, 1};
  compute::ComputeModel model(
      test::spec_of<compute::ComputeSpec>(
          R"({"time": "1ms", "agents": [{"agents": {"hosts": [1]}, "time": "2ms"}], "stragglers": [{"agents": {"hosts": [0]}, "add": "5ms"}]})"),
      4, 1, host_of);
  for (AgentId i = 0; i < 4; ++i) CHECK(model.duration(i, 0, 0, 1) == (i % 2 ? 2 * ms : 6 * ms));
}
