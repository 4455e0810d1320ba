// Every algorithm, through the real kernel and network, against its matrix recursion: compute 1 s, latency ½ s.
#include <fmt/format.h>

#include "core/base/error.hpp"
#include "core/base/random.hpp"
#include "sim/report/summary.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/scenario.hpp"
#include "tests/support/server_recursion.hpp"

using namespace taubar;

namespace {

constexpr double alpha = 0.1;

/// f_i(x) = ½ Σ_c a_ic (x_c − b_ic)²: five agents, three coordinates.
Matrix curvatures() {
  Matrix a(5, 3);
  a << 1, 2, 0.5, 0.3, 1, 1, 2, 0.7, 0.9, 1.5, 1.1, 0.4, 0.8, 0.6, 1.7;
  return a;
}
Matrix centres() {
  Matrix b(5, 3);
  b << 1, -2, 3, 0, 1, -1, 2, 2, 0, -3, 0.5, 1, 0.25, -1, 2;
  return b;
}

std::string json(const Matrix& m) {
  std::string text = "[";
  for (Eigen::Index i = 0; i < m.rows(); ++i) {
    text += i ? ",[" : "[";
    for (Eigen::Index c = 0; c < m.cols(); ++c) text += fmt::format("{}{}", c ? "," : "", m(i, c));
    text += "]";
  }
  return text + "]";
}

Walk run(const std::string& topology, const std::string& algorithm, double until) {
  return walk(fmt::format(R"({{
    "topology": {{"kind": "{}", "agents": 5}},
    "problem": {{"kind": "quadratic", "curvatures": {}, "centres": {},
                 "initial": {{"kind": "normal", "per_agent": true}}}},
    "algorithm": {},
    "compute": {{"time": 1}}, "network": {{"latency": 0.5}},
    "stop": {{"virtual_time": {}}}}})",
                          topology, json(curvatures()), json(centres()), algorithm, until));
}

std::string with_step(const std::string& kind) { return fmt::format(R"({{"kind": "{}", "step_size": {}}})", kind, alpha); }

/// Row i: ∇f_i at row i of Z.
Matrix gradients(const Matrix& z) { return curvatures().cwiseProduct(z - centres()); }

/// W_ji = 1/(outdeg_i + 1), out of the definition.
Matrix uniform_out(const topology::Digraph& graph) {
  Matrix w = Matrix::Zero(5, 5);
  for (AgentId i = 0; i < 5; ++i) {
    const double share = 1.0 / (1.0 + static_cast<double>(graph.out_neighbours(i).size()));
    w(i, i) = share;
    for (AgentId j : graph.out_neighbours(i)) w(j, i) = share;
  }
  return w;
}

/// W_ij = 1/(1 + max(d_i, d_j)), the rest on the diagonal.
Matrix metropolis(const topology::Digraph& graph) {
  Matrix w = Matrix::Zero(5, 5);
  for (AgentId i = 0; i < 5; ++i)
    for (AgentId j : graph.out_neighbours(i))
      w(i, j) = 1.0 / (1.0 + static_cast<double>(std::max(graph.out_neighbours(i).size(), graph.out_neighbours(j).size())));
  for (Eigen::Index i = 0; i < 5; ++i) w(i, i) = 1 - w.row(i).sum();
  return w;
}

double worst(const Matrix& a, const Matrix& b) { return (a - b).cwiseAbs().maxCoeff(); }

/// Z = diag(y)^-1 X
Matrix ratio(const Matrix& x, const Vector& y) { return (x.array().colwise() / y.array()).matrix(); }

/// The asynchronous recursion: shares are taken in one instant after they were sent.
Matrix one_step_old(const Walk& w, int steps, double step) {
  const Matrix mixing = uniform_out(w.experiment->topology.graph);
  const Matrix own = mixing.diagonal().asDiagonal();
  const Matrix off = mixing - own;
  Matrix x = w.experiment->initial, z = x, sent_x = Matrix::Zero(5, 3);
  Vector y = Vector::Ones(5), sent_y = Vector::Zero(5);
  for (int k = 0; k < steps; ++k) {
    const Matrix half = x - step * gradients(z);
    x = own * half + off * sent_x;
    const Vector new_y = own * y + off * sent_y;
    sent_x = half;
    sent_y = y;
    y = new_y;
    z = ratio(x, y);
  }
  return z;
}

}  // namespace

TEST_CASE("40 rounds of synchronous gradient-push equal X ← W(X − αG(Z)), y ← Wy, Z = X/y to 1e-12") {
  for (const char* topology : {"directed_ring", "exponential", "star"}) {
    const auto w = run(topology, with_step("gradient_push"), 40 * 1.5);
    const Matrix mixing = uniform_out(w.experiment->topology.graph);
    Matrix x = w.experiment->initial, z = x;
    Vector y = Vector::Ones(5);
    for (int k = 0; k < 40; ++k) {
      x = mixing * (x - alpha * gradients(z));
      y = mixing * y;
      z = ratio(x, y);
    }
    CHECK(worst(w.iterates(), z) < 1e-12);
    CHECK(w.trace.tau_proc == 1);
  }
}

TEST_CASE("40 rounds of stochastic gradient push equal the same recursion, with P(k) = ½(I + hop 2^(k mod 3)) on one_peer_exponential") {
  const auto w = run("one_peer_exponential", with_step("stochastic_gradient_push"), 40 * 1.5);
  Matrix x = w.experiment->initial, z = x;
  for (int k = 0; k < 40; ++k) {
    Matrix mixing = 0.5 * Matrix::Identity(5, 5);
    for (Eigen::Index i = 0; i < 5; ++i) mixing((i + (1 << (k % 3))) % 5, i) += 0.5;
    x = (mixing * (x - alpha * gradients(z))).eval();
    z = x;  // rows of P(k) sum to 1, so y stays 1
  }
  CHECK(worst(w.iterates(), z) < 1e-12);
  CHECK(w.trace.counts.messages == 5 * 40);
  for (const char* topology : {"directed_ring", "exponential", "star"}) {
    const auto still = run(topology, with_step("stochastic_gradient_push"), 40 * 1.5);
    CHECK(still.iterates() == run(topology, with_step("gradient_push"), 40 * 1.5).iterates());
  }
}

TEST_CASE("40 rounds of push_diging and of extra_push equal their recursions to 1e-12") {
  constexpr double small = 0.05;
  for (const char* topology : {"complete", "exponential", "star"}) {  // extra_push diverges on a directed ring
    const auto of = [&](const char* kind, double round) {
      return run(topology, fmt::format(R"({{"kind": "{}", "step_size": {}}})", kind, small), 40 * round);
    };
    const auto diging = of("push_diging", 1.5);
    const Matrix mixing = uniform_out(diging.experiment->topology.graph);
    Matrix u = diging.experiment->initial, x = u, y = gradients(x);
    Vector v = Vector::Ones(5);
    for (int k = 0; k < 40; ++k) {
      u = (mixing * (u - small * y)).eval();
      v = (mixing * v).eval();
      const Matrix next = ratio(u, v);
      y = (mixing * y + gradients(next) - gradients(x)).eval();
      x = next;
    }
    CHECK(worst(diging.iterates(), x) < 1e-12);
    CHECK(diging.trace.final.at("mass_error") < 1e-14);

    const auto extra = of("extra_push", 1);  // messages travel while the agents compute
    Matrix before = extra.experiment->initial, x_before = before;
    Matrix z = mixing * before - small * gradients(before);
    Vector w = mixing * Vector::Ones(5);
    x = ratio(z, w);
    for (int t = 1; t < 40; ++t) {
      const Matrix next = z + mixing * z - 0.5 * (before + mixing * before) - small * (gradients(x) - gradients(x_before));
      before = std::exchange(z, next);
      w = (mixing * w).eval();
      x_before = std::exchange(x, ratio(z, w));
    }
    CHECK(worst(extra.iterates(), x) < 1e-12);
    CHECK(extra.trace.final.at("mass_error") < 1e-14);
  }
}

TEST_CASE("60 instants of robust asynchronous gradient-push without loss equal the recursion with messages one step old") {
  for (const char* topology : {"directed_ring", "exponential", "star"}) {
    const auto w = run(topology, with_step("robust_asynchronous_gradient_push"), 60);
    CHECK(worst(w.iterates(), one_step_old(w, 60, alpha)) < 1e-12);
    CHECK(w.trace.final.at("mass_error") < 1e-14);
  }
}

TEST_CASE("ticks of the greatest common step remove the bias of rates 2:1: x̄ = 0, not 1/3") {
  const auto with = [](const std::string& more) {
    return walk(R"({
      "topology": {"kind": "complete", "agents": 2},
      "problem": {"kind": "quadratic", "curvatures": [[1], [1]], "centres": [[1], [-1]]},
      "algorithm": {"kind": "robust_asynchronous_gradient_push", "step_size": 0.002)" + more + R"(},
      "compute": {"time": 1, "stragglers": [{"agents": [1], "factor": 2}]}, "network": {"latency": 0.25, "loss": 0.2},
      "stop": {"virtual_time": 20000}})");
  };
  const auto biased = with("");
  CHECK(*biased.trace.rate_bias_expected == Approx(1.0 / 3).epsilon(1e-9));
  CHECK(biased.iterates().mean() == Approx(1.0 / 3).margin(0.02));
  const auto unbiased = with(R"(, "tick": "1s")");
  CHECK(*unbiased.trace.rate_bias_expected == 0);
  CHECK(*unbiased.trace.rate_bias_measured == 0);
  CHECK(std::abs(unbiased.iterates().mean()) < 0.02);
  CHECK(unbiased.trace.counts.lost > 1000);
  CHECK(unbiased.trace.final.at("mass_error") < 1e-12);
}

TEST_CASE("a topology with one peer a round is refused where a method sends to all, with the names of those that fit") {
  try {
    run("one_peer_exponential", with_step("gradient_push"), 1);
    FAIL("it was accepted");
  } catch (const InputError& error) {
    const std::string said = error.what();
    CHECK(said.find("push_diging, stochastic_gradient_push") != std::string::npos);
    CHECK(said.find("one_peer_exponential") != std::string::npos);
  }
  CHECK_NOTHROW(run("one_peer_exponential", with_step("master_worker_gradient_descent"), 1));
}

TEST_CASE("60 steps of token_sgd on a ring equal θ ← θ − α∇f_X(θ) along a self-repellent walk drawn here, and its estimate is the token's") {
  const auto w = run("ring", R"({"kind": "token_sgd", "step_size": 0.1, "alpha": 2, "start": 2})", 60 * 1.5 + 0.25);
  Vector theta = w.experiment->initial.colwise().mean();
  Vector share = Vector::Constant(5, 0.2);
  std::vector<std::int64_t> visits(5, 0);
  AgentId at = 2, last = 0;
  for (int n = 0; n < 60; ++n) {
    // Both neighbours have μ and P alike: K is in proportion to (share)^−2.
    const AgentId low = std::min((at + 1) % 5, (at + 4) % 5), high = std::max((at + 1) % 5, (at + 4) % 5);
    const double a = std::pow(share[low], -2), b = std::pow(share[high], -2);
    at = to_unit(random_word(1, Purpose::token_walk, 0, 0, static_cast<std::uint64_t>(n))) * (a + b) < a ? low : high;
    Vector e = Vector::Zero(5);
    e[at] = 1;
    share += (e - share) / (n + 2);
    theta -= alpha * gradients(theta.transpose().replicate(5, 1)).row(at).transpose();
    ++visits[at];
    last = at;
  }
  CHECK(worst(w.iterates().row(last), theta.transpose()) < 1e-12);
  CHECK(w.trace.steps == visits);
  CHECK(w.trace.counts.messages == 61);
  CHECK(w.trace.counts.bytes == 61 * (32 + 8 * (3 + 5 + 1)));
  CHECK(w.trace.final.at("distance") == Approx((theta - w.experiment->reference->minimiser).norm()).epsilon(1e-12));
  double apart = 0;
  for (const auto v : visits) apart += std::abs(static_cast<double>(v) / 60 - 0.2) / 2;
  REQUIRE(w.trace.visits);
  CHECK(w.trace.visits->total_variation == Approx(apart).epsilon(1e-12));
  CHECK(*w.trace.rate_bias_expected == 0);
  REQUIRE(w.trace.tokens.size() == 1);
  CHECK(w.trace.tokens[0].steps == 60);
  for (Eigen::Index j = 0; j < 5; ++j)
    CHECK(w.trace.tokens[0].history[static_cast<std::size_t>(j)] == Approx(share[j]).epsilon(1e-12));
  const Vector excess = share.array() - 0.2;
  CHECK(w.trace.final.at("visit_variation") == Approx(excess.lpNorm<1>() / 2).epsilon(1e-12));
  CHECK(w.trace.final.at("visit_error") == Approx(excess.squaredNorm()).epsilon(1e-12));
  const double scaled = (theta - w.experiment->reference->minimiser).squaredNorm() / 0.1;
  CHECK(w.trace.final.at("token_error_scaled") == Approx(scaled).epsilon(1e-12));
  const auto summary = report::summary(*w.experiment, w.trace, {});
  CHECK(summary["visits"]["by_agent"] == visits);
}

TEST_CASE("the same 60 steps with visits kept by the agents: the same walk and measures, 61 tokens of 3 values and 120 news of one") {
  const std::string common = R"("kind": "token_sgd", "step_size": 0.1, "alpha": 2, "start": 2)";
  const double until = 60 * 1.5 + 0.25;
  const auto carried = run("ring", "{" + common + "}", until), kept = run("ring", "{" + common + R"(, "visit_counts": "kept"})", until);
  CHECK(kept.trace.steps == carried.trace.steps);
  CHECK(worst(kept.iterates(), carried.iterates()) == 0);
  CHECK(kept.trace.counts.messages == 61 + 60 * 2);
  CHECK(kept.trace.counts.bytes == 61 * (32 + 8 * 3) + 60 * 2 * (32 + 8));
  REQUIRE(kept.trace.tokens[0].history.size() == 5);
  for (std::size_t j = 0; j < 5; ++j)
    CHECK(kept.trace.tokens[0].history[j] == Approx(carried.trace.tokens[0].history[j]).epsilon(1e-12));
  CHECK(kept.trace.final.at("visit_error") == Approx(carried.trace.final.at("visit_error")).epsilon(1e-10));
  const auto summary = report::summary(*kept.experiment, kept.trace, {});
  CHECK(summary["news"]["messages"] == 120);
  CHECK(summary["news"]["late"] == 0);
}

TEST_CASE("several tokens: the estimate is the mean of theirs, and runs on 1 and 2 threads have one fingerprint, with losses and recovery") {
  const auto with = [](int threads) {
    return walk(R"({"topology": {"kind": "barabasi_albert", "agents": 16, "attach": 2}, "seed": 3,
      "problem": {"kind": "quadratic", "dimension": 3, "condition_number": 4, "heterogeneity": 1},
      "algorithm": {"kind": "token_sgd", "step_size": 0.05, "alpha": 3, "tokens": 4, "history": "shared", "visit_counts": "kept",
                    "optimizer": "heavy_ball", "recovery": "40ms"},
      "compute": {"time": {"kind": "exponential", "mean": "1ms"}}, "network": {"latency": {"kind": "exponential", "mean": "1ms"}, "loss": 0.01},
      "stop": {"updates": 4000}})", threads);
  };
  const auto one = with(1), two = with(2);
  CHECK(one.trace.fingerprint == two.trace.fingerprint);
  CHECK(one.trace.stopped_by == trace::StoppedBy::updates);
  REQUIRE(one.trace.tokens.size() == 4);
  Vector mean = Vector::Zero(3);
  for (const auto& token : one.trace.tokens) {
    CHECK(token.steps > 500);
    mean += ConstVectorView(token.iterate.data(), 3) / 4;
  }
  CHECK(one.trace.final.at("distance") == Approx((mean - one.experiment->reference->minimiser).norm()).epsilon(1e-12));
  REQUIRE(one.trace.token_figures);
  CHECK(one.trace.token_figures->regenerated > 10);
  CHECK(one.trace.repeated_steps() >= 0);
  CHECK(one.trace.repeated_steps() < 1000);
  const auto summary = report::summary(*one.experiment, one.trace, {});
  CHECK(summary["recovery"]["regenerated"] == one.trace.token_figures->regenerated);
  CHECK(summary["recovery"]["acknowledgement_bytes"] == 32 * one.trace.token_figures->acknowledgements);
}

TEST_CASE("an agent crashes at 31 s with the token that came at 30.5 s: its sender makes it anew, and without recovery the run stalls") {
  const auto scenario = [](const std::string& recovery, const std::string& faults, double until) {
    return walk(fmt::format(R"({{"topology": {{"kind": "ring", "agents": 5}},
      "problem": {{"kind": "quadratic", "curvatures": {}, "centres": {}}},
      "algorithm": {{"kind": "token_sgd", "step_size": 0.1, "alpha": 2{}}},
      "compute": {{"time": 1}}, "network": {{"latency": 0.5}}{}, "stop": {{"virtual_time": {}}}}})",
                            json(curvatures()), json(centres()), recovery, faults, until));
  };
  const auto before = scenario("", "", 31), after = scenario("", "", 32.25);
  std::size_t holder = 0;
  while (before.trace.steps[holder] == after.trace.steps[holder]) ++holder;
  const auto faults = [holder](const char* state) {
    return fmt::format(R"(, "faults": [{{"kind": "crash", "agents": [{}], "at": "31s", "recover_after": "6s", "keep_state": {}}}])", holder, state);
  };
  for (const char* state : {"true", "false"}) {
    CHECK(scenario("", faults(state), 200).trace.stopped_by == trace::StoppedBy::stalled);
    const auto mended = scenario(R"(, "recovery": "2.5s")", faults(state), 200);
    CHECK(mended.trace.stopped_by == trace::StoppedBy::virtual_time);
    const auto& figures = *mended.trace.token_figures;
    CHECK(figures.regenerated >= 1);  // and once more each time that it was sent to the agent that is down
    CHECK(figures.regenerated <= 4);
    CHECK(figures.dropped_copies == 0);
    CHECK(figures.longest_absence == from_seconds(2.5));
    CHECK(mended.trace.repeated_steps() == 0);  // the step that the crash ended was not completed
    CHECK(mended.trace.tokens[0].steps > 115);
  }
}

TEST_CASE("60 instants of asynchronous gradient-push equal the recursion with messages one step old to 1e-12") {
  for (const char* topology : {"directed_ring", "exponential", "star"}) {
    const auto w = run(topology, with_step("asynchronous_gradient_push"), 60);
    CHECK(worst(w.iterates(), one_step_old(w, 60, alpha)) < 1e-12);
    CHECK(w.trace.k == 60);
    CHECK(w.trace.tau_proc == 1);
    CHECK(w.trace.tau_msg == 1);
    CHECK(w.trace.tau_bar == 1);
  }
}

TEST_CASE("60 instants under tau_proc 1 and tau_msg 1 equal the same recursion to 1e-12, with push-sum's X(k+1) = P X(k) among them") {
  for (const char* schedule : {"random", "round_robin", "adversarial"})
    for (const char* topology : {"directed_ring", "exponential", "star"})
      for (const double step : {alpha, 0.0}) {
        const auto w = walk(fmt::format(R"({{
          "topology": {{"kind": "{}", "agents": 5}},
          "problem": {{"kind": "quadratic", "curvatures": {}, "centres": {},
                       "initial": {{"kind": "normal", "per_agent": true}}}},
          "algorithm": {},
          "asynchrony": {{"model": "bounded", "tau_proc": 1, "tau_msg": 1, "schedule": "{}"}},
          "stop": {{"virtual_time": 60}}}})",
                                        topology, json(curvatures()), json(centres()),
                                        step > 0 ? with_step("asynchronous_gradient_push") : R"({"kind": "push_sum"})", schedule));
        CHECK(worst(w.iterates(), one_step_old(w, 60, step)) < 1e-12);
        CHECK(w.trace.k == 60);
        CHECK(w.trace.tau_bar == 1);
      }
}

TEST_CASE("60 instants of push-sum equal the same recursion without gradients to 1e-12, and average") {
  for (const char* topology : {"directed_ring", "exponential", "star"}) {
    const auto w = run(topology, R"({"kind": "push_sum"})", 60);
    CHECK(worst(w.iterates(), one_step_old(w, 60, 0)) < 1e-12);
    CHECK(w.trace.final.at("mass_error") < 1e-14);
  }
}

TEST_CASE("40 rounds of decentralized gradient descent equal X ← WX − αG(X) to 1e-12") {
  for (const char* topology : {"ring", "star", "path"}) {
    const auto w = run(topology, with_step("decentralized_gradient_descent"), 40);
    const Matrix mixing = metropolis(w.experiment->topology.graph);
    Matrix x = w.experiment->initial;
    for (int k = 0; k < 40; ++k) x = (mixing * x - alpha * gradients(x)).eval();
    CHECK(worst(w.iterates(), x) < 1e-12);
  }
}

TEST_CASE("master-worker, minibatch and ring all-reduce gradient descent equal x ← x − α mean ∇f_i(x) to 1e-12") {
  // A round of the first: ½ s there, 1 s of compute, ½ s back; of the second: 1 s of compute, 2·4 hops of ½ s.
  for (const auto& [kind, round] : {std::pair{"master_worker_gradient_descent", 2.0}, {"minibatch_sgd", 2.0}, {"all_reduce_gradient_descent", 5.0}}) {
    const auto w = run("ring", with_step(kind), 30 * round + 0.25);
    Vector x = w.experiment->initial.colwise().mean();
    for (int k = 0; k < 30; ++k) x -= alpha * gradients(x.transpose().replicate(5, 1)).colwise().mean().transpose();
    const auto& world = *w.experiment->world;
    const auto estimate = world.program(static_cast<AgentId>(world.programs() - 1)).iterate();
    CHECK(worst(ConstVectorView(estimate.data(), 3).transpose(), x.transpose()) < 1e-12);
    CHECK(w.trace.counts.gradients >= 150);
  }
}

TEST_CASE("asynchronous, Rennala and Ringmaster SGD equal their recursions to 1e-12 with workers of 1 to 3 s, delays counted by hand") {
  const std::vector<double> seconds{1, 1.25, 1.5, 2, 3};
  std::string laws;
  std::vector<double> periods;
  for (std::size_t i = 0; i < 5; ++i) {
    laws += fmt::format(R"({}{{"agents": [{}], "time": {}}})", i ? "," : "", i, seconds[i]);
    periods.push_back(seconds[i] + 2 * 0.5);
  }
  const auto run_server = [&](const std::string& method) {
    return walk(fmt::format(R"({{
      "topology": {{"kind": "ring", "agents": 5}},
      "problem": {{"kind": "quadratic", "curvatures": {}, "centres": {},
                   "initial": {{"kind": "normal", "per_agent": true}}}},
      "algorithm": {},
      "compute": {{"time": 1, "agents": [{}]}}, "network": {{"latency": 0.5}},
      "stop": {{"virtual_time": 60}}}})",
                            json(curvatures()), json(centres()), method, laws));
  };
  const auto arrivals = test::server_arrivals(periods, 60);
  const test::LocalGradient gradient = [](AgentId i, const Vector& x) -> Vector {
    return gradients(x.transpose().replicate(5, 1)).row(i).transpose();
  };
  const auto check = [&](const std::string& method, const auto& reference) {
    INFO(method);
    const auto w = run_server(method);
    const Vector start = w.experiment->initial.colwise().mean();
    const test::ServerRun expected = reference(start);
    const auto estimate = w.experiment->world->program(5).iterate();
    CHECK(worst(ConstVectorView(estimate.data(), 3).transpose(), expected.models.back().transpose()) < 1e-12);
    REQUIRE(w.trace.server);
    CHECK(w.trace.server->updates == expected.updates());
    CHECK(w.trace.server->delay_sum == expected.delay_sum);
    CHECK(w.trace.server->dropped == expected.dropped);
    CHECK(w.trace.staleness.count() == expected.applied);
    CHECK(w.trace.staleness.max() == expected.delay_max);
    CHECK(expected.updates() > 10);
    const auto summary = report::summary(*w.experiment, w.trace, {});
    CHECK(summary["server"]["updates"] == expected.updates());
    CHECK(summary["server"]["delay"]["mean"] == w.trace.staleness.mean());
    CHECK(summary["server"]["concurrency"]["max"] == 5);
    CHECK(summary["staleness"]["messages"] == expected.applied);
  };
  check(R"({"kind": "asynchronous_sgd", "step_size": 0.05, "rule": "delay_adaptive"})", [&](const Vector& start) {
    return test::first_come_run(arrivals, 5, start, gradient, [](auto, auto delay) {
      return std::optional(delay <= 5 ? 0.05 : 0.05 * 5 / static_cast<double>(delay));
    });
  });
  check(R"({"kind": "ringmaster_asgd", "step_size": 0.05, "threshold": 5})", [&](const Vector& start) {
    return test::first_come_run(arrivals, 5, start, gradient,
                                [](auto, auto delay) { return delay < 5 ? std::optional(0.05) : std::nullopt; });
  });
  check(R"({"kind": "rennala_sgd", "step_size": 0.1, "batch": 3})", [&](const Vector& start) {
    return test::rennala_run(arrivals, 5, start, gradient, [](auto) { return 0.1; }, 3);
  });
}

TEST_CASE("E1/T2: gradient-push with P = [[.7,.3],[.3,.7]], α = .05 stops at z = (−1/7, −2/7), x̄ = −3/14, not at −1/4") {
  const auto w = walk(R"({
    "topology": {"kind": "complete", "agents": 2, "mixing": "laplacian", "laplacian_scale": 0.3},
    "problem": {"kind": "quadratic", "curvatures": [[1], [3]], "centres": [[2], [-1]]},
    "algorithm": {"kind": "gradient_push", "step_size": 0.05},
    "compute": {"time": 1}, "stop": {"updates": 4000}})");
  CHECK(w.iterates()(0, 0) == Approx(-1.0 / 7).epsilon(1e-12));
  CHECK(w.iterates()(1, 0) == Approx(-2.0 / 7).epsilon(1e-12));
  CHECK(w.experiment->reference->minimiser[0] == Approx(-0.25).epsilon(1e-12));
  CHECK(w.trace.final.at("distance") == Approx(0.25 - 3.0 / 14).epsilon(1e-9));
}

TEST_CASE("T1: with P = ½ everywhere x̄ − x* shrinks by exactly 1 − α(a_1 + a_2)/2 a round, without bias") {
  const auto w = walk(R"({
    "topology": {"kind": "complete", "agents": 2},
    "problem": {"kind": "quadratic", "curvatures": [[1], [3]], "centres": [[2], [-1]]},
    "algorithm": {"kind": "gradient_push", "step_size": 0.05},
    "compute": {"time": 1}, "stop": {"virtual_time": 10}, "record": {"every": {"virtual_time": 1}, "metrics": ["distance"]}})");
  REQUIRE(w.trace.records.size() == 11);
  for (std::size_t k = 0; k <= 10; ++k)
    CHECK(w.trace.records[k].values[0] == Approx(0.25 * std::pow(1 - 0.05 * 2, k)).epsilon(1e-12));
}

TEST_CASE("E2: two agents at rates 2:1 and f = ½(x∓1)² approach x̄ = 1/3 as α → 0, and the rate bias says so") {
  const auto at = [](double step) {
    return walk(fmt::format(R"({{
      "topology": {{"kind": "complete", "agents": 2}},
      "problem": {{"kind": "quadratic", "curvatures": [[1], [1]], "centres": [[1], [-1]]}},
      "algorithm": {{"kind": "asynchronous_gradient_push", "step_size": {}}},
      "compute": {{"time": 1, "stragglers": [{{"agents": [1], "factor": 2}}]}}, "network": {{"latency": 0.25}},
      "stop": {{"virtual_time": {}}}}})",
                            step, 60 / step));
  };
  // x̄ counts mass in flight; the mean of the z_i differs from it by O(α).
  double previous = 1;
  for (double step : {0.1, 0.01, 0.001}) {
    const auto w = at(step);
    const double error = std::abs(w.iterates().mean() - 1.0 / 3);
    CHECK(error < 1.5 * step);
    CHECK(error < previous / 5);
    previous = error;
    CHECK(*w.trace.rate_bias_expected == Approx(1.0 / 3).epsilon(1e-9));
    CHECK(*w.trace.rate_bias_measured == Approx(1.0 / 3).epsilon(0.05));
  }
}

TEST_CASE("T3: five agents with periods 1, 2, 3, 4, 1 approach the minimiser weighted by their rates, linearly in α") {
  const auto at = [](double step) {
    return walk(fmt::format(R"({{
      "topology": {{"kind": "exponential", "agents": 5}},
      "problem": {{"kind": "quadratic", "curvatures": [[1], [2], [0.5], [1], [3]], "centres": [[1], [-1], [2], [0], [1]]}},
      "algorithm": {{"kind": "asynchronous_gradient_push", "step_size": {}}},
      "compute": {{"time": 1, "stragglers": [{{"agents": [1], "factor": 2}}, {{"agents": [2], "factor": 3}},
                                              {{"agents": [3], "factor": 4}}]}},
      "network": {{"latency": 0.3}}, "stop": {{"virtual_time": {}}}}})",
                            step, 60 / step));
  };
  // r ∝ (1, ½, ⅓, ¼, 1): x*_r = Σ r a b / Σ r a.
  const double r[] = {1, 0.5, 1.0 / 3, 0.25, 1}, a[] = {1, 2, 0.5, 1, 3}, b[] = {1, -1, 2, 0, 1};
  double top = 0, bottom = 0, plain_top = 0, plain_bottom = 0;
  for (int i = 0; i < 5; ++i) {
    top += r[i] * a[i] * b[i];
    bottom += r[i] * a[i];
    plain_top += a[i] * b[i];
    plain_bottom += a[i];
  }
  const double weighted = top / bottom, plain = plain_top / plain_bottom;
  double previous = 0;
  for (double step : {0.02, 0.005, 0.00125}) {
    const auto w = at(step);
    const double error = std::abs(w.iterates().mean() - weighted);
    if (previous > 0) CHECK(error / previous == Approx(0.25).epsilon(0.2));
    previous = error;
    CHECK(*w.trace.rate_bias_expected == Approx(std::abs(weighted - plain)).epsilon(1e-9));
  }
}

TEST_CASE("known rates remove the bias: the same five agents approach x* itself") {
  const auto w = walk(R"({
      "topology": {"kind": "exponential", "agents": 5},
      "problem": {"kind": "quadratic", "curvatures": [[1], [2], [0.5], [1], [3]], "centres": [[1], [-1], [2], [0], [1]]},
      "algorithm": {"kind": "asynchronous_gradient_push", "step_size": 0.002, "known_rates": true},
      "compute": {"time": 1, "stragglers": [{"agents": [1], "factor": 2}, {"agents": [2], "factor": 3},
                                             {"agents": [3], "factor": 4}]},
      "network": {"latency": 0.3}, "stop": {"virtual_time": 20000}})");
  CHECK(*w.trace.rate_bias_expected == 0);
  CHECK(*w.trace.rate_bias_measured < 1e-3);
  CHECK(w.trace.final.at("distance") < 0.02);
}

TEST_CASE("max_lead makes the rates of periods 1 and 2 equal: no bias is expected of compute times, next to none measured") {
  const auto with = [](const std::string& more) {
    return walk(R"({
      "topology": {"kind": "complete", "agents": 2},
      "problem": {"kind": "quadratic", "curvatures": [[1], [1]], "centres": [[1], [-1]]},
      "algorithm": {"kind": "asynchronous_gradient_push", "step_size": 0.01)" + more + R"(},
      "compute": {"time": 1, "stragglers": [{"agents": [1], "factor": 2}]}, "network": {"latency": 0.25},
      "stop": {"virtual_time": 6000}})");
  };
  const auto free = with("");
  CHECK(*free.trace.rate_bias_expected == Approx(1.0 / 3).epsilon(1e-9));
  const auto led = with(R"(, "max_lead": 3)");
  CHECK(!led.trace.rate_bias_expected);
  CHECK(*led.trace.rate_bias_measured < 1e-3);  // 3 activations of 3,000 ahead
  CHECK(report::summary(*led.experiment, led.trace, {})["rate_bias"]["expected"].is_null());
  CHECK(led.trace.steps[0] - led.trace.steps[1] <= 3);
  CHECK(std::abs(led.iterates().mean()) < 0.05);
}

TEST_CASE("T4: push-sum averages under exponential delays; a lost message shows in the balance of mass") {
  const std::string scenario = R"({
      "topology": {"kind": "exponential", "agents": 12},
      "problem": {"kind": "quadratic", "dimension": 2},
      "algorithm": {"kind": "push_sum"},
      "compute": {"time": {"kind": "exponential", "mean": 1}},
      "network": {"latency": {"kind": "exponential", "mean": 3}, "loss": LOSS},
      "stop": {"virtual_time": 600}})";
  const auto with_loss = [&](const std::string& loss) {
    std::string text = scenario;
    return walk(text.replace(text.find("LOSS"), 4, loss));
  };
  const auto sound = with_loss("0");
  CHECK(sound.trace.final.at("distance_worst") < 1e-12);
  CHECK(sound.trace.final.at("mass_error") < 1e-14);
  const auto lossy = with_loss("0.001");
  CHECK(lossy.trace.counts.lost > 0);
  CHECK(lossy.trace.final.at("mass_error") > 1e-4);
}
