// Elastic averaging SGD against its recursion, exchange by exchange, and what late, lost and second messages do to it.
#include <algorithm>
#include <tuple>

#include "core/base/random.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/algorithm/quadratics.hpp"
#include "tests/unit/algorithm/tick_world.hpp"

using namespace taubar;
using namespace taubar::test;

namespace {

constexpr agent::MessageKind force = 5;

struct FiveTied {
  Quadratics problem = five_quadratics();
  Matrix start = five_starts();
  topology::Digraph graph = topology::Digraph::from_links(5, {}, true);
  algorithm::Inputs inputs() const { return inputs_of(problem, graph, start); }
};

/// Worker i's exchanges as times alone say: asked at e P_i, answered L_i ticks later, its force added after 2 L_i more, with
/// P_i = 2 L_i + period c_i. Up to and with `until`; the centre, and how many forces were added.
struct Reference {
  Vector centre;
  std::int64_t forces = 0, longest_delay = 0;
};
Reference tied_recursion(const FiveTied& five, const std::vector<std::int64_t>& latency, const std::vector<std::int64_t>& compute,
                    const algorithm::StepSize& eta, double alpha, std::int64_t period, std::int64_t until) {
  struct Event {
    std::int64_t time;
    AgentId worker;
    bool adds;
  };
  std::vector<Event> events;
  for (AgentId i = 0; i < 5; ++i) {
    const std::int64_t cycle = 2 * latency[i] + period * compute[i];
    for (std::int64_t begin = 0; begin <= until; begin += cycle) {
      events.push_back({begin + latency[i], i, false});
      events.push_back({begin + 3 * latency[i], i, true});
    }
  }
  std::stable_sort(events.begin(), events.end(),
                   [](const Event& a, const Event& b) { return std::tie(a.time, a.worker) < std::tie(b.time, b.worker); });
  Reference r{five.start.colwise().mean()};
  Matrix x = five.start, s = Matrix::Zero(5, 3);
  std::vector<std::int64_t> steps(5, 0), version(5, 0);
  for (const auto& [time, i, adds] : events) {
    if (time > until) break;
    if (adds) {
      r.centre += s.row(i).transpose();
      r.longest_delay = std::max(r.longest_delay, r.forces - version[i]);
      ++r.forces;
      continue;
    }
    version[i] = r.forces;
    s.row(i) = alpha * (x.row(i) - r.centre.transpose());
    for (std::int64_t t = 0; t < period; ++t) {
      const Vector g = five.problem.gradients(x).row(i);
      x.row(i) -= eta->at(steps[i]++) * g.transpose();
      if (t == 0) x.row(i) -= s.row(i);
    }
  }
  return r;
}

std::unique_ptr<TickWorld> world_of(const FiveTied& five, const algorithm::StepSize& eta, const algorithm::ElasticAveragingOptions& options) {
  return std::make_unique<TickWorld>(algorithm::build_elastic_averaging_sgd(five.inputs(), eta, options), five.graph);
}

}  // namespace

TEST_CASE("asynchronous elastic averaging equals its recursion to 1e-12 over 600 ticks of 5 workers, with periods 1 and 3, messages once and twice") {
  const FiveTied five;
  const std::vector<std::int64_t> compute{1, 2, 4, 7, 18}, latency{1, 3, 2, 1, 5};
  for (const std::int64_t period : {1, 3})
    for (const int copies : {1, 2}) {
      const auto eta = copies == 1 ? step(0.2) : falling_step(0.4);
      auto world = world_of(five, eta, {0.15, period, false});
      world->copies = [&](const SentMessage&) { return copies; };
      world->compute_ticks = [&](AgentId i) { return compute[i]; };
      world->latency_ticks = [&](const SentMessage& m) { return latency[std::min(m.from, m.to)]; };
      world->run_until(600);
      const auto expected = tied_recursion(five, latency, compute, eta, 0.15, period, 600);
      CHECK(expected.forces > 100);
      CHECK(expected.longest_delay > 2);
      CHECK(world->program(5).server_figures()->updates == expected.forces);
      CHECK(world->program(5).server_figures()->applied == 0);
      CHECK(world->program(5).delays()->count() == expected.forces);
      CHECK(world->program(5).delays()->max() == expected.longest_delay);
      CHECK((world->iterate(5) - expected.centre).cwiseAbs().maxCoeff() <= 1e-12);
    }
}

TEST_CASE("asynchronous round robin of 5 workers equals the product of 5 exchange matrices to 1e-12, for 60 turns without overlap") {
  const FiveTied five;
  // The exchanges of a worker with latency L take from L to 3 L of every cycle: 1–3, 4–12, 13–39, 40–120, 121–363.
  const std::vector<std::int64_t> latency{1, 4, 13, 40, 121};
  constexpr double eta = 0.3, alpha = 0.4;
  auto world = world_of(five, step(eta), {alpha, 1, false});
  world->compute_ticks = [&](AgentId i) { return 1000 - 2 * latency[i]; };
  world->latency_ticks = [&](const SentMessage& m) { return latency[std::min(m.from, m.to)]; };
  world->run_until(60 * 1000 - 1);
  CHECK(world->program(5).delays()->max() == 0);
  CHECK(world->program(5).server_figures()->updates == 300);
  for (Eigen::Index c = 0; c < 3; ++c) {
    // z = (x̃, x_1 … x_5, 1): the centres of the f_i enter as the last column.
    Vector z(7);
    z << five.start.col(c).mean(), five.start.col(c), 1;
    const auto of_gradient = [&](AgentId i) {  // ∇f_i(x) = a x − a b
      Vector zero = Vector::Zero(3), one = Vector::Ones(3), at_zero(3), at_one(3);
      five.problem.local_gradient(i, zero, at_zero);
      five.problem.local_gradient(i, one, at_one);
      return std::pair((at_one - at_zero)[c], at_zero[c]);
    };
    for (int turn = 0; turn < 60; ++turn)
      for (AgentId i = 0; i < 5; ++i) {
        const auto [a, constant] = of_gradient(i);
        Matrix exchange = Matrix::Identity(7, 7);
        exchange(0, 0) = 1 - alpha;
        exchange(0, i + 1) = exchange(i + 1, 0) = alpha;
        exchange(i + 1, i + 1) = 1 - alpha - eta * a;
        exchange(i + 1, 6) = -eta * constant;
        z = (exchange * z).eval();
      }
    CHECK(std::abs(world->iterate(5)[c] - z[0]) <= 1e-12);
  }
}

TEST_CASE("one worker follows its recursion to 1e-12 whatever overtakes what: latencies of 1 to 30 ticks, every third message twice") {
  const Quadratics problem(Matrix::Constant(1, 2, 0.8), Matrix::Constant(1, 2, 3));
  const Matrix start = Matrix::Constant(1, 2, -1);
  const auto graph = topology::Digraph::from_links(1, {}, true);
  Stream random(5, Purpose::test);
  TickWorld world(algorithm::build_elastic_averaging_sgd(inputs_of(problem, graph, start), step(0.3), {0.25, 1, false}), graph);
  world.latency_ticks = [&](const SentMessage& m) { return (m.kind == force ? 5 : 1) + static_cast<std::int64_t>(random.below(25)); };
  world.copies = [&](const SentMessage&) { return random.below(3) == 0 ? 2 : 1; };
  world.run_until(2000);
  const auto updates = world.program(1).server_figures()->updates;
  CHECK(updates > 30);
  double x = -1, centre = -1;
  for (std::int64_t k = 0; k < updates; ++k) {
    const double s = 0.25 * (x - centre);
    centre += s;
    x -= 0.3 * 0.8 * (x - 3) + s;
  }
  CHECK(std::abs(world.iterate(1)[0] - centre) <= 1e-12);
  CHECK(centre > 2);
}

TEST_CASE("a lost force stops one worker for ever, in rounds all five") {
  const FiveTied five;
  for (const bool rounds : {false, true}) {
    auto world = world_of(five, step(0.1), {0.1, 1, rounds});
    world->copies = [](const SentMessage& m) { return m.kind == force && m.from == 2 && m.stamp == 4 ? 0 : 1; };
    world->run_until(400);
    CHECK(world->trajectory[2].size() == 5);
    CHECK((world->trajectory[1].size() == 5) == rounds);
    CHECK((world->program(5).server_figures()->updates == 4) == rounds);
  }
}
