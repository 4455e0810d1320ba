// Bounds on methods with a server, on runs made by hand.
#include <cmath>

#include "core/bound/bound.hpp"
#include "core/bound/server_witness.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/algorithm/quadratics.hpp"

using namespace taubar;
using namespace taubar::test;

namespace {

/// f_i(x) = ½ Σ_c a_c (x_c − 1)², the same for n workers, from x = 0.
struct ServerStage {
  explicit ServerStage(Vector a, std::size_t n = 3)
      : problem(Matrix(a.transpose().replicate(static_cast<Eigen::Index>(n), 1)),
                Matrix::Ones(static_cast<Eigen::Index>(n), a.size())),
        graph(topology::Digraph::from_links(n, {}, true)),
        initial(Matrix::Zero(static_cast<Eigen::Index>(n), a.size())),
        minimiser(Vector::Ones(a.size())) {
    setting.problem = &problem;
    setting.graph = &graph;
    setting.initial = &initial;
    setting.minimiser = &minimiser;
    setting.method.name = "asynchronous_sgd";
    setting.method.server = setting.method.asynchronous = true;
    setting.times.fastest = setting.times.mean = setting.times.slowest = std::vector<double>(n, 1.0);
  }
  bound::Verdict judge(const std::string& name, const bound::ServerTestimony* seen = nullptr) {
    return bound::judge(*bound::find_bound(name), {setting, trace, nullptr, trace.server, seen});
  }
  bound::Verdict promise(const std::string& name) { return bound::promise(*bound::find_bound(name), setting); }

  Quadratics problem;
  topology::Digraph graph;
  Matrix initial;
  Vector minimiser;
  bound::Setting setting;
  trace::Trace trace;
};

/// A server that a test moves.
struct Puppet final : agent::AgentProgram {
  explicit Puppet(Eigen::Index d) : x(Vector::Zero(d)) {}
  void on_start(agent::Runtime&) override {}
  void compute() override {}
  void on_compute_done(agent::Runtime&) override {}
  void on_message(agent::Runtime&, const agent::Message&) override {}
  std::span<const double> iterate() const override { return {x.data(), static_cast<std::size_t>(x.size())}; }
  void state(agent::StateVisitor&) override {}
  std::optional<agent::ServerFigures> server_figures() const override { return figures; }
  Vector x;
  agent::ServerFigures figures;
};

/// K updates x ← x − step ∇F(x_{k−delay}), one a second; what the witness saw.
bound::ServerTestimony delayed_descent(ServerStage& stage, double step, int delay, int K) {
  Puppet puppet(stage.problem.dimension());
  bound::ServerWitness witness(stage.setting, puppet);
  agent::PayloadPool pool;
  std::vector<Vector> models{puppet.x};
  Vector g(puppet.x.size());
  const auto server = static_cast<AgentId>(stage.setting.agents());
  for (int k = 0; k < K; ++k) {
    stage.problem.gradient(models[static_cast<std::size_t>(std::max(0, k - delay))], g);
    auto payload = pool.make(3, 0, static_cast<std::size_t>(g.size()));
    std::copy(g.data(), g.data() + g.size(), payload.values().begin());
    witness.handler_begins(server, k, from_seconds(k + 1), false);
    witness.taken(server, payload.block());
    puppet.x -= step * g;
    ++puppet.figures.updates;
    witness.handler_ended(server);
    models.push_back(puppet.x);
  }
  puppet.figures.applied = K;
  puppet.figures.delay_max = std::min(delay, K - 1);
  stage.trace.server = puppet.figures;
  return witness.testimony();
}

Vector one(double a) { return Vector::Constant(1, a); }

}  // namespace

TEST_CASE("the identity of delays holds at 30,000 = 7 · 5,000 − 5,000, fails by 1, and does not apply to batches") {
  ServerStage stage(one(1), 7);
  trace::ServerFigures figures;
  figures.updates = figures.applied = 5000;
  figures.delay_sum = 29'000;
  figures.dropped_delay_sum = 400;
  figures.age_sum = 600;
  figures.concurrency_sum = 35'000;
  stage.trace.server = figures;
  const auto holds = stage.judge("asynchronous_sgd.delay_identity");
  CHECK(holds.outcome == bound::Outcome::holds);
  CHECK(*holds.measured == 30'000);
  CHECK(*holds.limit == 30'000);
  ++stage.trace.server->age_sum;
  CHECK(stage.judge("asynchronous_sgd.delay_identity").outcome == bound::Outcome::violated);
  stage.trace.server->updates = 1250;
  CHECK(stage.judge("asynchronous_sgd.delay_identity").outcome == bound::Outcome::does_not_apply);
  stage.trace.server.reset();
  CHECK(stage.judge("asynchronous_sgd.delay_identity").outcome == bound::Outcome::does_not_apply);
  CHECK(*stage.promise("asynchronous_sgd.delay_identity").limit == 6);
}

TEST_CASE("Birch: F = L x²/2 without noise keeps its promise at the step 1/(2 max{1,R} L) for R = 0, 1, 3 and 20") {
  for (const double L : {0.5, 4.0})
    for (const int R : {0, 1, 3, 20}) {
      ServerStage stage(one(L));
      const double step = 1 / (2 * std::max(1, R) * L);
      const int K = 4000;
      const auto seen = delayed_descent(stage, step, R, K);
      const auto verdict = stage.judge("asynchronous_sgd.birch", &seen);
      CAPTURE(L, R, verdict.reason);
      CHECK(verdict.outcome == bound::Outcome::holds);
      // ε = 4 (R' + 1) L Δ/K with R' = max{1, R} and Δ = L/2
      CHECK(*verdict.limit == Approx(4.0 * (std::max(1, R) + 1) * L * (L / 2) / K).epsilon(1e-9));
      CHECK(*verdict.measured > 0.05 * *verdict.limit);
      CHECK(seen.updates == K);
      CHECK(seen.longest_wait == from_seconds(1));
      CHECK(seen.greatest_step == Approx(step).epsilon(1e-9));
    }
}

TEST_CASE("Birch: the sum of squared gradients of delayed descent is that of its closed form for R = 0") {
  ServerStage stage(one(2));
  const auto seen = delayed_descent(stage, 0.25, 0, 50);
  double sum = 0, x = -1;
  for (int k = 0; k < 50; ++k, x *= 0.5) sum += 4 * x * x;
  CHECK(seen.gradient_norm_squared_sum == Approx(sum).epsilon(1e-12));
}

TEST_CASE("Birch does not apply to a step twice too long, to steps that vary, to unequal data, nor unwatched; noise is reported") {
  ServerStage stage(one(1));
  const auto seen = delayed_descent(stage, 0.1, 10, 500);
  CHECK(stage.judge("asynchronous_sgd.birch", &seen).outcome == bound::Outcome::does_not_apply);
  auto fine = delayed_descent(stage, 0.04, 10, 500);
  CHECK(stage.judge("asynchronous_sgd.birch", &fine).outcome == bound::Outcome::holds);
  CHECK(stage.judge("asynchronous_sgd.birch").outcome == bound::Outcome::does_not_apply);
  fine.gradient_norm_squared_sum *= 1e6;
  CHECK(stage.judge("asynchronous_sgd.birch", &fine).outcome == bound::Outcome::violated);
  stage.setting.gradient = {problem::GradientRule::Kind::noisy, 1, 0.1};
  const auto noisy = stage.judge("asynchronous_sgd.birch", &fine);
  CHECK(noisy.outcome == bound::Outcome::reported);
  // 4 σ² L γ = 0.0016 once K >= 4·11·0.5/0.0016 + 8·0.01·0.5/0.0016²; 500 are fewer: K ε² = b ε + c
  const double b = 4 * (12.5 + 1) * 0.5, c = 8 * 0.01 * 0.5;
  CHECK(*noisy.limit == Approx((b + std::sqrt(b * b + 4 * 500 * c)) / 1000).epsilon(1e-9));
  stage.setting.gradient = {problem::GradientRule::Kind::minibatch, 1, 0};
  stage.setting.gradient.batch = 1;
  CHECK(stage.judge("asynchronous_sgd.birch", &fine).outcome == bound::Outcome::violated);  // all of 1 sample: no noise
  fine.least_step *= 0.5;
  CHECK(stage.judge("asynchronous_sgd.birch", &fine).outcome == bound::Outcome::does_not_apply);

  ServerStage unequal(one(1));
  const Quadratics other(Matrix::Ones(3, 1), (Matrix(3, 1) << 1, 1, 1.001).finished());
  unequal.setting.problem = &other;
  const auto seen_there = delayed_descent(unequal, 0.04, 10, 500);
  const auto verdict = unequal.judge("asynchronous_sgd.birch", &seen_there);
  CHECK(verdict.outcome == bound::Outcome::does_not_apply);
  CHECK(verdict.reason.find("homogeneous") == 0);
}

TEST_CASE("before the run Birch allows 1/(2RL) with R = 22 for one worker of 1 to 10 s and two of 1 s, and says K") {
  ServerStage stage((Vector(2) << 1, 0.1).finished());
  stage.setting.times.slowest = {10, 1, 1};
  const auto verdict = stage.promise("asynchronous_sgd.birch");
  CHECK(verdict.outcome == bound::Outcome::reported);
  CHECK(*verdict.limit == Approx(1.0 / (2 * 22)).epsilon(1e-12));  // 2 others, 10 + 1 each
  stage.setting.target_suboptimality = 1e-3;
  const auto with_target = stage.promise("asynchronous_sgd.birch");
  const auto needed = std::find_if(with_target.constants.begin(), with_target.constants.end(),
                                   [](const auto& c) { return c.name == "K needed"; });
  REQUIRE(needed != with_target.constants.end());
  CHECK(needed->value == std::ceil(4 * 23 * 0.55 / 2e-4));
  stage.setting.times.slowest = {HUGE_VAL, 1, 1};
  CHECK(stage.promise("asynchronous_sgd.birch").vacuous);
  stage.setting.method.longest_delay = 7;  // what comes later is dropped
  stage.setting.target_suboptimality.reset();
  CHECK(*stage.promise("asynchronous_sgd.birch").limit == Approx(1.0 / 14).epsilon(1e-12));
  stage.setting.method.batch = 4;
  for (const char* name : {"asynchronous_sgd.birch", "asynchronous_sgd.koloskova", "asynchronous_sgd.delay_identity"})
    CHECK(stage.promise(name).outcome == bound::Outcome::does_not_apply);
}

TEST_CASE("orders are reported, never judged: Koloskova and Mishchenko on 100 updates of 3 workers, by hand") {
  ServerStage stage(one(2));
  trace::ServerFigures figures;
  figures.updates = figures.applied = 100;
  figures.delay_sum = 190;
  figures.delay_max = 8;
  figures.in_flight = 3;
  figures.age_sum = 10;
  figures.age_max = 9;
  figures.concurrency_sum = 300;
  figures.concurrency_max = 3;
  stage.trace.server = figures;
  stage.trace.final = {{"gradient_norm", 0.1}, {"suboptimality", 0.5}};
  stage.setting.gradient = {problem::GradientRule::Kind::noisy, 1, 3};
  const auto koloskova = stage.judge("asynchronous_sgd.koloskova");
  CHECK(koloskova.outcome == bound::Outcome::reported);
  // L Δ = 2, ε = 0.01, σ² = 9
  CHECK(*koloskova.limit == Approx(2 * (9 / 1e-4 + 3 / 0.01)).epsilon(1e-12));
  for (const auto& c : koloskova.constants) {
    if (c.name == "theorem 6") CHECK(c.value == Approx(2 * (9 / 1e-4 + std::sqrt(27.0) / 0.01)).epsilon(1e-12));
    if (c.name == "tau_avg") CHECK(c.value == Approx(200.0 / 103).epsilon(1e-12));
  }
  const auto mishchenko = stage.judge("asynchronous_sgd.mishchenko");
  CHECK(mishchenko.outcome == bound::Outcome::reported);
  CHECK(*mishchenko.limit == Approx(3 * 2 * 1 / 100.0 + 3 / 10.0).epsilon(1e-12));
  for (const auto& c : mishchenko.constants)
    if (c.name == "time to it") CHECK(c.value == Approx(2 / 0.01 + 9 * 2 / 1e-4 / 3).epsilon(1e-12));
  stage.setting.method.name = "ringmaster_asgd";
  CHECK(stage.judge("asynchronous_sgd.mishchenko").outcome == bound::Outcome::does_not_apply);
  CHECK(*stage.promise("asynchronous_sgd.koloskova").limit == 0.125);
}

TEST_CASE("floor.gradients holds at 17 gradients in 10 s by workers of 1, 2 and 4 s and is violated at 18") {
  ServerStage stage(one(1));
  stage.setting.times.fastest = {1, 2, 4};
  stage.trace.end = from_seconds(10);
  stage.trace.counts.gradients = 17;
  const auto holds = stage.judge("floor.gradients");
  CHECK(holds.outcome == bound::Outcome::holds);
  CHECK(*holds.limit == 17);
  CHECK(!holds.vacuous);
  stage.trace.counts.gradients = 18;
  CHECK(stage.judge("floor.gradients").outcome == bound::Outcome::violated);
  CHECK(*stage.promise("floor.gradients").limit == Approx(1.75).epsilon(1e-14));
  stage.setting.times.fastest = {1, 0, 4};
  CHECK(stage.judge("floor.gradients").vacuous);
  stage.setting.times.fastest.clear();
  CHECK(stage.judge("floor.gradients").outcome == bound::Outcome::does_not_apply);
}

TEST_CASE("floor.time reports 300 s achieved against √10 + 40/3 steps of 1 s") {
  ServerStage stage((Vector(2) << 1, 0.1).finished());
  stage.setting.gradient = {problem::GradientRule::Kind::noisy, 1, 0.2};
  stage.setting.target_suboptimality = 0.01;
  stage.trace.metrics = {"suboptimality"};
  stage.trace.records = {{from_seconds(100), {}, {0.02}}, {from_seconds(300), {}, {0.009}}};
  stage.trace.final = {{"suboptimality", 0.008}};
  stage.trace.end = from_seconds(400);
  const auto verdict = stage.judge("floor.time");
  CHECK(verdict.outcome == bound::Outcome::reported);
  CHECK(*verdict.measured == 300);
  CHECK(*verdict.limit == Approx(std::sqrt(10.0) + 40.0 / 3).epsilon(1e-12));
  CHECK(*stage.promise("floor.time").limit == *verdict.limit);
}

TEST_CASE("rennala_sgd.time: 40 updates of at most 2 (1 + 6/3) s hold in 200 s, 32 do not, and the contraction is judged") {
  ServerStage stage((Vector(2) << 1, 0.1).finished());
  stage.setting.method.name = "rennala_sgd";
  stage.setting.method.batch = 6;
  stage.setting.method.step = [](std::int64_t) { return 1.0; };
  trace::ServerFigures figures;
  figures.updates = 40;
  figures.applied = 240;
  stage.trace.server = figures;
  stage.trace.end = from_seconds(200);
  stage.trace.final = {{"distance", 0.2}};
  const auto holds = stage.judge("rennala_sgd.time");
  CAPTURE(holds.reason);
  CHECK(holds.outcome == bound::Outcome::holds);
  CHECK(*holds.limit == Approx(6).epsilon(1e-12));  // 2 min{1 + 6, (2 + 6)/2, (3 + 6)/3}
  CHECK(*holds.measured == 5);
  stage.trace.server->updates = 32;
  CHECK(stage.judge("rennala_sgd.time").outcome == bound::Outcome::violated);
  stage.trace.server->updates = 40;
  stage.trace.final["distance"] = std::sqrt(2 * std::pow(0.95, 40)) * 1.01;
  CHECK(stage.judge("rennala_sgd.time").outcome == bound::Outcome::violated);
  stage.trace.final["distance"] = std::sqrt(2 * std::pow(0.95, 40)) * 0.99;
  CHECK(stage.judge("rennala_sgd.time").outcome == bound::Outcome::holds);
  stage.setting.gradient = {problem::GradientRule::Kind::noisy, 1, 3};  // an expectation: not judged
  stage.trace.final["distance"] = 1e3;
  CHECK(stage.judge("rennala_sgd.time").outcome == bound::Outcome::holds);
  bound::ServerTestimony seen;
  seen.longest_wait = from_seconds(5);
  seen.last_update = from_seconds(193);
  CHECK(stage.judge("rennala_sgd.time", &seen).outcome == bound::Outcome::violated);  // 7 s since the last update
  seen.last_update = from_seconds(195);
  CHECK(stage.judge("rennala_sgd.time", &seen).outcome == bound::Outcome::holds);
  stage.trace.counts.lost = 1;
  CHECK(stage.judge("rennala_sgd.time").outcome == bound::Outcome::does_not_apply);
  stage.trace.counts.lost = 0;
  stage.setting.times.message_slowest = HUGE_VAL;
  CHECK(stage.judge("rennala_sgd.time").outcome == bound::Outcome::does_not_apply);
}

TEST_CASE("rennala_sgd.time prescribes S = 4 sigma²/(mu L epsilon), 2,000 for sigma = 1, and the seconds it takes") {
  ServerStage stage((Vector(2) << 1, 0.1).finished());
  stage.setting.method.name = "rennala_sgd";
  stage.setting.method.batch = 6;
  stage.setting.method.step = [](std::int64_t) { return 1.0; };
  stage.setting.gradient = {problem::GradientRule::Kind::noisy, 1, 1};
  stage.setting.target_suboptimality = 0.01;
  const auto verdict = stage.promise("rennala_sgd.time");
  double batch = 0, updates = 0, seconds = 0;
  for (const auto& c : verdict.constants) {
    if (c.name == "S prescribed") batch = c.value;
    if (c.name == "updates needed") updates = c.value;
    if (c.name == "seconds needed") seconds = c.value;
  }
  CHECK(batch == 2000);
  CHECK(updates == std::ceil(std::log(2 * 2 / 0.02) / -std::log(0.95)));
  CHECK(seconds == Approx(updates * 2 * (1 + 2000.0 / 3)).epsilon(1e-12));
}
