// Asynchronous push-sum: every agent's estimate tends to the average of the initial iterates.
//
// x_i ∈ R^d starts at x_i(0), y_i > 0 at 1; p_ji >= 0 with Σ_j p_ji = 1 (p_ii included). At each local step,
// agent i
//   sends (p_ji x_i, p_ji y_i) to each out-neighbour j and keeps (p_ii x_i, p_ii y_i);
//   adds every (x', y') that has arrived;
//   z_i = x_i / y_i  →  (1/n) Σ_j x_j(0)                                 (theory.md 1.2 with α = 0)
// Lost messages are lost mass and duplicated ones are made mass: the limit is then another weighted average.
//
// Source: Kempe, Dobra, Gehrke, "Gossip-based computation of aggregate information", FOCS 2003, protocol
// Push-Sum; the asynchronous cycle is that of Assran, Rabbat, "Asynchronous gradient push", IEEE TAC 2021.
#include "core/algorithm/builders.hpp"
#include "core/algorithm/push_shares.hpp"
#include "core/base/error.hpp"

namespace taubar::algorithm {
namespace {

class PushSum final : public agent::AgentProgram {
 public:
  PushSum(std::shared_ptr<const topology::ColumnStochastic> weights, const Inputs& inputs, AgentId i)
      : weights_(std::move(weights)),
        shares_(inputs.graph, *weights_, i),
        vectors_(2, inputs.initial.cols()) {
    x() = inputs.initial.row(i);
    z() = x();
  }

  void on_start(agent::Runtime& runtime) override { runtime.begin_compute(0); }
  void compute() override {}

  void on_compute_done(agent::Runtime& runtime) override {
    ++count_;
    // Send (p_ji x, p_ji y) to each out-neighbour j; x ← p_ii x, y ← p_ii y.
    shares_.send(runtime, count_, vectors_.span(0), weight_);
    x() *= shares_.own();
    weight_ *= shares_.own();
    // For every (x', y') that has arrived: x ← x + x', y ← y + y'.
    for (const auto& message : runtime.take_inbox()) {
      x() += share_of_x(message.values);
      weight_ += share_of_y(message.values);
    }
    // z ← x / y
    z() = x() / weight_;
    runtime.begin_compute(0);
  }

  void on_message(agent::Runtime&, const agent::Message&) override {
    check(false, "a push-sum agent is never idle");
  }

  std::span<const double> iterate() const override { return vectors_.span(1); }
  void state(agent::StateVisitor& visitor) override {
    visitor.reals(vectors_.span(0));
    visitor.reals(vectors_.span(1));
    visitor.real(weight_);
    visitor.integer(count_);
  }
  std::optional<agent::PushMass> push_mass() const override {
    return agent::PushMass{vectors_.span(0), weight_, {}};
  }

 private:
  VectorView x() { return vectors_[0]; }
  VectorView z() { return vectors_[1]; }

  std::shared_ptr<const topology::ColumnStochastic> weights_;
  PushShares shares_;
  VectorStack vectors_;     ///< x, z
  double weight_ = 1;       ///< y
  std::int64_t count_ = 0;  ///< completed local steps: the stamp of what is sent
};

struct PushSumSpec final : AlgorithmSpec {
  void fields(config::Fields&) override {}
  Programs build(const Inputs& inputs) const override {
    return build_push_sum(inputs, column_stochastic(inputs.graph, inputs.mixing, inputs.laplacian_scale));
  }
  bool push() const override { return true; }
  bool averages() const override { return true; }
  bool never_idles() const override { return true; }
  bool can_start_anew() const override { return true; }
  double expected_bytes_per_agent(const Scale& scale) const override {
    return sizeof(PushSum) + sizeof(void*) + 8 * 2 * scale.dimension + 2 * allocation_overhead;
  }
};

}  // namespace

Programs build_push_sum(const Inputs& inputs, topology::ColumnStochastic weights) {
  require_own_shares(weights, "push_sum");
  const auto shared = std::make_shared<const topology::ColumnStochastic>(std::move(weights));
  return one_program_an_agent(inputs,
                              [&](AgentId i) { return std::make_unique<PushSum>(shared, inputs, i); });
}

extern const config::Entry<AlgorithmSpec> push_sum;
const config::Entry<AlgorithmSpec> push_sum{
    "push_sum", "averages the initial iterates, asynchronously, on any strongly connected digraph",
    "Kempe, Dobra, Gehrke, Gossip-based computation of aggregate information, FOCS 2003, protocol Push-Sum",
    R"({"kind": "push_sum"})",
    []() -> std::shared_ptr<AlgorithmSpec> { return std::make_shared<PushSumSpec>(); }};

}  // namespace taubar::algorithm
