// Synchronous gradient-push: rounds, in which an agent waits for the messages of its in-neighbours and nobody
// else.
//
// x_i, z_i ∈ R^d, z_i(0) = x_i = x_i(0); y_i > 0 starts at 1; p_ji >= 0 with Σ_j p_ji = 1 (p_ii included).
// Round r:
//   x_i ← x_i − α(r) ∇f_i(z_i)
//   send (p_ji x_i, p_ji y_i) to each out-neighbour j;   wait for the round-r shares of all in-neighbours
//   x_i ← Σ_j p_ij x_j,   y_i ← Σ_j p_ij y_j             in increasing j, the own share at its place
//   z_i ← x_i / y_i
// In-neighbours may be rounds ahead; what they send waits for its round. Duplicates are ignored. A lost
// message stops its receiver, and in time everyone, as it would on a cluster.
//
// Source: Nedić, Olshevsky, "Distributed optimization over time-varying directed graphs", IEEE TAC 60(3),
// 2015, in the form of Assran, Loizou, Ballas, Rabbat, "Stochastic gradient push", ICML 2019 (theory.md 2.1).
#include "core/algorithm/builders.hpp"
#include "core/algorithm/neighbours.hpp"
#include "core/algorithm/push_shares.hpp"
#include "core/algorithm/round_buffer.hpp"
#include "core/config/fields.hpp"

namespace taubar::algorithm {
namespace {

class GradientPush final : public agent::AgentProgram {
 public:
  /// What all agents of a run share.
  struct Setup {
    topology::ColumnStochastic weights;
    StepSize step_size;
  };

  GradientPush(std::shared_ptr<const Setup> setup, const Inputs& inputs, AgentId i)
      : setup_(std::move(setup)),
        shares_(inputs.graph, setup_->weights, i),
        gradient_(inputs.problem, i, inputs.gradient, inputs.seed),
        vectors_(4, inputs.initial.cols()),
        received_(inputs.graph.in_neighbours(i).size(), vectors_.span(0).size() + 1) {
    x() = inputs.initial.row(i);
    z() = x();
  }

  void on_start(agent::Runtime& runtime) override { runtime.begin_compute(gradient_.samples()); }
  void compute() override { gradient_(z(), g()); }

  void on_compute_done(agent::Runtime& runtime) override {
    // x ← x − α(r) ∇f(z)
    g() *= -setup_->step_size->at(received_.round());
    x() += g();
    perturbation() += g();
    // Send (p_ji x, p_ji y) to each out-neighbour j.
    shares_.send(runtime, received_.round(), vectors_.span(0), weight_);
    x() *= shares_.own();
    weight_ *= shares_.own();
    // Wait for the shares of all in-neighbours.
    for (const auto& message : runtime.take_inbox()) store(runtime, message);
    if (received_.complete()) finish_round(runtime);
  }

  /// Only while waiting.
  void on_message(agent::Runtime& runtime, const agent::Message& message) override {
    store(runtime, message);
    if (received_.complete()) finish_round(runtime);
  }

  std::span<const double> iterate() const override { return vectors_.span(1); }
  /// The gradient is not state: it is used as soon as the step is done. Its stream's position follows from
  /// the round.
  void state(agent::StateVisitor& visitor) override {
    for (const int v : {0, 1, 3}) visitor.reals(vectors_.span(v));
    visitor.real(weight_);
    received_.state(visitor);
  }
  /// Its own, and that of the messages it keeps.
  std::optional<agent::PushMass> push_mass() const override {
    const auto own = vectors_.span(0);
    held_.assign(own.begin(), own.end());
    double weight = weight_;
    received_.for_each([&](std::span<const double> share) {
      as_vector(std::span<double>(held_)) += share_of_x(share);
      weight += share_of_y(share);
    });
    return agent::PushMass{held_, weight, vectors_.span(3)};
  }

 private:
  void store(const agent::Runtime& runtime, const agent::Message& message) {
    received_.store(message.stamp, place_of(message.from, runtime.in_neighbours()), message.values);
  }

  void finish_round(agent::Runtime& runtime) {
    // x ← Σ_j p_ij x_j, y ← Σ_j p_ij y_j, summed up in z's place.
    double weight = 0;
    z().setZero();
    in_increasing_id(
        runtime.in_neighbours(), runtime.self(),
        [&](std::size_t place) {
          z() += share_of_x(received_.values(place));
          weight += share_of_y(received_.values(place));
        },
        [&] {
          z() += x();
          weight += weight_;
        });
    x() = z();
    weight_ = weight;
    // z ← x / y
    z() /= weight_;
    received_.next_round();
    runtime.begin_compute(gradient_.samples());
  }

  VectorView x() { return vectors_[0]; }
  VectorView z() { return vectors_[1]; }
  VectorView g() { return vectors_[2]; }
  VectorView perturbation() { return vectors_[3]; }

  std::shared_ptr<const Setup> setup_;
  PushShares shares_;
  problem::GradientOracle gradient_;
  VectorStack vectors_;               ///< x, z, gradient, perturbation Σ −α ∇f
  double weight_ = 1;                 ///< y
  RoundBuffer received_;              ///< shares (x', y') of this round and later ones; its round is r
  mutable std::vector<double> held_;  ///< for push_mass; empty until it is asked for
};

struct GradientPushSpec final : AlgorithmSpec {
  config::Choice<ScheduleSpec> step_size;

  void fields(config::Fields& f) override {
    f.choice("step_size", step_size, schedules(), "α(r) over the rounds r = 0, 1, …", config::required);
  }
  Programs build(const Inputs& inputs) const override {
    return build_gradient_push(inputs, column_stochastic(inputs.graph, inputs.mixing, inputs.laplacian_scale),
                               step_size.spec);
  }
  bool push() const override { return true; }
  bool by_round() const override { return true; }
  std::optional<double> step(std::int64_t k) const override { return step_size->at(k); }
  double expected_bytes_per_agent(const Scale& scale) const override {
    // x, z, gradient, perturbation, and the mass when it is recorded.
    return sizeof(GradientPush) + sizeof(void*) + 8 * 5 * scale.dimension +
           RoundBuffer::expected_bytes(scale.degree, scale.dimension + 1,
                                       RoundBuffer::expected_window(scale.agents, scale.directed)) +
           6 * allocation_overhead;
  }
};

}  // namespace

Programs build_gradient_push(const Inputs& inputs, topology::ColumnStochastic weights, StepSize step_size) {
  using Setup = GradientPush::Setup;
  const auto setup = std::make_shared<const Setup>(Setup{std::move(weights), std::move(step_size)});
  return one_program_an_agent(inputs,
                              [&](AgentId i) { return std::make_unique<GradientPush>(setup, inputs, i); });
}

extern const config::Entry<AlgorithmSpec> gradient_push;
const config::Entry<AlgorithmSpec> gradient_push{
    "gradient_push", "gradient steps and push-sum mixing in rounds; each agent waits for its in-neighbours",
    "Nedić, Olshevsky, Distributed optimization over time-varying directed graphs, IEEE TAC 60(3), 2015",
    R"({"kind": "gradient_push", "step_size": 0.1})",
    []() -> std::shared_ptr<AlgorithmSpec> { return std::make_shared<GradientPushSpec>(); }};

}  // namespace taubar::algorithm
