// Decentralized gradient descent (DGD) on an undirected graph, in rounds.
//
// x_i ∈ R^d; W symmetric, doubly stochastic, W_ij > 0 only for neighbours and i = j. Round k:
//   send x_i^k to every neighbour; meanwhile compute ∇f_i(x_i^k); wait for the x_j^k of all neighbours
//   x_i^{k+1} = Σ_j W_ij x_j^k − α(k) ∇f_i(x_i^k)        summed in increasing j
// With a constant step it stops at a distance O(α) from the minimiser. A neighbour is at most one round
// ahead; what it sends waits for its round. Duplicates are ignored; a lost message stops its receiver, and in
// time everyone.
//
// Source: Nedić, Ozdaglar, "Distributed subgradient methods for multi-agent optimization", IEEE TAC 54(1),
// 2009.
#include "core/algorithm/builders.hpp"
#include "core/algorithm/neighbours.hpp"
#include "core/algorithm/round_buffer.hpp"
#include "core/algorithm/vector_stack.hpp"
#include "core/base/error.hpp"
#include "core/config/fields.hpp"

namespace taubar::algorithm {
namespace {

constexpr agent::MessageKind iterate_of_round = 2;

class DecentralizedGradientDescent final : public agent::AgentProgram {
 public:
  /// What all agents of a run share.
  struct Setup {
    topology::DoublyStochastic weights;
    StepSize step_size;
  };

  DecentralizedGradientDescent(std::shared_ptr<const Setup> setup, const Inputs& inputs, AgentId i)
      : setup_(std::move(setup)),
        weights_(setup_->weights.link.data() + inputs.graph.first_link(i)),
        own_weight_(setup_->weights.own[i]),
        gradient_(inputs.problem, i, inputs.gradient, inputs.seed),
        vectors_(3, inputs.initial.cols()),
        received_(inputs.graph.in_neighbours(i).size(), vectors_.span(0).size()) {
    x() = inputs.initial.row(i);
  }

  void on_start(agent::Runtime& runtime) override { begin_round(runtime); }
  void compute() override { gradient_(x(), g()); }

  void on_compute_done(agent::Runtime& runtime) override {
    gradient_is_there_ = true;
    for (const auto& message : runtime.take_inbox()) store(runtime, message);
    if (received_.complete()) finish_round(runtime);
  }

  /// Only while waiting.
  void on_message(agent::Runtime& runtime, const agent::Message& message) override {
    store(runtime, message);
    if (received_.complete()) finish_round(runtime);
  }

  std::span<const double> iterate() const override { return vectors_.span(0); }
  void state(agent::StateVisitor& visitor) override {
    visitor.reals(vectors_.span(0));
    std::int64_t waiting = gradient_is_there_;
    visitor.integer(waiting);
    gradient_is_there_ = waiting != 0;
    if (gradient_is_there_) visitor.reals(vectors_.span(1));
    received_.state(visitor);
  }

 private:
  void store(const agent::Runtime& runtime, const agent::Message& message) {
    received_.store(message.stamp, place_of(message.from, runtime.in_neighbours()), message.values);
  }

  void begin_round(agent::Runtime& runtime) {
    // Send x^k to every neighbour; meanwhile compute ∇f(x^k).
    if (!runtime.out_neighbours().empty()) {
      agent::Payload payload = runtime.payload(iterate_of_round, received_.round(), vectors_.span(0).size());
      as_vector(payload.values()) = x();
      runtime.send_to_out_neighbours(std::move(payload));
    }
    runtime.begin_compute(gradient_.samples());
  }

  void finish_round(agent::Runtime& runtime) {
    // x^{k+1} = Σ_j W_ij x_j^k − α(k) ∇f(x^k)
    next().setZero();
    in_increasing_id(
        runtime.in_neighbours(), runtime.self(),
        [&](std::size_t place) { next() += weights_[place] * as_vector(received_.values(place)); },
        [&] { next() += own_weight_ * x(); });
    x() = next() - setup_->step_size->at(received_.round()) * g();
    gradient_is_there_ = false;
    received_.next_round();
    begin_round(runtime);
  }

  VectorView x() { return vectors_[0]; }
  VectorView g() { return vectors_[1]; }
  VectorView next() { return vectors_[2]; }

  std::shared_ptr<const Setup> setup_;
  const double* weights_;  ///< W_ij = W_ji of the neighbours j in increasing order
  double own_weight_;      ///< W_ii
  problem::GradientOracle gradient_;
  VectorStack vectors_;   ///< x, gradient, the sum being formed
  RoundBuffer received_;  ///< x_j of this round and the next; its round is k
  bool gradient_is_there_ = false;
};

struct DecentralizedGradientDescentSpec final : AlgorithmSpec {
  config::Choice<ScheduleSpec> step_size;

  void fields(config::Fields& f) override {
    f.choice("step_size", step_size, schedules(), "α(k) over the rounds k = 0, 1, …", config::required);
  }
  Programs build(const Inputs& inputs) const override {
    return build_decentralized_gradient_descent(
        inputs, doubly_stochastic(inputs.graph, inputs.mixing, inputs.laplacian_scale), step_size.spec);
  }
  std::optional<double> step(std::int64_t k) const override { return step_size->at(k); }
  double expected_bytes_per_agent(const Scale& scale) const override {
    return sizeof(DecentralizedGradientDescent) + sizeof(void*) + 8 * 3 * scale.dimension +
           RoundBuffer::expected_bytes(scale.degree, scale.dimension, 2) + 5 * allocation_overhead;
  }
};

}  // namespace

Programs build_decentralized_gradient_descent(const Inputs& inputs, topology::DoublyStochastic weights,
                                              StepSize step_size) {
  check(!inputs.graph.directed(), "decentralized gradient descent runs on an undirected graph");
  using Setup = DecentralizedGradientDescent::Setup;
  const auto setup = std::make_shared<const Setup>(Setup{std::move(weights), std::move(step_size)});
  return one_program_an_agent(
      inputs, [&](AgentId i) { return std::make_unique<DecentralizedGradientDescent>(setup, inputs, i); });
}

extern const config::Entry<AlgorithmSpec> decentralized_gradient_descent;
const config::Entry<AlgorithmSpec> decentralized_gradient_descent{
    "decentralized_gradient_descent",
    "rounds of averaging with the neighbours and a gradient step, on an undirected graph",
    "Nedić, Ozdaglar, Distributed subgradient methods for multi-agent optimization, IEEE TAC 54(1), 2009",
    R"({"kind": "decentralized_gradient_descent", "step_size": 0.1})",
    []() -> std::shared_ptr<AlgorithmSpec> { return std::make_shared<DecentralizedGradientDescentSpec>(); }};

}  // namespace taubar::algorithm
