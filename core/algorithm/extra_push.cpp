// ExtraPush: push-sum with the correction of EXTRA, so that a constant step ends at the minimiser.
//
// z_i, x_i ∈ R^d, z_i^0 = x_i^0; w_i > 0 starts at 1; A is column-stochastic, Ā = (A + I)/2. Rounds t = 0, 1,
// …:
//   z^1     = A z^0 − α ∇f(x^0)
//   z^{t+1} = z^t + A z^t − Ā z^{t−1} − α (∇f(x^t) − ∇f(x^{t−1}))
//   w^{t+1} = A w^t,   x_i^{t+1} = z_i^{t+1} / w_i^{t+1}
// It is computed as a perturbed push-sum: z^{t+1} = A z^t + η^t with η^0 = −α ∇f(x^0) and
//   η^t = z^t − ½ (z^{t−1} + A z^{t−1}) − (α ∇f(x^t) − α ∇f(x^{t−1}))      each gradient with the step of its
//   own round
// Columns sum to 1, so 1ᵀ(z^{t+1} − z^t) = −α 1ᵀ∇f(x^t): at a fixed point Σ ∇f_i = 0. There also (A − Ā) z =
// ½ (A − I) z = 0: z is in proportion to the limit of w, so all x_i are equal, and the minimiser.
//
// z^t is sent at the start of a round and travels while ∇f(x^t) is computed. A must not change with t. Steps
// too large diverge, and on some digraphs all small ones do as well: without gradients an eigenvalue λ of A
// is carried on by the roots of ρ² − (1+λ) ρ + (1+λ)/2, which lie within the unit circle for every real λ
// but 1, not for every complex one. On a directed ring of five with halves |ρ| = 1.22.
//
// Source: Zeng, Yin, "ExtraPush for convex smooth decentralized optimization over directed networks", J.
// Comput. Math. 35(4), 2017.
#include "core/algorithm/builders.hpp"
#include "core/algorithm/push_rounds.hpp"
#include "core/config/fields.hpp"

namespace taubar::algorithm {
namespace {

class ExtraPush final : public agent::AgentProgram {
 public:
  /// What all agents of a run share.
  struct Setup {
    topology::ColumnStochastic weights;
    StepSize step_size;
  };

  ExtraPush(std::shared_ptr<const Setup> setup, const Inputs& inputs, AgentId i)
      : setup_(std::move(setup)),
        gradient_(inputs.problem, i, inputs.gradient, inputs.seed),
        vectors_(6, inputs.initial.cols()),
        rounds_(inputs, setup_->weights, i, vectors_.span(0).size() + 1) {
    x() = rounds_.x();
  }

  void on_start(agent::Runtime& runtime) override { begin_round(runtime); }
  void compute() override { gradient_(x(), g()); }

  void on_compute_done(agent::Runtime& runtime) override {
    // η^t = [z^t − ½ (z^{t−1} + A z^{t−1})] − (α ∇f(x^t) − α ∇f(x^{t−1}))
    g() *= setup_->step_size->at(rounds_.round() - 1);
    eta() -= g() - last_g();
    last_g() = g();
    for (const auto& message : runtime.take_inbox()) rounds_.store(runtime, message);
    if (rounds_.settle(runtime)) finish_round(runtime);
  }

  /// Only while waiting.
  void on_message(agent::Runtime& runtime, const agent::Message& message) override {
    rounds_.store(runtime, message);
    if (rounds_.settle(runtime)) finish_round(runtime);
  }

  std::span<const double> iterate() const override { return vectors_.span(0); }
  /// The gradient being computed is not state, the last one is.
  void state(agent::StateVisitor& visitor) override {
    for (const int v : {0, 2, 3, 4, 5}) visitor.reals(vectors_.span(v));
    rounds_.state(visitor);
  }
  std::optional<agent::PushMass> push_mass() const override { return rounds_.mass(vectors_.span(3)); }

 private:
  void begin_round(agent::Runtime& runtime) {
    // Send the shares of z^t; meanwhile compute ∇f(x^t).
    sent() = rounds_.x();
    rounds_.send(runtime);
    runtime.begin_compute(gradient_.samples());
  }

  void finish_round(agent::Runtime& runtime) {
    // z^{t+1} = A z^t + η^t; of η^{t+1} what is known: z^{t+1} − ½ (z^t + A z^t).
    sent() = 0.5 * (sent() + rounds_.x());
    rounds_.x() += eta();
    perturbation() += eta();
    eta() = rounds_.x() - sent();
    // x = z / w
    x() = rounds_.x() / rounds_.weight();
    begin_round(runtime);
  }

  VectorView x() { return vectors_[0]; }
  VectorView g() { return vectors_[1]; }
  VectorView last_g() { return vectors_[2]; }
  VectorView perturbation() { return vectors_[3]; }
  VectorView eta() { return vectors_[4]; }
  VectorView sent() { return vectors_[5]; }

  std::shared_ptr<const Setup> setup_;
  problem::GradientOracle gradient_;
  VectorStack vectors_;  ///< x, α gradient, that of the last round, Σ η, η, z^t as it was sent
  PushRounds rounds_;    ///< z and w
};

struct ExtraPushSpec final : AlgorithmSpec {
  config::Choice<ScheduleSpec> step_size;

  void fields(config::Fields& f) override {
    f.choice("step_size", step_size, schedules(), "α(t) over the rounds t = 0, 1, …", config::required);
  }
  Programs build(const Inputs& inputs) const override {
    return build_extra_push(inputs, column_stochastic(inputs.graph, inputs.mixing, inputs.laplacian_scale),
                            step_size.spec);
  }
  bool push() const override { return true; }
  bool by_round() const override { return true; }
  bool gradient_steps() const override { return false; }
  bool moves_then_sends() const override { return false; }
  std::optional<double> step(std::int64_t k) const override { return step_size->at(k); }
  double expected_bytes_per_agent(const Scale& scale) const override {
    return sizeof(ExtraPush) + sizeof(void*) + 8 * 6 * scale.dimension + 2 * allocation_overhead +
           PushRounds::expected_bytes(scale, scale.dimension + 1, 0);
  }
};

}  // namespace

Programs build_extra_push(const Inputs& inputs, topology::ColumnStochastic weights, StepSize step_size) {
  using Setup = ExtraPush::Setup;
  const auto setup = std::make_shared<const Setup>(Setup{std::move(weights), std::move(step_size)});
  return one_program_an_agent(inputs,
                              [&](AgentId i) { return std::make_unique<ExtraPush>(setup, inputs, i); });
}

extern const config::Entry<AlgorithmSpec> extra_push;
const config::Entry<AlgorithmSpec> extra_push{
    "extra_push",
    "rounds of push-sum with EXTRA's correction: exact with a constant step, on a fixed digraph whose mixing "
    "matrix has nearly real eigenvalues (not on long directed rings)",
    "Zeng, Yin, ExtraPush for convex smooth decentralized optimization over directed networks, J. Comput. "
    "Math. 35(4), 2017",
    R"({"kind": "extra_push", "step_size": 0.05})",
    []() -> std::shared_ptr<AlgorithmSpec> { return std::make_shared<ExtraPushSpec>(); }};

}  // namespace taubar::algorithm
