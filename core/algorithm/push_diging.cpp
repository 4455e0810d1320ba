// Push-DIGing: push-sum that tracks the mean gradient, so that a constant step ends at the minimiser.
//
// u_i, x_i, y_i ∈ R^d, u_i(0) = x_i(0), y_i(−1) = 0, ∇f_i(x_i(−1)) = 0; v_i > 0 starts at 1; C is
// column-stochastic, and may change with k. Round k:
//   y_i(k) = [C y(k−1)]_i + ∇f_i(x_i(k)) − ∇f_i(x_i(k−1))            so y_i(0) = ∇f_i(x_i(0))
//   u(k+1) = C (u(k) − α y(k)),   v(k+1) = C v(k),   C y(k): one message carries (u, v, y)
//   x_i(k+1) = u_i(k+1) / v_i(k+1)
// Columns sum to 1, so Σ y_i(k) = Σ ∇f_i(x_i(k)). At a fixed point u is in proportion to v, hence all x_i are
// equal, and Σ y_i = 0: their common value is the minimiser. Steps too large diverge; the published bound on
// them is far below.
//
// Source: Nedić, Olshevsky, Shi, "Achieving geometric convergence for distributed optimization over
// time-varying graphs", SIAM J. Optim. 27(4), 2017, Push-DIGing; y is exchanged together with u and v.
#include "core/algorithm/builders.hpp"
#include "core/algorithm/push_rounds.hpp"
#include "core/config/fields.hpp"

namespace taubar::algorithm {
namespace {

class PushDiging final : public agent::AgentProgram {
 public:
  /// What all agents of a run share.
  struct Setup {
    topology::ColumnStochastic weights;
    StepSize step_size;
  };

  PushDiging(std::shared_ptr<const Setup> setup, const Inputs& inputs, AgentId i)
      : setup_(std::move(setup)),
        gradient_(inputs.problem, i, inputs.gradient, inputs.seed),
        vectors_(4, inputs.initial.cols()),
        rounds_(inputs, setup_->weights, i, 2 * vectors_.span(0).size() + 1) {
    x() = rounds_.x();
  }

  void on_start(agent::Runtime& runtime) override { runtime.begin_compute(gradient_.samples()); }
  void compute() override { gradient_(x(), g()); }

  void on_compute_done(agent::Runtime& runtime) override {
    // y(k) = [C y(k−1)] + ∇f(x(k)) − ∇f(x(k−1))
    rounds_.more() += g() - last_g();
    last_g() = g();
    // u(k) − α y(k), with the share of y
    g() = -setup_->step_size->at(rounds_.round()) * rounds_.more();
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
  /// The gradient being computed is not state, the last one is.
  void state(agent::StateVisitor& visitor) override {
    for (const int v : {0, 2, 3}) visitor.reals(vectors_.span(v));
    rounds_.state(visitor);
  }
  std::optional<agent::PushMass> push_mass() const override { return rounds_.mass(vectors_.span(3)); }

 private:
  void go_on(agent::Runtime& runtime) {
    if (!rounds_.settle(runtime)) return;
    // x = u / v
    x() = rounds_.x() / rounds_.weight();
    runtime.begin_compute(gradient_.samples());
  }

  VectorView x() { return vectors_[0]; }
  VectorView g() { return vectors_[1]; }
  VectorView last_g() { return vectors_[2]; }
  VectorView perturbation() { return vectors_[3]; }

  std::shared_ptr<const Setup> setup_;
  problem::GradientOracle gradient_;
  VectorStack vectors_;  ///< x, gradient, that of the last round, perturbation Σ −α y
  PushRounds rounds_;    ///< u, v and y
};

struct PushDigingSpec final : AlgorithmSpec {
  config::Choice<ScheduleSpec> step_size;

  void fields(config::Fields& f) override {
    f.choice("step_size", step_size, schedules(), "α(k) over the rounds k = 0, 1, …", config::required);
  }
  Programs build(const Inputs& inputs) const override {
    return build_push_diging(inputs, push_weights(inputs, "push_diging"), step_size.spec);
  }
  bool push() const override { return true; }
  bool by_round() const override { return true; }
  bool rotates() const override { return true; }
  bool gradient_steps() const override { return false; }
  std::optional<double> step(std::int64_t k) const override { return step_size->at(k); }
  double expected_bytes_per_agent(const Scale& scale) const override {
    return sizeof(PushDiging) + sizeof(void*) + 8 * 4 * scale.dimension + 2 * allocation_overhead +
           PushRounds::expected_bytes(scale, 2 * scale.dimension + 1, 0);
  }
};

}  // namespace

Programs build_push_diging(const Inputs& inputs, topology::ColumnStochastic weights, StepSize step_size) {
  using Setup = PushDiging::Setup;
  const auto setup = std::make_shared<const Setup>(Setup{std::move(weights), std::move(step_size)});
  return one_program_an_agent(inputs,
                              [&](AgentId i) { return std::make_unique<PushDiging>(setup, inputs, i); });
}

extern const config::Entry<AlgorithmSpec> push_diging;
const config::Entry<AlgorithmSpec> push_diging{
    "push_diging", "rounds of push-sum with gradient tracking: exact with a constant step, on any digraph",
    "Nedić, Olshevsky, Shi, Achieving geometric convergence for distributed optimization over time-varying "
    "graphs, SIAM J. "
    "Optim. 27(4), 2017",
    R"({"kind": "push_diging", "step_size": 0.05})",
    []() -> std::shared_ptr<AlgorithmSpec> { return std::make_shared<PushDigingSpec>(); }};

}  // namespace taubar::algorithm
