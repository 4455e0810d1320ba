#include <algorithm>

#include "core/algorithm/algorithm.hpp"
#include "core/base/error.hpp"
#include "core/config/document.hpp"
#include "core/config/fields.hpp"
#include "core/config/reader.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/algorithm/quadratics.hpp"

using namespace taubar;

namespace {

config::Choice<algorithm::AlgorithmSpec> read_algorithm(const std::string& json) {
  config::Choice<algorithm::AlgorithmSpec> choice;
  config::read(config::Document::parse(R"({"algorithm": )" + json + "}", "test.json"),
               [&](config::Fields& f) {
                 f.choice("algorithm", choice, algorithm::algorithms(), "algorithm", config::required);
               });
  return choice;
}

}  // namespace

TEST_CASE(
    "algorithms: 18 entries, sorted, each with a source, and the example of each builds 5 agents' programs") {
  const auto problem = test::five_quadratics();
  const Matrix start = test::five_starts();
  const auto graph = test::graph_of(test::undirected_metropolis(), false);
  const auto& entries = algorithm::algorithms().any().entries;
  CHECK(entries.size() == 18);
  CHECK(std::is_sorted(entries.begin(), entries.end(),
                       [](const auto& a, const auto& b) { return a.name < b.name; }));
  for (const auto& entry : entries) {
    CAPTURE(std::string(entry.name));
    CHECK(!entry.source.empty());
    CHECK(!entry.summary.empty());
    const auto chosen = read_algorithm(std::string(entry.example));
    const auto programs = chosen->build(test::inputs_of(problem, graph, start));
    CHECK(programs.size() == (chosen->overlay() == algorithm::Overlay::server ? 6 : 5));
    CHECK(programs[0]->push_mass().has_value() == chosen->push());
    CHECK(programs[4]->iterate().size() == 3);
    CHECK(programs.back()->server_figures().has_value() == (programs.size() == 6));
  }
}

TEST_CASE("algorithms: a directed graph suits the push methods and not decentralized_gradient_descent") {
  const auto problem = test::five_quadratics();
  const Matrix start = test::five_starts();
  const auto graph = test::graph_of(test::uniform_directed(), true);
  const auto inputs = test::inputs_of(problem, graph, start);
  CHECK_NOTHROW(read_algorithm(R"({"kind": "asynchronous_gradient_push", "step_size": 1})")->build(inputs));
  CHECK_THROWS_AS(
      read_algorithm(R"({"kind": "decentralized_gradient_descent", "step_size": 1})")->build(inputs),
      InputError);
}

TEST_CASE("algorithms: the defaults of asynchronous_gradient_push are weight_floor 1e-5 and all else off") {
  auto spec = algorithm::algorithms().make("asynchronous_gradient_push");
  const auto json = config::echo([&](config::Fields& f) { spec->fields(f); });
  CHECK(json.at("weight_floor") == 1e-5);
  CHECK(json.at("known_rates") == false);
  CHECK(!json.contains("max_lead"));
  CHECK(!json.contains("max_silence"));
}

TEST_CASE("algorithms: 43 wrong objects are refused") {
  for (const char* json : {
           R"({"kind": "asynchronous_gradient_push"})",
           R"({"kind": "asynchronous_gradient_push", "step_size": 1, "max_lead": 0})",
           R"({"kind": "asynchronous_gradient_push", "step_size": 1, "max_silence": -1})",
           R"({"kind": "asynchronous_gradient_push", "step_size": 1, "weight_floor": 1.5})",
           R"({"kind": "asynchronous_gradient_push", "step_size": 1, "known_rates": true, "max_lead": 3})",
           R"({"kind": "asynchronous_sgd", "step_size": 1, "threshold": 3})",
           R"({"kind": "asynchronous_sgd", "step_size": 1, "rule": "adaptive"})",
           R"({"kind": "delayed_langevin"})",
           R"({"kind": "delayed_langevin", "step_size": 1, "temperature": -1})",
           R"({"kind": "delayed_langevin", "step_size": 1, "draws": {"every": 0.5}})",
           R"({"kind": "elastic_averaging_sgd", "step_size": 1})",
           R"({"kind": "elastic_averaging_sgd", "step_size": 1, "elasticity": 0})",
           R"({"kind": "elastic_averaging_sgd", "step_size": 1, "elasticity": 0.1, "period": 0})",
           R"({"kind": "langevin_population"})",
           R"({"kind": "langevin_population", "step_size": 1, "particles": 0})",
           R"({"kind": "langevin_population", "step_size": 1, "temperature": -1})",
           R"({"kind": "langevin_population", "step_size": 1, "friction": 0.5})",
           R"({"kind": "langevin_population", "step_size": 1, "decay": 0.5})",
           R"({"kind": "langevin_population", "step_size": 1, "dynamics": "underdamped", "friction": 0})",
           R"({"kind": "langevin_population", "step_size": 1, "dynamics": "metropolis_adjusted", "temperature": 0})",
           R"({"kind": "langevin_population", "step_size": 1, "exchange": {"kind": "replica_exchange"}})",
           R"({"kind": "langevin_population", "step_size": 1, "exchange": {"kind": "replica_exchange", "hottest": 0.5}})",
           R"({"kind": "langevin_population", "step_size": 1, "exchange": {"kind": "best", "hottest": 5}})",
           R"({"kind": "langevin_population", "step_size": 1, "exchange": {"kind": "resample", "on": "improvement"}})",
           R"({"kind": "langevin_population", "step_size": 1, "exchange": {"kind": "resample"}, "temperature": 0})",
           R"({"kind": "langevin_population", "step_size": 1, "exchange": {"kind": "best", "every": 0}})",
           R"({"kind": "langevin_population", "step_size": 1, "diversity": {"below": 1}})",
           R"({"kind": "langevin_population", "step_size": 1, "adaptation": {"step": [1]}})",
           R"({"kind": "langevin_population", "step_size": 1, "draws": {"keep": 3}})",
           R"({"kind": "minibatch_sgd", "step_size": 1, "batch": 0})",
           R"({"kind": "rennala_sgd", "step_size": 1})",
           R"({"kind": "ringmaster_asgd", "step_size": 1, "threshold": 0})",
           R"({"kind": "push_sum", "step_size": 1})",
           R"({"kind": "token_sgd", "step_size": 1, "walk": "iid", "alpha": 1})",
           R"({"kind": "token_sgd", "step_size": 1, "walk": "reshuffling", "lazy": true})",
           R"({"kind": "token_sgd", "step_size": 1, "walk": "simple_random_walk", "target": [1, 2]})",
           R"({"kind": "token_sgd", "step_size": 1, "alpha": -1})",
           R"({"kind": "token_sgd", "step_size": 1, "history_power": 0.5})",
           R"({"kind": "token_sgd", "step_size": 1, "tokens": 65})",
           R"({"kind": "token_sgd", "step_size": 1, "tokens": 2, "alpha": 1, "history": "shared"})",
           R"({"kind": "token_sgd", "step_size": 1, "walk": "iid", "visit_counts": "kept"})",
           R"({"kind": "token_sgd", "step_size": 1, "recovery": {}})",
           R"({"kind": "gradient_descent", "step_size": 1})",
       }) {
    CAPTURE(json);
    CHECK_THROWS_AS(read_algorithm(json), InputError);
  }
}

TEST_CASE("langevin_population says of each exchange whether it keeps the target: none and replica exchange do, all else does not") {
  const auto rule = [](const std::string& more) {
    return read_algorithm(R"({"kind": "langevin_population", "step_size": 0.1)" + more + "}")->langevin_rule();
  };
  CHECK(rule("")->keeps_target);
  CHECK(rule("")->law_lost.empty());
  CHECK(rule("")->temperature->at(7) == 1);
  CHECK(rule("")->particles == 10);
  const std::string ladder = R"(, "exchange": {"kind": "replica_exchange", "hottest": 4})";
  CHECK(rule(ladder)->keeps_target);
  CHECK(!rule(ladder)->law_lost.empty());  // that of the kernel, which is biased, is not what swaps keep
  CHECK(rule(ladder + R"(, "dynamics": "metropolis_adjusted")")->law_lost.empty());
  for (const char* more : {R"(, "exchange": {"kind": "best"})", R"(, "exchange": {"kind": "resample"})",
                           R"(, "adaptation": {"step": [0.5, 2]})", R"(, "diversity": {"below": 1, "sigma": 1})"}) {
    CHECK(!rule(more)->keeps_target);
    CHECK(!rule(more)->law_lost.empty());
    CHECK(!rule(more)->about_law.empty());
  }
  CHECK(!rule(R"(, "dynamics": "preconditioned")")->law_lost.empty());
  CHECK(rule(R"(, "draws": {"every": 5, "burn_in": 20})")->draws.burn_in == 20);
}
