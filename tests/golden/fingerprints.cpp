// Traces that must not change unnoticed: the fingerprint of order and state of a few small runs, one a method. A change
// here belongs into a commit that says which number moved and why.
#include <fmt/format.h>

#include "core/base/linear_algebra.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/scenario.hpp"

using namespace taubar;

namespace {

struct Golden {
  const char* algorithm;
  const char* fingerprint;
};

std::string parameters(const std::string& algorithm) {
  if (algorithm == "langevin_population") return R"(, "step_size": 0.2, "temperature": 1e-3, "particles": 3)";
  if (algorithm == "push_sum") return "";
  if (algorithm == "elastic_averaging_sgd") return R"(, "step_size": 0.2, "elasticity": 0.1, "period": 2)";
  if (algorithm == "rennala_sgd") return R"(, "step_size": 0.2, "batch": 6)";
  if (algorithm == "ringmaster_asgd") return R"(, "step_size": 0.05, "threshold": 6)";
  if (algorithm == "token_sgd") return R"(, "step_size": 0.2, "alpha": 2, "history_power": 0.6, "optimizer": "heavy_ball")";
  return R"(, "step_size": 0.2)";
}

std::string fingerprint(const std::string& algorithm, int threads) {
  fix_linear_algebra();
  const auto w = walk(fmt::format(R"({{
      "seed": 7, "topology": {{"kind": "hypercube", "agents": 8}},
      "problem": {{"kind": "logistic_regression", "data": {{"generator": "gaussian", "rows": 400, "dimension": 10}}, "l2": 1e-3,
                   "gradient": {{"kind": "minibatch", "size": 8}}}},
      "algorithm": {{"kind": "{}"{}}},
      "compute": {{"time": {{"kind": "gamma", "shape": 2, "mean": "10ms"}},
                   "stragglers": [{{"agents": [2], "factor": {{"kind": "lognormal", "median": 2, "sigma": 0.5}}, "probability": 0.3}}]}},
      "network": {{"latency": {{"kind": "weibull", "shape": 0.8, "scale": "2ms"}}, "bandwidth": "100Mbps", "overhead": "10us"}},
      "stop": {{"updates": 4000}}}})",
                                  algorithm,
                                  parameters(algorithm)),
                      threads);
  return fmt::format("{:016x}", w.trace.fingerprint);
}

}  // namespace

TEST_CASE("fingerprints of 4,000 updates of every method, with 1, 2 and 3 threads") {
  const Golden golden[] = {
      {"all_reduce_gradient_descent", "25c24d72bc8bd5c6"},
      {"asynchronous_gradient_push", "eb443a3f1c4ce981"},
      {"asynchronous_sgd", "12b2cab4574bc610"},
      {"decentralized_gradient_descent", "abcca8f9a96951d2"},
      {"elastic_averaging_sgd", "be8bb560e80742a8"},
      {"extra_push", "d391b836a3a84b3c"},
      {"gradient_push", "ad78607d1760d6a0"},
      {"langevin_population", "2b52cbcca842da88"},
      {"master_worker_gradient_descent", "af818e3b6613cb83"},
      {"minibatch_sgd", "af818e3b6613cb83"},
      {"push_diging", "5a16b172bebd3d91"},
      {"push_sum", "49566474fb5f7425"},
      {"rennala_sgd", "f7a4d30dd81deb58"},
      {"ringmaster_asgd", "ae558b7ec027e0c5"},
      {"robust_asynchronous_gradient_push", "863ecf1c0b38023c"},
      {"stochastic_gradient_push", "2ba1e117887e39b7"},
      {"token_sgd", "607831cbe7f2dd5c"},
  };
  for (const auto& [algorithm, expected] : golden)
    for (int threads : {1, 2, 3}) {
      INFO(algorithm << " with " << threads << " threads");
      CHECK(fingerprint(algorithm, threads) == expected);
    }
}
