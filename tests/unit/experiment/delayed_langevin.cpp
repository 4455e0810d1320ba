// Langevin chains through the whole street, in virtual time: delays that equal workers have, the table of stationary variances, and
// what verify says of runs.
#include <fmt/format.h>

#include <cmath>

#include "core/base/random.hpp"
#include "sim/experiment/verify.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/scenario.hpp"

using namespace taubar;

namespace {

std::string chain_json(int workers, double step, const std::string& rest = "") {
  return fmt::format(R"({{"topology": {{"kind": "complete", "agents": {}}},
    "problem": {{"kind": "gaussian", "dimension": 100, "condition_number": 1}},
    "algorithm": {{"kind": "delayed_langevin", "step_size": {}, "draws": {{"every": 5, "burn_in": 1000, "keep": 20000}}}},
    "compute": {{"time": "10ms"}}, "network": {{"latency": "1ms"}}, "stop": {{"updates": 20000}}{}}})",
                     workers, step, rest);
}

struct Verified {
  std::unique_ptr<experiment::Experiment> experiment;
  experiment::Verification result;
  const bound::Verdict& of(const std::string& name) const {
    for (const auto& verdict : result.verdicts)
      if (verdict.bound == name) return verdict;
    throw std::runtime_error(name);
  }
  const trace::Draws& draws() const {
    return *experiment->world->program(static_cast<AgentId>(experiment->agents())).draws();
  }
};

Verified verified(const std::string& json) {
  Verified v;
  v.experiment = experiment::build(read_scenario(json), {});
  v.result = experiment::verify(*v.experiment);
  return v;
}

}  // namespace

TEST_CASE("1, 2, 3 and 5 equal workers make chains of variance 1.0526, 1.1640, 1.2892 and 1.5959, within 5 standard errors") {
  const std::pair<int, double> table[] = {{1, 1.0526}, {2, 1.1640}, {3, 1.2892}, {5, 1.5959}};
  for (const auto& [workers, variance] : table) {
    const auto v = verified(chain_json(workers, 0.1));
    CAPTURE(workers);
    const auto& draws = v.draws();
    REQUIRE(draws.count() > 3700);
    double sum = 0;
    for (std::int64_t k = 0; k < draws.count(); ++k)
      for (const double x : draws.draw(k)) sum += x * x / (100.0 * static_cast<double>(draws.count()));
    const auto& law = v.of("langevin.stationary_law");
    double worth = 0;
    for (const auto& constant : law.constants)
      if (constant.name == "effective draws for the variance") worth = constant.value;
    REQUIRE(worth > 30'000);
    CHECK(std::abs(sum / variance - 1) < 5 * std::sqrt(2 / worth) + 5e-5);  // the table has four digits
    INFO(law.reason);
    CHECK(law.outcome == bound::Outcome::holds);
    CHECK(v.of("langevin.stability").outcome == bound::Outcome::holds);
    CHECK(v.of("langevin.delayed_displacement").outcome == bound::Outcome::holds);
    CHECK(v.of("langevin.dalalyan_karagulyan").outcome == (workers == 1 ? bound::Outcome::holds : bound::Outcome::does_not_apply));
    CHECK(v.of("langevin.durmus_moulines").outcome == (workers == 1 ? bound::Outcome::holds : bound::Outcome::does_not_apply));
    CHECK(v.of("langevin.stale_gradient").outcome == bound::Outcome::reported);
    CHECK(v.of("asynchronous_sgd.delay_identity").outcome == bound::Outcome::holds);
    for (const auto& verdict : v.result.verdicts) CHECK(verdict.outcome != bound::Outcome::violated);
  }
}

TEST_CASE("400 updates of 3 equal workers equal θ − η ∇F(θ_{k−2}) + √(2ηT) ξ_k to 1e-12 in virtual time") {
  auto json = chain_json(3, 0.1);
  const std::string draws = R"("every": 5, "burn_in": 1000)";
  json.replace(json.find(draws), draws.size(), R"("every": 1)");
  const std::string updates = R"("updates": 20000)";
  json.replace(json.find(updates), updates.size(), R"("updates": 400)");
  const auto w = walk(json);
  const auto& kept = *w.experiment->world->program(3).draws();
  REQUIRE(kept.count() > 390);
  std::vector<Vector> theta{Vector::Zero(100)};
  double worst = 0;
  for (std::int64_t k = 0; k < kept.count(); ++k) {
    Stream noise(static_cast<std::uint64_t>(w.experiment->scenario.seed), Purpose::chain_noise, static_cast<std::uint64_t>(k));
    Vector xi(100);
    for (double& x : xi) x = noise.normal();
    theta.push_back(theta.back() - 0.1 * theta[static_cast<std::size_t>(std::max<std::int64_t>(0, k - 2))] + std::sqrt(0.2) * xi);
    for (Eigen::Index c = 0; c < 100; ++c)
      worst = std::max(worst, std::abs(theta.back()[c] - kept.draw(k)[static_cast<std::size_t>(c)]));
  }
  CHECK(worst < 1e-12);
}

TEST_CASE("5 workers at 1.1 times the stable step of 0.3473 leave every bound, at 0.9 times it they keep the law") {
  const auto wild = verified(chain_json(5, 1.1 * 0.347296, R"(, "seed": 2)"));
  CHECK(wild.of("langevin.stability").outcome == bound::Outcome::does_not_apply);
  const auto calm = verified(chain_json(5, 0.9 * 0.347296, R"(, "seed": 2)"));
  CHECK(calm.of("langevin.stability").outcome == bound::Outcome::holds);
  CHECK(calm.of("langevin.stationary_law").outcome == bound::Outcome::holds);
  const double last_wild = wild.draws().count() > 0 ? std::abs(wild.draws().draw(wild.draws().count() - 1)[0]) : HUGE_VAL;
  CHECK(!(last_wild < 1e6));
}

TEST_CASE("with exponential times delays change: the law is not judged, stability is where delays times step stay below 1") {
  auto json = chain_json(3, 0.02);
  json.replace(json.find(R"("10ms")"), 6, R"({"kind": "exponential", "mean": "10ms", "clip": {"low": "2ms", "high": "30ms"}})");
  const auto v = verified(json);
  CHECK(v.of("langevin.stationary_law").outcome == bound::Outcome::does_not_apply);
  CHECK(v.of("langevin.stationary_law").reason.find("delays") == 0);
  CHECK(v.of("langevin.stability").outcome == bound::Outcome::holds);
  CHECK(v.of("langevin.stale_gradient").outcome == bound::Outcome::reported);
}

TEST_CASE("a chain has the same fingerprint twice and on 4 threads, and other noise under another seed") {
  const auto json = chain_json(3, 0.1);
  const auto once = walk(json), again = walk(json, 4), other = walk(chain_json(3, 0.1, R"(, "seed": 5)"));
  CHECK(once.trace.fingerprint == again.trace.fingerprint);
  CHECK(once.trace.fingerprint != other.trace.fingerprint);
}
