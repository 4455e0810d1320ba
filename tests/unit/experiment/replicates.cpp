// Replicates against plain runs, their statistics against a closed form, their verdicts on hand-made traces.
#include "sim/experiment/replicates.hpp"

#include <atomic>
#include <cmath>
#include <csignal>
#include <limits>

#include "core/base/error.hpp"
#include "core/base/linear_algebra.hpp"
#include "sim/experiment/memory.hpp"
#include "sim/law/sample_statistics.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/scenario.hpp"

using namespace taubar;
using experiment::Replicate;
using experiment::Replicates;

namespace {

std::string noisy(const std::string& more, std::int64_t seed = 5,
                  const std::string& stop = R"({"virtual_time": 20})") {
  return R"({"topology": {"kind": "erdos_renyi", "probability": 0.6, "agents": 6},
    "problem": {"kind": "quadratic", "dimension": 3, "gradient": {"kind": "noisy", "sigma": 0.1}},
    "algorithm": {"kind": "asynchronous_gradient_push", "step_size": 0.05},
    "compute": {"time": {"kind": "exponential", "mean": 1}, "per_agent": {"kind": "uniform", "low": 1, "high": 2}},
    "network": {"latency": {"kind": "exponential", "mean": 0.1}},
    "stop": )" +
         stop + R"(, "seed": )" + std::to_string(seed) + more + "}";
}

Replicates replicated(const std::string& json, int threads = 1, const experiment::RunControl& control = {}) {
  fix_linear_algebra();
  experiment::BuildOptions options;
  options.threads = threads;
  return experiment::run_replicates(read_scenario(json), options, control);
}

/// As if a run with that seed had ended so, with this distance at the end.
Replicate by_hand(std::int64_t seed, double distance, const experiment::Scenario& scenario,
                  trace::StoppedBy why = trace::StoppedBy::virtual_time) {
  Replicate replicate;
  replicate.seed = seed;
  replicate.trace = std::make_unique<trace::Trace>();
  trace::Trace& trace = *replicate.trace;
  trace.metrics = {"distance"};
  trace.records = {{0, {}, {1.0}}, {from_seconds(2), {}, {distance}}};
  trace.final["distance"] = distance;
  trace.end = from_seconds(2);
  trace.stopped_by = why;
  replicate.verdicts = experiment::judge(scenario.expect, trace);
  return replicate;
}

Replicates by_hand(const std::string& expect, const std::vector<double>& distances) {
  Replicates runs;
  runs.scenario = read_scenario(noisy(R"(, "replicates": 3, "expect": [)" + expect + "]"));
  for (const double distance : distances)
    runs.all.push_back(by_hand(5 + static_cast<std::int64_t>(runs.all.size()), distance, runs.scenario));
  return runs;
}

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

}  // namespace

TEST_CASE(
    "5 replicates have the same fingerprints on 1, 2, 3 and 8 threads; each is that of its seed alone, the "
    "first of the plain run") {
  const auto one = replicated(noisy(R"(, "replicates": 5)"));
  REQUIRE(one.all.size() == 5);
  CHECK(one.complete());
  for (const int threads : {2, 3, 8}) {
    const auto several = replicated(noisy(R"(, "replicates": 5)"), threads);
    CHECK(several.fingerprint() == one.fingerprint());
    for (std::size_t r = 0; r < 5; ++r)
      CHECK(several.all[r].trace->fingerprint == one.all[r].trace->fingerprint);
  }
  CHECK(walk(noisy("")).trace.fingerprint == one.all[0].trace->fingerprint);
  for (std::int64_t r = 0; r < 5; ++r) {
    const auto& replicate = one.all[static_cast<std::size_t>(r)];
    CHECK(replicate.seed == 5 + r);
    CHECK(walk(noisy(R"(, "structure_seed": 5)", 5 + r)).trace.fingerprint == replicate.trace->fingerprint);
    for (std::int64_t other = 0; other < r; ++other)
      CHECK(one.all[static_cast<std::size_t>(other)].trace->fingerprint != replicate.trace->fingerprint);
  }
}

TEST_CASE("the fingerprint of 3 replicates changes when 2 of them change places, or 1 is missing") {
  auto runs = by_hand("", {0.1, 0.2, 0.3});
  for (std::size_t r = 0; r < 3; ++r) runs.all[r].trace->fingerprint = 100 + r;
  const auto print = runs.fingerprint();
  std::swap(runs.all[0].trace->fingerprint, runs.all[1].trace->fingerprint);
  CHECK(runs.fingerprint() != print);
  std::swap(runs.all[0].trace->fingerprint, runs.all[1].trace->fingerprint);
  CHECK(runs.fingerprint() == print);
  runs.all[2].trace.reset();
  CHECK(runs.fingerprint() != print);
}

TEST_CASE("structure_seed draws what 3 replicates share; without it the seed of the first does") {
  const auto own = replicated(noisy(R"(, "replicates": 3)")),
             other = replicated(noisy(R"(, "replicates": 3, "structure_seed": 9)"));
  CHECK(own.structure->reference->minimiser == walk(noisy("")).experiment->reference->minimiser);
  CHECK(other.structure->reference->minimiser == walk(noisy("", 9)).experiment->reference->minimiser);
  CHECK(other.fingerprint() != own.fingerprint());
}

TEST_CASE(
    "10 steps of gradient descent with noise on 2,000 seeds: the mean is the closed form's, and 95 % of 200 "
    "intervals hold it") {
  // All A_i = I: x(k+1) − x* = (1 − a)(x(k) − x*) − a ξ(k), E‖ξ‖² = σ²/n, so that with q = (1 − a)²
  //   2 E(F − F*) = q^K ‖x(0) − x*‖² + a² (σ²/n) (1 − q^K)/(1 − q),   x(0) = 0.
  const double a = 0.2, sigma = 2, n = 4, K = 10;
  const auto runs = replicated(R"({"topology": {"kind": "complete", "agents": 4},
    "problem": {"kind": "quadratic", "dimension": 40, "condition_number": 1, "gradient": {"kind": "noisy", "sigma": 2}},
    "algorithm": {"kind": "master_worker_gradient_descent", "step_size": 0.2}, "compute": {"time": 1},
    "stop": {"virtual_time": 10.5}, "record": {"every": 10.5, "metrics": ["suboptimality"]}, "replicates": 2000})");
  const double q_K = std::pow((1 - a) * (1 - a), K), q = (1 - a) * (1 - a);
  const double truth = (q_K * runs.structure->reference->minimiser.squaredNorm() +
                        a * a * sigma * sigma / n * (1 - q_K) / (1 - q)) /
                       2;
  std::vector<double> all, ten;
  int hold = 0;
  for (const auto& replicate : runs.all) {
    const double value = replicate.trace->final.at("suboptimality");
    all.push_back(value);
    ten.push_back(value);
    if (ten.size() < 10) continue;
    const auto s = law::sample_statistics(ten);
    hold += s.of_mean->low <= truth && truth <= s.of_mean->high;
    ten.clear();
  }
  // The mean of 2,000 is within 4 of its standard errors but for 6 seeds of 100,000; of 200 intervals, 180 to
  // 199 hold but for 2 seeds of 1,000 (binomial, 95 %).
  const auto s = law::sample_statistics(all);
  CHECK(std::abs(s.mean - truth) < 4 * *s.deviation / std::sqrt(2000.0));
  CHECK(*s.deviation > 0);
  CHECK(hold >= 180);
  CHECK(hold <= 199);
}

TEST_CASE(
    "of distances 0.2, 0.3 and 0.7, mean 0.4 ± 0.66, below 1.1 holds, below −0.3 fails, below 0.45 is left open and 519 would "
    "decide") {
  const auto runs = by_hand(R"({"metric": "distance", "below": 1.1}, {"metric": "distance", "below": -0.3},
                               {"metric": "distance", "below": 0.45}, {"metric": "distance", "within": [-0.3, 1.1]},
                               {"metric": "distance", "within": [1.06, 2]}, {"metric": "distance", "above": 0.4})",
                            {0.2, 0.3, 0.7});
  const auto verdicts = experiment::judge(runs);
  std::vector<std::string> outcomes;
  for (const auto& verdict : verdicts) outcomes.push_back(verdict.outcome());
  CHECK(outcomes == std::vector<std::string>{"holds", "fails", "inconclusive", "holds", "fails", "inconclusive"});
  CHECK(*verdicts[0].measured == Approx(0.4));
  CHECK(verdicts[0].expectation.find("mean of 3 (95 % interval") != std::string::npos);
  // 3 (0.65724/0.05)² = 518.4
  CHECK(verdicts[2].expectation.find("about 519 replicates would decide") != std::string::npos);
}

TEST_CASE("the level of intervals is the scenario's: at 0.6 the mean of 0.2, 0.3 and 0.7 is known to ± 0.162, and is below 0.6") {
  auto runs = by_hand(R"({"metric": "distance", "below": 0.6})", {0.2, 0.3, 0.7});
  CHECK(experiment::judge(runs)[0].outcome() == "inconclusive");
  runs.scenario.confidence = 0.6;
  const auto verdict = experiment::judge(runs)[0];  // t(0.8; 2) = 1.0607, s/√3 = 0.152753
  CHECK(verdict.holds);
  CHECK(verdict.expectation.find("60 % interval 0.238 to 0.562") != std::string::npos);
}

TEST_CASE(
    "one NaN, one replicate that diverged, and one that never reaches the level each fail the expectation "
    "and are named") {
  const std::string below = R"({"metric": "distance", "below": 10})";
  auto verdict = experiment::judge(by_hand(below, {0.2, not_a_number, 0.7}))[0];
  CHECK(!verdict.holds);
  CHECK(verdict.expectation.find("seed 6") != std::string::npos);

  auto runs = by_hand(below, {0.2, 0.3});
  runs.all.push_back(by_hand(7, 5, runs.scenario, trace::StoppedBy::diverged));
  verdict = experiment::judge(runs)[0];
  CHECK(!verdict.holds);
  CHECK(*verdict.measured == Approx(0.25));  // of the sound ones
  CHECK(verdict.expectation.find("the run with seed 7 failed") != std::string::npos);
  CHECK(runs.failed().size() == 1);

  verdict = experiment::judge(by_hand(R"({"time_to": {"distance": 0.5}, "below": 10})", {0.2, 0.3, 0.7}))[0];
  CHECK(!verdict.holds);
  CHECK(!verdict.measured);
  CHECK(verdict.expectation.find("seed 7") != std::string::npos);
  CHECK(
      experiment::judge(by_hand(R"({"time_to": {"distance": 0.5}, "below": 10})", {0.2, 0.3, 0.4}))[0].holds);
}

TEST_CASE(
    "at any must hold in each of 3 replicates: a mean that keeps the limit does not make up for one that "
    "never did") {
  const std::string any = R"({"metric": "distance", "at": "any", "below": 0.6})";
  CHECK(experiment::judge(by_hand(any, {0.2, 0.3, 0.4}))[0].holds);
  const auto verdict = experiment::judge(by_hand(any, {0.01, 0.01, 0.7}))[0];
  CHECK(!verdict.holds);
  CHECK(verdict.expectation.find("not with seed 7") != std::string::npos);
  CHECK(*verdict.measured == 0.7);
}

TEST_CASE("a bound is judged in each of 3 replicates, and its witness changes no fingerprint") {
  const auto runs = replicated(noisy(R"(, "replicates": 3, "expect": [{"bound": "push_sum.mass"}])"));
  CHECK(experiment::judge(runs)[0].holds);
  CHECK(runs.fingerprint() == replicated(noisy(R"(, "replicates": 3)")).fingerprint());
}

TEST_CASE("a signal that came before the first of 3 replicates lets none begin; no expectation then holds") {
  const std::atomic<int> signal{SIGTERM};
  const auto runs = replicated(
      noisy(R"(, "replicates": 3, "expect": [{"metric": "distance", "below": 1e9}])"), 2, {&signal, {}});
  CHECK(runs.finished() == 0);
  CHECK(!runs.complete());
  CHECK(runs.signal == SIGTERM);
  CHECK(!experiment::judge(runs)[0].holds);
}

TEST_CASE("a signal after the first of 1,000 replicates keeps what has finished and begins no more") {
  std::atomic<int> signal{0};
  int finished = 0;
  // Told at most every 0.2 s, which 1,000 runs of 400,000 updates take many times.
  const auto runs = replicated(
      R"({"topology": {"kind": "ring", "agents": 4}, "problem": {"kind": "quadratic", "dimension": 2},
    "algorithm": {"kind": "push_sum"}, "compute": {"time": 1}, "stop": {"updates": 400000}, "record": {"every": {"updates": 400000}},
    "replicates": 1000})",
      2, {&signal, [&](const auto& p) {
            finished = static_cast<int>(p.finished);
            CHECK(p.replicates == 1000);
            if (p.finished >= 1) signal = SIGINT;
          }});
  CHECK(runs.signal == SIGINT);
  CHECK(!runs.complete());
  CHECK(static_cast<int>(runs.finished()) >= std::max(finished, 1));  // which of two threads is first is theirs
  CHECK(!runs.all.back().trace);
}

TEST_CASE(
    "stop rules are of each replicate: 3 runs until distance 0.5 end at times of their own, each by its "
    "target") {
  const auto runs = replicated(noisy(R"(, "replicates": 3, "record": {"every": 0.01})", 5,
                                     R"({"virtual_time": 200, "target": {"distance": 0.5}})"));
  for (const auto& replicate : runs.all) {
    CHECK(replicate.trace->stopped_by == trace::StoppedBy::target);
    CHECK(replicate.sound());
  }
  CHECK(runs.all[0].trace->end != runs.all[1].trace->end);
}

TEST_CASE("a step of 50 diverges in each of 3 replicates: they finish, none is sound, and no limit is kept") {
  const auto runs = replicated(
      R"({"topology": {"kind": "ring", "agents": 4}, "problem": {"kind": "quadratic", "dimension": 2},
    "algorithm": {"kind": "gradient_push", "step_size": 50}, "compute": {"time": 1}, "stop": {"virtual_time": 1000},
    "expect": [{"metric": "distance", "above": 0}], "replicates": 3})");
  CHECK(runs.complete());
  CHECK(runs.sound().empty());
  CHECK(runs.failed().size() == 3);
  CHECK(runs.all[1].trace->divergence);
  CHECK(!experiment::judge(runs)[0].holds);
}

TEST_CASE(
    "memory: 8 replicates on 4 threads take 4 worlds, less than 4 runs of their own; 100,000 traces count") {
  const auto bytes = [](const std::string& more, int threads) {
    return experiment::estimated_bytes(read_scenario(noisy(more)), {20000, 80000, 10, true}, threads);
  };
  const double run = bytes("", 1), one = bytes(R"(, "replicates": 8)", 1),
               four = bytes(R"(, "replicates": 8)", 4);
  CHECK(bytes("", 4) == run);
  CHECK(one > run);
  CHECK(four > 3 * (one - run) + run);
  CHECK(four < 4 * run + (one - run));
  CHECK(bytes(R"(, "replicates": 8)", 100) == bytes(R"(, "replicates": 8)", 8));
  CHECK(bytes(R"(, "replicates": 100000)", 1) > 1e5 * 8 * 20000);
}

TEST_CASE("2 replicates with a timeline, and a last seed above 2^53, are errors of the scenario") {
  CHECK_THROWS_AS(read_scenario(noisy(R"(, "replicates": 2, "record": {"trace": "timeline"})")), InputError);
  CHECK_THROWS_AS(read_scenario(noisy(R"(, "replicates": 2)", 9007199254740992)), InputError);
  CHECK_NOTHROW(read_scenario(noisy(R"(, "replicates": 2)", 9007199254740991)));
}
