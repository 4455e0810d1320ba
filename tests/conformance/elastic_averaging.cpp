// Elastic averaging through the real kernel and network: its recursion, its law, and the scenarios that claim them.
#include <fmt/format.h>

#include "sim/experiment/verify.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/scenario.hpp"

using namespace taubar;

namespace {

experiment::Verification verified(const std::string& file) {
  const auto scenario = experiment::Scenario::read(
      config::Document::load(std::string(TAUBAR_SOURCE_DIR "/scenarios/papers/elastic_averaging/") + file), {});
  return experiment::verify(*experiment::build(scenario, {}));
}

bound::Verdict verdict_of(const experiment::Verification& all, std::string_view name) {
  for (const auto& verdict : all.verdicts)
    if (verdict.bound == name) return verdict;
  return {};
}

}  // namespace

TEST_CASE("40 rounds of synchronous elastic averaging equal x_i' = x_i − eta g_i − s_i, x̃' = x̃ + Σ s_i to 1e-12, with periods 1 and 3") {
  Matrix a(3, 2), b(3, 2);
  a << 1, 2, 0.5, 0.3, 1.5, 0.7;
  b << 1, -2, 0, 1, 2, 0.5;
  for (const int period : {1, 3}) {
    // A round: half a second for the centre at its beginning, then a second a step; the sums have come long before its end.
    const auto w = walk(fmt::format(R"({{
      "topology": {{"kind": "ring", "agents": 3}},
      "problem": {{"kind": "quadratic", "curvatures": [[1, 2], [0.5, 0.3], [1.5, 0.7]], "centres": [[1, -2], [0, 1], [2, 0.5]],
                   "initial": {{"kind": "normal", "per_agent": true}}}},
      "algorithm": {{"kind": "elastic_averaging_sgd", "step_size": 0.2, "elasticity": 0.15, "period": {}, "synchronous": true}},
      "compute": {{"time": 1}}, "network": {{"latency": 0.25}}, "stop": {{"virtual_time": {}}}}})",
                                    period, 40 * period + 0.375));
    Matrix x = w.experiment->initial;
    Vector centre = x.colwise().mean();
    for (int k = 0; k < 40; ++k) {
      const Matrix s = 0.15 * (x.rowwise() - centre.transpose());
      x = (x - 0.2 * a.cwiseProduct(x - b) - s).eval();
      for (int t = 1; t < period; ++t) x = (x - 0.2 * a.cwiseProduct(x - b)).eval();
      centre += s.colwise().sum().transpose();
    }
    const auto server = w.experiment->world->program(3).iterate();
    CHECK(w.trace.server->updates == 40);
    CHECK((ConstVectorView(server.data(), 2) - centre).cwiseAbs().maxCoeff() < 1e-12);
    CHECK((w.iterates() - x).cwiseAbs().maxCoeff() < 1e-12);
    CHECK(w.trace.counts.gradients == 3 * 40 * period);
  }
}

TEST_CASE("rounds.json: 10,000 coordinates vary as the law says, .00762 each, within the interval; no bound of another method is judged") {
  const auto all = verified("rounds.json");
  const auto law = verdict_of(all, "elastic_averaging.variance");
  CAPTURE(law.reason);
  CHECK(law.outcome == bound::Outcome::holds);
  CHECK(*law.measured == Approx(0.00762).epsilon(0.08));
  CHECK(!law.vacuous);
  CHECK(verdict_of(all, "elastic_averaging.stability").outcome == bound::Outcome::holds);
  for (const auto& verdict : all.verdicts) {
    const bool own = verdict.bound.find("elastic_averaging") == 0, of_all = verdict.bound.find("floor") == 0;
    INFO(verdict.bound << ": " << verdict.reason);
    CHECK(verdict.applies() == (own || of_all));
    CHECK((verdict.applies() || !verdict.reason.empty()));
  }
}

TEST_CASE("turns.json: exchanges one after the other at elasticity .85 of .857 never overlap in 400 of them, and stability holds") {
  const auto all = verified("turns.json");
  const auto stability = verdict_of(all, "elastic_averaging.stability");
  CAPTURE(stability.reason);
  CHECK(stability.outcome == bound::Outcome::holds);
  CHECK(all.trace.server->updates == 400);
  CHECK(verdict_of(all, "elastic_averaging.variance").outcome == bound::Outcome::does_not_apply);
  for (const char* other : {"asynchronous_sgd.birch", "asynchronous_sgd.delay_identity", "asynchronous_sgd.koloskova"})
    CHECK(verdict_of(all, other).outcome == bound::Outcome::does_not_apply);
}

TEST_CASE("bias.json: neither bound of elastic averaging applies, and both say why") {
  const auto all = verified("bias.json");
  for (const char* name : {"elastic_averaging.variance", "elastic_averaging.stability"}) {
    const auto verdict = verdict_of(all, name);
    CHECK(verdict.outcome == bound::Outcome::does_not_apply);
    CHECK(!verdict.reason.empty());
  }
  CHECK(all.trace.final.at("distance") == Approx(1.0 / 6).epsilon(1e-9));
}
