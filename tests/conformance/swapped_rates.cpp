// The counter-example to the corollary for known update rates (theory.md 1.9) through the real world: two agents swap their
// rates at half time, and the mean-square distance tends to 1/9 although all counts are equal.
#include <fmt/format.h>

#include <cmath>

#include "sim/experiment/verify.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/scenario.hpp"

using namespace taubar;

namespace {

/// (1/K) Σ ‖x̄[k] − x*‖² with α w = (4/3) B/√K, B = 1/2: w = K/c_i = 4/3 for both agents.
double mean_square_distance(int K) {
  const auto scenario = read_scenario(fmt::format(R"({{
    "topology": {{"kind": "complete", "agents": 2}},
    "problem": {{"kind": "quadratic", "curvatures": [[1], [1]], "centres": [[1], [-1]]}},
    "algorithm": {{"kind": "asynchronous_gradient_push", "step_size": {}, "known_rates": true}},
    "compute": {{"time": 1, "stragglers": [{{"agents": [1], "factor": 2, "during": [0, {}]}},
                                           {{"agents": [0], "factor": 2, "during": [{}, {}]}}]}},
    "network": {{"latency": 0.1}}, "stop": {{"virtual_time": {}}}}})",
                                                  4.0 / 3 * 0.5 / std::sqrt(K), K / 2, K / 2, K, K));
  const auto e = experiment::build(scenario, {});
  const auto verdict = experiment::verify(*e, {}, {"gradient_push.known_rates"}).verdicts.front();
  CHECK(verdict.outcome == bound::Outcome::does_not_apply);
  CHECK_FALSE(verdict.finding.empty());
  return verdict.constants.front().value;
}

}  // namespace

TEST_CASE("swapped rates leave 0.0860, 0.1031 and 0.1086 of mean-square distance after 1e3, 1e4 and 1e5 instants") {
  CHECK(mean_square_distance(1'000) == Approx(0.0860).margin(1e-4));
  CHECK(mean_square_distance(10'000) == Approx(0.1031).margin(1e-4));
  CHECK(mean_square_distance(100'000) == Approx(0.1086).margin(1e-4));
}
