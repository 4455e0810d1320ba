// What holds for every algorithm: no allocation in steady state, the memory it states, a state that is
// complete.
#include "core/base/random.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/algorithm/quadratics.hpp"
#include "tests/unit/algorithm/tick_world.hpp"

using namespace taubar;
using namespace taubar::test;

namespace {

struct Method {
  const char* name;
  std::function<algorithm::Programs(const algorithm::Inputs&, const Matrix& mixing)> build;
};

/// A population of 4 particles a host on one quadratic for all agents.
algorithm::Programs population(const algorithm::Inputs& in, const std::function<void(algorithm::LangevinPopulationOptions&)>& set) {
  static const SharedQuadratic three(5, Vector::LinSpaced(3, 0.5, 1.5)), twenty(64, Vector::LinSpaced(20, 0.5, 1.5));
  const auto& problem = in.initial.cols() == 3 ? three : twenty;
  algorithm::LangevinPopulationOptions options;
  options.particles = 4;
  options.every = 3;
  options.draws.keep = 10;
  set(options);
  return algorithm::build_langevin_population({problem, in.gradient, in.graph, in.mixing, 0, in.initial, in.seed, {}}, step(0.2), step(1),
                                              options);
}

const std::vector<Method>& methods() {
  using Population = algorithm::LangevinPopulationOptions;
  static const auto column = [](const algorithm::Inputs& inputs, const Matrix& p) {
    return weights_of<topology::ColumnStochastic>(p, inputs.graph);
  };
  static const std::vector<Method> all = {
      {"all_reduce_gradient_descent",
       [](const auto& in, const Matrix&) {
         return algorithm::build_all_reduce_gradient_descent(in, step(0.1));
       }},
      {"asynchronous_gradient_push",
       [](const auto& in, const Matrix& p) {
         return algorithm::build_asynchronous_gradient_push(in, column(in, p), step(0.05), {});
       }},
      {"asynchronous_gradient_push with max_lead and max_silence",
       [](const auto& in, const Matrix& p) {
         algorithm::AsynchronousGradientPushOptions options;
         options.max_lead = 6;
         options.max_silence = 9;
         return algorithm::build_asynchronous_gradient_push(in, column(in, p), step(0.05), options);
       }},
      {"asynchronous_sgd",
       [](const auto& in, const Matrix&) {
         return algorithm::build_asynchronous_sgd(in, step(0.02), {});
       }},
      {"decentralized_gradient_descent",
       [](const auto& in, const Matrix& p) {
         return algorithm::build_decentralized_gradient_descent(
             in, weights_of<topology::DoublyStochastic>(p, in.graph), step(0.1));
       }},
      {"delayed_langevin",
       [](const auto& in, const Matrix&) {
         return algorithm::build_delayed_langevin(in, step(0.02), step(1), {});
       }},
      {"elastic_averaging_sgd",
       [](const auto& in, const Matrix&) {
         return algorithm::build_elastic_averaging_sgd(in, step(0.1), {0.1, 1, false});
       }},
      {"elastic_averaging_sgd in rounds of 3 steps",
       [](const auto& in, const Matrix&) {
         return algorithm::build_elastic_averaging_sgd(in, step(0.1), {0.1, 3, true});
       }},
      {"extra_push",
       [](const auto& in, const Matrix& p) {
         return algorithm::build_extra_push(in, column(in, p), step(0.05));
       }},
      {"gradient_push",
       [](const auto& in, const Matrix& p) {
         return algorithm::build_gradient_push(in, column(in, p), step(0.1));
       }},
      {"langevin_population",
       [](const auto& in, const Matrix&) { return algorithm::build_langevin_population(in, step(0.2), step(1), {}); }},
      {"langevin_population, metropolis_adjusted, with replica exchange",
       [](const auto& in, const Matrix&) {
         return population(in, [](Population& o) {
           o.dynamics = Population::Dynamics::metropolis_adjusted;
           o.exchange = Population::Exchange::replica_exchange;
           o.hottest = 4;
         });
       }},
      {"langevin_population, underdamped, with replica exchange whose values are worked out when they are needed",
       [](const auto& in, const Matrix&) {
         return population(in, [](Population& o) {
           o.dynamics = Population::Dynamics::underdamped;
           o.exchange = Population::Exchange::replica_exchange;
           o.hottest = 4;
         });
       }},
      {"langevin_population, preconditioned, that resamples, adapts and is kept apart",
       [](const auto& in, const Matrix&) {
         return population(in, [](Population& o) {
           o.dynamics = Population::Dynamics::preconditioned;
           o.exchange = Population::Exchange::resample;
           o.adaptation = {0.5, 2, 0, 1.5};
           o.diversity = {1, 0.5};
         });
       }},
      {"langevin_population that sends its best particle when it has found a better one",
       [](const auto& in, const Matrix&) {
         return population(in, [](Population& o) {
           o.exchange = Population::Exchange::best;
           o.on_improvement = true;
         });
       }},
      {"master_worker_gradient_descent",
       [](const auto& in, const Matrix&) {
         return algorithm::build_master_worker_gradient_descent(in, step(0.1));
       }},
      {"minibatch_sgd",
       [](const auto& in, const Matrix&) { return algorithm::build_minibatch_sgd(in, step(0.1), 1); }},
      {"minibatch_sgd with batch 3",
       [](const auto& in, const Matrix&) { return algorithm::build_minibatch_sgd(in, step(0.1), 3); }},
      {"push_diging",
       [](const auto& in, const Matrix& p) {
         return algorithm::build_push_diging(in, column(in, p), step(0.05));
       }},
      {"push_sum",
       [](const auto& in, const Matrix& p) { return algorithm::build_push_sum(in, column(in, p)); }},
      {"rennala_sgd",
       [](const auto& in, const Matrix&) { return algorithm::build_rennala_sgd(in, step(0.1), 3); }},
      {"ringmaster_asgd",
       [](const auto& in, const Matrix&) { return algorithm::build_ringmaster_asgd(in, step(0.02), 4); }},
      {"robust_asynchronous_gradient_push",
       [](const auto& in, const Matrix& p) {
         return algorithm::build_robust_asynchronous_gradient_push(in, column(in, p), step(0.05), {});
       }},
      {"robust_asynchronous_gradient_push with ticks of 1 s",
       [](const auto& in, const Matrix& p) {
         return algorithm::build_robust_asynchronous_gradient_push(in, column(in, p), step(0.05),
                                                                   {1e-5, from_seconds(1)});
       }},
      {"stochastic_gradient_push",
       [](const auto& in, const Matrix& p) {
         return algorithm::build_stochastic_gradient_push(in, column(in, p), step(0.1), 0);
       }},
      {"stochastic_gradient_push with overlap 2",
       [](const auto& in, const Matrix& p) {
         return algorithm::build_stochastic_gradient_push(in, column(in, p), step(0.1), 2);
       }},
      {"token_sgd",
       [](const auto& in, const Matrix&) { return algorithm::build_token_sgd(in, step(0.1), {}); }},
      {"token_sgd with Adam on a self-repellent walk",
       [](const auto& in, const Matrix&) {
         algorithm::TokenSgdOptions options;
         options.walk.alpha = 2;
         options.walk.history_power = 0.6;
         options.optimizer = algorithm::TokenSgdOptions::Optimizer::adam;
         return algorithm::build_token_sgd(in, step(0.05), options);
       }},
      {"token_sgd with 3 tokens that share the visits kept by agents",
       [](const auto& in, const Matrix&) {
         algorithm::TokenSgdOptions options;
         options.walk.alpha = 2;
         options.walk.history_power = 0.6;
         options.tokens = 3;
         options.history = algorithm::TokenSgdOptions::History::shared;
         options.visit_counts = algorithm::TokenSgdOptions::VisitCounts::kept;
         return algorithm::build_token_sgd(in, step(0.05), options);
       }},
      {"token_sgd with 2 tokens of heavy ball and a recovery that fears too soon",
       [](const auto& in, const Matrix&) {
         algorithm::TokenSgdOptions options;
         options.walk.alpha = 2;
         options.optimizer = algorithm::TokenSgdOptions::Optimizer::heavy_ball;
         options.tokens = 2;
         options.regenerate_after = from_seconds(5);
         return algorithm::build_token_sgd(in, step(0.05), options);
       }},
  };
  return all;
}

void vary_times(TickWorld& world, Stream& random) {
  world.compute_ticks = [&random](AgentId i) {
    return 1 + static_cast<std::int64_t>(random.below(2 + i % 4));
  };
  world.latency_ticks = [&random](const SentMessage&) {
    return 1 + static_cast<std::int64_t>(random.below(3));
  };
}

/// A state as flat lists: taken from a program, or given to one.
class Saved final : public agent::StateVisitor {
 public:
  void reals(std::span<double> values) override {
    if (!restoring_) return void(reals_.insert(reals_.end(), values.begin(), values.end()));
    for (double& value : values) value = reals_.at(next_real_++);
  }
  void integer(std::int64_t& value) override {
    if (restoring_)
      value = integers_.at(next_integer_++);
    else
      integers_.push_back(value);
  }
  void restore() { restoring_ = true; }
  bool used_up() const { return next_real_ == reals_.size() && next_integer_ == integers_.size(); }
  bool operator==(const Saved& other) const { return reals_ == other.reals_ && integers_ == other.integers_; }

 private:
  bool restoring_ = false;
  std::vector<double> reals_;
  std::vector<std::int64_t> integers_;
  std::size_t next_real_ = 0, next_integer_ = 0;
};

}  // namespace

TEST_CASE("no algorithm allocates in 2,000 ticks after 2,000 ticks of warm-up") {
  const auto problem = five_quadratics();
  const Matrix start = five_starts(), w = undirected_metropolis();
  const auto graph = graph_of(w, false);
  for (const auto& method : methods()) {
    CAPTURE(method.name);
    Stream random(1, Purpose::test);
    TickWorld world(method.build(inputs_of(problem, graph, start), w), graph);
    vary_times(world, random);
    world.run_until(2000);
    const std::size_t before = allocations();
    world.run_until(4000);
    CHECK(allocations() == before);
    CHECK(world.trajectory[0].size() > 100);
  }
}

TEST_CASE("expected_bytes_per_agent is at least what 64 agents with d = 20 take, and at most 3 times that") {
  Stream random(2, Purpose::test);
  const int n = 64, d = 20;
  Matrix w = Matrix::Identity(n, n) / 5;  // a ring in which each agent knows the 2 agents on either side
  for (int i = 0; i < n; ++i)
    for (const int hop : {1, 2}) w((i + hop) % n, i) = w(i, (i + hop) % n) = 0.2;
  const auto graph = graph_of(w, false);
  const Quadratics problem(Matrix::Constant(n, d, 1.0), Matrix::Constant(n, d, 0.5));
  const Matrix start = Matrix::Zero(n, d);
  for (const auto& method : methods()) {
    const auto spec = algorithm::algorithms().make(method.name);
    if (!spec) continue;
    CAPTURE(method.name);
    algorithm::Programs programs;
    const auto inputs = inputs_of(problem, graph, start);
    const std::size_t before = live_bytes();
    {
      const Counting on(true);
      programs = method.build(inputs, w);
    }
    // The mixing matrix belongs to the topology's share of the estimate: 5 weights an agent.
    const std::string_view name(method.name);
    const bool mixes = name.find("push") != std::string_view::npos || name.find("decentralized") == 0;
    TickWorld world(std::move(programs), graph);
    vary_times(world, random);
    world.run_until(600);
    const double measured =
        static_cast<double>(live_bytes() - before - (mixes ? 8 * graph.links() + 8 * n : 0)) / n;
    const double expected = spec->expected_bytes_per_agent({n, 4, d, false});
    CAPTURE(measured, expected);
    CHECK(measured <= expected + 16);  // what belongs to the run, not to an agent
    CHECK(measured >= expected / 3);
    CHECK(spec->expected_bytes_per_agent({n, 0, 0, false}) <= 700);
  }
}

TEST_CASE("gradient-push on directed graphs with rare long steps stays within its estimate, and above what 4 rounds would take") {
  const int n = 64, d = 20;
  Matrix p = Matrix::Identity(n, n) / 7;  // exponential digraph: links of 1, 2, 4, … 32 places
  for (int i = 0; i < n; ++i)
    for (int hop = 1; hop < n; hop *= 2) p((i + hop) % n, i) = 1.0 / 7;
  const auto graph = graph_of(p, true);
  const Quadratics problem(Matrix::Constant(n, d, 1.0), Matrix::Constant(n, d, 0.5));
  const Matrix start = Matrix::Zero(n, d);
  const std::size_t before = live_bytes();
  algorithm::Programs programs;
  {
    const Counting on(true);
    programs = algorithm::build_gradient_push(inputs_of(problem, graph, start),
                                              weights_of<topology::ColumnStochastic>(p, graph), step(0.1));
  }
  TickWorld world(std::move(programs), graph);
  Stream random(4, Purpose::test);
  world.compute_ticks = [&random](AgentId) { return random.below(500) == 0 ? 200 : 2; };
  world.run_until(20'000);
  const double measured = static_cast<double>(live_bytes() - before) / n;
  const auto spec = algorithm::algorithms().make("gradient_push");
  CHECK(measured <= spec->expected_bytes_per_agent({n, 6, d, true}) + 64);
  CHECK(measured >= spec->expected_bytes_per_agent({n, 6, d, false}) + 2 * 6 * 8 * (d + 1));
}

TEST_CASE("a program that takes over another's state, at each of 40 instants, goes on with the same bits") {
  const auto problem = five_quadratics();
  const Matrix start = five_starts(), w = undirected_metropolis();
  const auto graph = graph_of(w, false);
  const auto inputs = inputs_of(problem, graph, start);
  for (const auto& method : methods()) {
    CAPTURE(method.name);
    for (std::int64_t instant = 3; instant < 43; ++instant) {
      Stream one(3, Purpose::test), other(3, Purpose::test);
      TickWorld straight(method.build(inputs, w), graph), changed(method.build(inputs, w), graph);
      vary_times(straight, one);
      vary_times(changed, other);
      straight.run_until(120);
      changed.run_until(instant);
      auto heirs = method.build(inputs, w);
      for (AgentId i = 0; i < heirs.size(); ++i) {
        Saved saved, again;
        changed.program(i).state(saved);
        saved.restore();
        heirs[i]->state(saved);
        REQUIRE(saved.used_up());
        heirs[i]->state(again);
        REQUIRE(again == saved);
      }
      changed.replace(std::move(heirs));
      changed.run_until(120);
      REQUIRE(changed.trajectory == straight.trajectory);
    }
  }
}

TEST_CASE("a state is the same whether a pending gradient has been computed or not") {
  const auto problem = five_quadratics();
  const Matrix start = five_starts(), w = undirected_metropolis();
  const auto graph = graph_of(w, false);
  const auto inputs = inputs_of(problem, graph, start);
  for (const auto& method : methods()) {
    CAPTURE(method.name);
    TickWorld late(method.build(inputs, w), graph), early(method.build(inputs, w), graph);
    for (AgentId i = 0; i < 5; ++i) early.runtime(i).compute_at_begin = true;
    for (std::int64_t tick = 0; tick < 40; ++tick) {
      late.run_until(tick);
      early.run_until(tick);
      for (AgentId i = 0; i < 5; ++i) {
        Saved of_late, of_early;
        late.program(i).state(of_late);
        early.program(i).state(of_early);
        REQUIRE(of_late == of_early);
      }
    }
  }
}
