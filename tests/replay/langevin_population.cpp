// Sampling particles on ranks: the draws of all hosts come together on rank 0, and say the same as in virtual time.
#include <fmt/format.h>

#include <cmath>

#include "sim/experiment/replay.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/loopback.hpp"
#include "tests/support/scenario.hpp"

using namespace taubar;

namespace {

trace::Trace sampled_on_ranks(const std::string& json, int ranks, const experiment::ReplayOptions& options) {
  Loopback loopback(ranks);
  trace::Trace of_rank_0;
  loopback.on_all([&](mpi::Transport& transport) {
    experiment::BuildOptions build;
    build.solve = transport.rank() == 0;
    const auto built = experiment::prepare(read_scenario(json), build);
    auto trace = experiment::replay(*built, transport, options, {});
    if (transport.rank() == 0) of_rank_0 = std::move(trace);
  });
  return of_rank_0;
}

std::string normal_target(const std::string& algorithm, const std::string& rest) {
  return fmt::format(R"({{"topology": {{"kind": "ring", "agents": 4}},
    "problem": {{"kind": "gaussian", "mean": [1, -2], "covariance": [[1, 0.3], [0.3, 1]]}},
    "algorithm": {{"kind": "langevin_population", "step_size": 0.4, {}}}, {}}})",
                     algorithm, rest);
}

}  // namespace

TEST_CASE("paced, with events 5 ms apart, the draws of 4 hosts on 2 ranks are those of virtual time to the last bit") {
  const std::string json = normal_target(R"("particles": 3, "draws": {"every": 1})", R"("compute": {"agents": [{"agents": [0], "time": "104ms"},
      {"agents": [1], "time": "120ms"}, {"agents": [2], "time": "132ms"}, {"agents": [3], "time": "146ms"}], "time": "100ms"},
      "network": {"latency": "5ms"}, "stop": {"virtual_time": "0.7s"}, "record": {"every": "350ms"})");
  const auto expected = walk(json).trace;
  REQUIRE(expected.sampling);
  CHECK(expected.sampling->draws == 3 * (6 + 5 + 5 + 4));
  CHECK(expected.sampling->hosts == 4);
  CHECK(expected.sampling->keeps_target);
  bool found = false;
  for (double scale = 1; scale <= 16 && !found; scale *= 2) {
    experiment::ReplayOptions options;
    options.pace = mpi::Pace::scenario;
    options.time_scale = scale;
    options.time_limit = 120;
    const auto trace = sampled_on_ranks(json, 2, options);
    REQUIRE(trace.sampling);
    found = trace.sampling->draws == expected.sampling->draws;
    for (const char* metric : {"posterior_mean_error", "posterior_covariance_error", "wasserstein_2", "effective_sample_size", "r_hat",
                               "kernel_stein_discrepancy", "spread", "best_value", "distance"})
      found = found && trace.final.at(metric) == expected.final.at(metric);
  }
  CHECK(found);
}

// Draws 20 updates apart are as good as independent ((1 − 0.4·0.7)^20 = 0.001); a host has 20 to 60 draws of 40 particles, so
// 1,000 draws of d = 2 bound the errors: a mean is off by 5·√(2/1,000), a covariance by 5·√(2·2/1,000) of its norm, once in a
// million times.
TEST_CASE("replica exchange on 2 and 3 ranks at native pace has the moments of the target, as in virtual time") {
  const std::string json = normal_target(
      R"("dynamics": "metropolis_adjusted", "particles": 40, "exchange": {"kind": "replica_exchange", "hottest": 3, "every": 3},
         "draws": {"every": 20, "burn_in": 50})",
      R"("compute": {"time": "1ms", "stragglers": [{"agents": "all", "add": "1ms"}]}, "network": {"latency": "1ms"},
         "stop": {"updates": 2600}, "limits": {"wall_time": 100})");
  const auto sound = [](const trace::Trace& trace) {
    CHECK(trace.stopped_by == trace::StoppedBy::updates);
    CHECK(trace.sampling->hosts == 1);
    CHECK(trace.sampling->draws >= 1000);
    CHECK(trace.sampling->particles.swaps_accepted > 20);
    CHECK(trace.final.at("posterior_mean_error") < 5 * std::sqrt(2.0 / 1000));
    CHECK(trace.final.at("posterior_covariance_error") < 5 * std::sqrt(4.0 / 1000));
  };
  sound(walk(json).trace);
  for (const int ranks : {2, 3}) sound(sampled_on_ranks(json, ranks, {}));
}
