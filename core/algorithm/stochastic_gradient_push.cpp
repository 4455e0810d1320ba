// Stochastic gradient push (SGP): rounds of gradient-push with gradient estimates, on one graph or on one
// that takes turns, and with rounds that may overlap.
//
// x_i, z_i ∈ R^d, z_i(0) = x_i = x_i(0); y_i > 0 starts at 1; P(r) is column-stochastic. Round r:
//   x_i ← x_i − α(r) ∇f_i(z_i)                           the estimate of the scenario's `gradient`
//   send (p_ji x_i, p_ji y_i) to the out-neighbours of round r, keep the own share
//   wait until round r − τ is complete;   add what has arrived of the rounds up to r
//   z_i ← x_i / y_i
// With overlap τ = 0 and a fixed graph this is gradient_push, bit by bit. With τ > 0 an agent computes while
// its last τ rounds are on their way. On a rotating topology (one_peer_exponential) P(r) sends half to one
// receiver.
//
// Source: Assran, Loizou, Ballas, Rabbat, "Stochastic gradient push for distributed deep learning", ICML
// 2019, algorithms 1 and 2 (theory.md 2.1). There the shares of one round in τ are sent; here those of every
// round.
#include "core/algorithm/builders.hpp"
#include "core/algorithm/push_rounds.hpp"
#include "core/algorithm/push_shares.hpp"
#include "core/config/fields.hpp"

namespace taubar::algorithm {
namespace {

class StochasticGradientPush final : public agent::AgentProgram {
 public:
  /// What all agents of a run share.
  struct Setup {
    topology::ColumnStochastic weights;
    StepSize step_size;
    std::int64_t overlap;
  };

  StochasticGradientPush(std::shared_ptr<const Setup> setup, const Inputs& inputs, AgentId i)
      : setup_(std::move(setup)),
        gradient_(inputs.problem, i, inputs.gradient, inputs.seed),
        vectors_(3, inputs.initial.cols()),
        rounds_(inputs, setup_->weights, i, vectors_.span(0).size() + 1, setup_->overlap) {
    z() = rounds_.x();
  }

  void on_start(agent::Runtime& runtime) override { runtime.begin_compute(gradient_.samples()); }
  void compute() override { gradient_(z(), g()); }

  void on_compute_done(agent::Runtime& runtime) override {
    // x ← x − α(r) ∇f(z)
    g() *= -setup_->step_size->at(rounds_.round());
    rounds_.x() += g();
    perturbation() += g();
    rounds_.send(runtime);
    for (const auto& message : runtime.take_inbox()) rounds_.store(runtime, message);
    go_on(runtime);
  }

  /// Only while waiting.
  void on_message(agent::Runtime& runtime, const agent::Message& message) override {
    rounds_.store(runtime, message);
    go_on(runtime);
  }

  std::span<const double> iterate() const override { return vectors_.span(0); }
  /// The gradient is not state: it is used as soon as the step is done. Its stream's position follows from
  /// the round.
  void state(agent::StateVisitor& visitor) override {
    visitor.reals(vectors_.span(0));
    visitor.reals(vectors_.span(2));
    rounds_.state(visitor);
  }
  std::optional<agent::PushMass> push_mass() const override { return rounds_.mass(vectors_.span(2)); }

 private:
  void go_on(agent::Runtime& runtime) {
    if (!rounds_.settle(runtime)) return;
    // z ← x / y
    z() = rounds_.x() / rounds_.weight();
    runtime.begin_compute(gradient_.samples());
  }

  VectorView z() { return vectors_[0]; }
  VectorView g() { return vectors_[1]; }
  VectorView perturbation() { return vectors_[2]; }

  std::shared_ptr<const Setup> setup_;
  problem::GradientOracle gradient_;
  VectorStack vectors_;  ///< z, gradient, perturbation Σ −α ∇f
  PushRounds rounds_;    ///< x and y
};

struct StochasticGradientPushSpec final : AlgorithmSpec {
  config::Choice<ScheduleSpec> step_size;
  std::int64_t overlap = 0;

  void fields(config::Fields& f) override {
    f.choice("step_size", step_size, schedules(), "α(r) over the agent's rounds r = 0, 1, …",
             config::required);
    f.integer("overlap", overlap, config::between(0, 1000),
              "τ: a round's shares may be added up to this many rounds later; 0: every agent waits for them");
  }
  Programs build(const Inputs& inputs) const override {
    return build_stochastic_gradient_push(inputs, push_weights(inputs, "stochastic_gradient_push"),
                                          step_size.spec, overlap);
  }
  bool push() const override { return true; }
  bool by_round() const override { return true; }
  bool rotates() const override { return true; }
  std::int64_t rounds_overlapping() const override { return overlap; }
  std::optional<double> step(std::int64_t k) const override { return step_size->at(k); }
  double expected_bytes_per_agent(const Scale& scale) const override {
    return sizeof(StochasticGradientPush) + sizeof(void*) + 8 * 3 * scale.dimension +
           2 * allocation_overhead +
           PushRounds::expected_bytes(scale, scale.dimension + 1, static_cast<double>(overlap));
  }
};

}  // namespace

Programs build_stochastic_gradient_push(const Inputs& inputs, topology::ColumnStochastic weights,
                                        StepSize step_size, std::int64_t overlap) {
  // An agent that goes on without the round it waits for has only its own share.
  if (overlap > 0) require_own_shares(weights, "stochastic_gradient_push with overlap");
  using Setup = StochasticGradientPush::Setup;
  const auto setup = std::make_shared<const Setup>(Setup{std::move(weights), std::move(step_size), overlap});
  return one_program_an_agent(
      inputs, [&](AgentId i) { return std::make_unique<StochasticGradientPush>(setup, inputs, i); });
}

extern const config::Entry<AlgorithmSpec> stochastic_gradient_push;
const config::Entry<AlgorithmSpec> stochastic_gradient_push{
    "stochastic_gradient_push",
    "rounds of gradient-push that may overlap, on fixed graphs and on one peer a round",
    "Assran, Loizou, Ballas, Rabbat, Stochastic gradient push for distributed deep learning, ICML 2019",
    R"({"kind": "stochastic_gradient_push", "step_size": 0.1})",
    []() -> std::shared_ptr<AlgorithmSpec> { return std::make_shared<StochasticGradientPushSpec>(); }};

}  // namespace taubar::algorithm
