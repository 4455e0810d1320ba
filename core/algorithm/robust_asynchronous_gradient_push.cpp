// Robust asynchronous stochastic gradient-push (RASGP): nobody waits for anybody, and lost messages lose
// nothing.
//
// x_i, z_i ∈ R^d, z_i(0) = x_i = x_i(0); y_i > 0 starts at 1; p_ji > 0 with Σ_j p_ji = 1 (p_ii included);
// σ_ji and ρ_ij, the totals sent and accepted on each link, start at 0 (running_sums.hpp). An activation of
// agent i is:
//   x_i ← x_i − β_i ∇f_i(z_i)              at the z_i of the end of the previous activation; ∇f_i may be an
//   estimate if earlier sends have left:
//       if y_i >= weight_floor:  σ_ji ← σ_ji + p_ji (x_i, y_i),  the agent keeps the rest
//       send σ_ji to each out-neighbour j          (below the floor too: it may make up for what was lost)
//   for every newer total σ in the inbox, from j:  (x_i, y_i) ← (x_i, y_i) + σ − ρ_ij,  ρ_ij ← σ
//   z_i ← x_i / y_i
//
// The step. In the paper β_i = Σ α(t) over the ticks t since agent i's last activation, a tick being an event
// anywhere: what no agent can count. Here a tick is either of two things that it can:
//   without `tick`  an own activation: β_i = α(k), k = 0, 1, … its own count. Where rates differ, so do the
//   agents'
//                   weights in the limit, as in asynchronous gradient-push (theory.md 1.5e).
//   with `tick`     so much time on the agent's clock: β_i = Σ_{κ <= t < K} α(t), K the ticks that are over,
//   κ those that
//                   were at its last activation. The agents' steps then add up alike whatever their rates: no
//                   bias. An activation within one tick takes no step: a tick is best the shortest step of
//                   any agent, or less.
//
// The paper's F is Σ f_i and its step n/(μ_Σ (k+1)), μ_Σ the strong convexity of that sum. Ours is F = (1/n)
// Σ f_i with μ = μ_Σ/n, so the same step is 1/(μ (k+1)): {"kind": "polynomial", "initial": 1/μ, "power": 1,
// "offset": 1}.
//
// Source: Spiridonoff, Olshevsky, Paschalidis, "Robust asynchronous stochastic gradient-push: asymptotically
// optimal and network-independent performance for strongly convex functions", JMLR 21(58), 2020, with the
// order of operations of the authors' program (theory.md 2.2, 2.3).
#include "core/algorithm/builders.hpp"
#include "core/algorithm/neighbours.hpp"
#include "core/algorithm/push_shares.hpp"
#include "core/algorithm/running_sums.hpp"
#include "core/base/error.hpp"
#include "core/config/fields.hpp"

namespace taubar::algorithm {
namespace {

using Options = RobustAsynchronousGradientPushOptions;

class RobustAsynchronousGradientPush final : public agent::AgentProgram {
 public:
  /// What all agents of a run share.
  struct Setup {
    topology::ColumnStochastic weights;
    StepSize step_size;
    Options options;
  };

  RobustAsynchronousGradientPush(std::shared_ptr<const Setup> setup, const Inputs& inputs, AgentId i)
      : setup_(std::move(setup)),
        gradient_(inputs.problem, i, inputs.gradient, inputs.seed),
        vectors_(3, inputs.initial.cols()),
        sums_(inputs.graph, setup_->weights, i, inputs.initial.row(i).transpose()) {
    z() = sums_.x();
  }

  void on_start(agent::Runtime& runtime) override { runtime.begin_compute(gradient_.samples()); }
  void compute() override { gradient_(z(), g()); }

  void on_compute_done(agent::Runtime& runtime) override {
    // x ← x − β ∇f(z)
    g() *= -step(runtime.now());
    sums_.x() += g();
    perturbation() += g();
    // Split off the shares and send the totals, unless earlier sends are still here.
    if (runtime.sends_have_left()) {
      if (sums_.weight() >= setup_->options.weight_floor) sums_.split();
      sums_.send(runtime);
    }
    // Accept the newer totals.
    for (const auto& message : runtime.take_inbox())
      sums_.accept(place_of(message.from, runtime.in_neighbours()), message);
    // z ← x / y
    z() = sums_.x() / sums_.weight();
    runtime.begin_compute(gradient_.samples());
  }

  void on_message(agent::Runtime&, const agent::Message&) override {
    check(false, "an agent of robust asynchronous gradient-push is never idle");
  }

  std::span<const double> iterate() const override { return vectors_.span(0); }
  /// The gradient is not state: it follows from z, and the position of its stream from the count.
  void state(agent::StateVisitor& visitor) override {
    visitor.reals(vectors_.span(0));
    visitor.reals(vectors_.span(2));
    visitor.integer(ticks_);
    sums_.state(visitor);
  }
  std::optional<agent::PushMass> push_mass() const override { return sums_.mass(vectors_.span(2)); }

 private:
  /// β; the ticks that are over by now are then used.
  double step(Time now) {
    const auto& tick = setup_->options.tick;
    const std::int64_t over = tick ? now / *tick : ticks_ + 1;
    double sum = 0;
    for (; ticks_ < over; ++ticks_) sum += setup_->step_size->at(ticks_);
    return sum;
  }

  VectorView z() { return vectors_[0]; }
  VectorView g() { return vectors_[1]; }
  VectorView perturbation() { return vectors_[2]; }

  std::shared_ptr<const Setup> setup_;
  problem::GradientOracle gradient_;
  VectorStack vectors_;     ///< z, gradient, perturbation Σ −β ∇f
  RunningSums sums_;        ///< x and y
  std::int64_t ticks_ = 0;  ///< κ; without `tick` the count of activations
};

struct RobustAsynchronousGradientPushSpec final : AlgorithmSpec {
  config::Choice<ScheduleSpec> step_size;
  double weight_floor = Options{}.weight_floor;
  std::optional<double> tick;  ///< seconds

  void fields(config::Fields& f) override {
    f.choice("step_size", step_size, schedules(),
             "α(t) over ticks t = 0, 1, …: the agent's own activations, or spans of time (see tick)",
             config::required);
    f.real("weight_floor", weight_floor, config::between(0, 1),
           "an agent whose push-sum weight is below this splits nothing off, and sends its totals again; 0: "
           "always "
           "splits");
    f.measure("tick", tick, config::Unit::duration, config::at_least(1e-9),
              "an agent's step is the sum of α over the ticks of this length since its last activation: no "
              "bias from "
              "unequal rates; at most the shortest step; absent: an activation is a tick");
  }
  Programs build(const Inputs& inputs) const override {
    Options options;
    options.weight_floor = weight_floor;
    if (tick) options.tick = from_seconds(*tick);
    return build_robust_asynchronous_gradient_push(
        inputs, column_stochastic(inputs.graph, inputs.mixing, inputs.laplacian_scale), step_size.spec,
        options);
  }
  bool push() const override { return true; }
  bool asynchronous() const override { return true; }
  bool running_sums() const override { return true; }
  bool never_idles() const override { return true; }
  bool steps_by_time() const override { return tick.has_value(); }
  std::optional<double> step(std::int64_t k) const override {
    return tick ? std::nullopt : std::optional(step_size->at(k));
  }
  double expected_bytes_per_agent(const Scale& scale) const override {
    return sizeof(RobustAsynchronousGradientPush) + sizeof(void*) + 8 * 3 * scale.dimension +
           RunningSums::expected_bytes(scale.degree, scale.dimension) + 5 * allocation_overhead;
  }
};

}  // namespace

Programs build_robust_asynchronous_gradient_push(const Inputs& inputs, topology::ColumnStochastic weights,
                                                 StepSize step_size, const Options& options) {
  require_own_shares(weights, "robust_asynchronous_gradient_push");
  using Setup = RobustAsynchronousGradientPush::Setup;
  const auto setup = std::make_shared<const Setup>(Setup{std::move(weights), std::move(step_size), options});
  return one_program_an_agent(
      inputs, [&](AgentId i) { return std::make_unique<RobustAsynchronousGradientPush>(setup, inputs, i); });
}

extern const config::Entry<AlgorithmSpec> robust_asynchronous_gradient_push;
const config::Entry<AlgorithmSpec> robust_asynchronous_gradient_push{
    "robust_asynchronous_gradient_push",
    "asynchronous gradient-push whose messages carry running sums: later ones make up for lost ones",
    "Spiridonoff, Olshevsky, Paschalidis, Robust asynchronous stochastic gradient-push, JMLR 21(58), 2020",
    R"({"kind": "robust_asynchronous_gradient_push", "step_size": 0.1})",
    []() -> std::shared_ptr<AlgorithmSpec> {
      return std::make_shared<RobustAsynchronousGradientPushSpec>();
    }};

}  // namespace taubar::algorithm
