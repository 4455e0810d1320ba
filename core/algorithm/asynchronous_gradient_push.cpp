// Asynchronous Gradient-Push (AGP): nobody waits for anybody.
//
// x_i, z_i ∈ R^d, z_i(0) = x_i = x_i(0); y_i > 0 starts at 1; p_ji >= 0 with Σ_j p_ji = 1 (p_ii included); k
// = 0, 1, … counts the agent's own activations; α(k) is the step size. An activation of agent i is:
//   x_i ← x_i − α(k) w_i ∇f_i(z_i)                       at the z_i of the end of the previous activation
//   if y_i >= weight_floor and earlier sends have left:
//       send (p_ji x_i, p_ji y_i) to each out-neighbour j;   x_i ← p_ii x_i,  y_i ← p_ii y_i
//   for every (x', y') in the inbox:                         x_i ← x_i + x',  y_i ← y_i + y'
//   z_i ← x_i / y_i
//   wait for messages while  (a) no message has come in more than max_silence activations, or
//                            (b) an in-neighbour is known to be max_lead or more activations behind.
// Both waits are off by default. Messages carry the sender's count of activations; with max_lead an
// activation that may not send mass sends the count alone, so that the agent who acted longest ago is always
// let on: no deadlock unless messages are lost. A lost message is lost mass, and with max_lead it may stop
// its receiver.
//
// Without known_rates w_i = 1 and the limit minimises Σ r_i f_i, r_i the rate of agent i's activations
// (theory.md 1.5e). With it w_i = (mean of the r_j) / r_i: F itself is minimised, and equal rates change
// nothing. (The paper's w_i = K / c_i differs by a factor common to all agents, which the step size absorbs.)
//
// Source: Assran, Rabbat, "Asynchronous gradient push", IEEE TAC 66(1), 2021 (arXiv 1803.08950), with the
// order of operations of the authors' program (theory.md 1.2); known rates: the corollary in
// theory.md 1.5(b).
#include <cmath>
#include <numeric>

#include "core/algorithm/builders.hpp"
#include "core/algorithm/neighbours.hpp"
#include "core/algorithm/push_shares.hpp"
#include "core/base/error.hpp"
#include "core/config/fields.hpp"

namespace taubar::algorithm {
namespace {

/// A sender's count of activations without any mass.
constexpr agent::MessageKind progress = 2;

class AsynchronousGradientPush final : public agent::AgentProgram {
 public:
  /// What all agents of a run share.
  struct Setup {
    topology::ColumnStochastic weights;
    StepSize step_size;
    AsynchronousGradientPushOptions options;
  };

  AsynchronousGradientPush(std::shared_ptr<const Setup> setup, const Inputs& inputs, AgentId i,
                           double step_scale)
      : setup_(std::move(setup)),
        shares_(inputs.graph, setup_->weights, i),
        gradient_(inputs.problem, i, inputs.gradient, inputs.seed),
        step_scale_(step_scale),
        vectors_(4, inputs.initial.cols()) {
    x() = inputs.initial.row(i);
    z() = x();
    if (setup_->options.max_lead) heard_.assign(inputs.graph.in_neighbours(i).size(), 0);
  }

  void on_start(agent::Runtime& runtime) override { runtime.begin_compute(gradient_.samples()); }
  void compute() override { gradient_(z(), g()); }

  void on_compute_done(agent::Runtime& runtime) override {
    // x ← x − α(k) w ∇f(z)
    g() *= -setup_->step_size->at(count_) * step_scale_;
    x() += g();
    perturbation() += g();
    ++count_;
    // If y is not too small and earlier sends have left: send shares, keep the own one.
    if (weight_ >= setup_->options.weight_floor && runtime.sends_have_left()) {
      shares_.send(runtime, count_, vectors_.span(0), weight_);
      x() *= shares_.own();
      weight_ *= shares_.own();
    } else if (!heard_.empty()) {
      runtime.send_to_out_neighbours(runtime.payload(progress, count_, 0));
    }
    // For every (x', y') in the inbox: x ← x + x', y ← y + y'.
    ++silence_;
    for (const auto& message : runtime.take_inbox()) absorb(runtime, message);
    // z ← x / y
    z() = x() / weight_;
    begin_unless_waiting(runtime);
  }

  /// Only while waiting: the message belongs to the activation that has just ended.
  void on_message(agent::Runtime& runtime, const agent::Message& message) override {
    absorb(runtime, message);
    z() = x() / weight_;
    begin_unless_waiting(runtime);
  }

  std::span<const double> iterate() const override { return vectors_.span(1); }
  /// The gradient is not state: it follows from z, and the position of its stream from the count.
  void state(agent::StateVisitor& visitor) override {
    for (const int v : {0, 1, 3}) visitor.reals(vectors_.span(v));
    visitor.real(weight_);
    visitor.integer(count_);
    visitor.integer(silence_);
    for (auto& count : heard_) visitor.integer(count);
  }
  std::optional<agent::PushMass> push_mass() const override {
    return agent::PushMass{vectors_.span(0), weight_, vectors_.span(3)};
  }

 private:
  void absorb(const agent::Runtime& runtime, const agent::Message& message) {
    silence_ = 0;
    if (!heard_.empty()) {
      auto& heard = heard_[place_of(message.from, runtime.in_neighbours())];
      heard = std::max(heard, message.stamp);
    }
    if (message.kind != agent::push_share) return;
    x() += share_of_x(message.values);
    weight_ += share_of_y(message.values);
  }

  void begin_unless_waiting(agent::Runtime& runtime) {
    if (!must_wait(runtime)) runtime.begin_compute(gradient_.samples());
  }

  bool must_wait(const agent::Runtime& runtime) const {
    const auto& options = setup_->options;
    if (options.max_silence && silence_ > *options.max_silence && !runtime.in_neighbours().empty())
      return true;
    for (const auto heard : heard_)
      if (count_ - heard >= *options.max_lead) return true;
    return false;
  }

  VectorView x() { return vectors_[0]; }
  VectorView z() { return vectors_[1]; }
  VectorView g() { return vectors_[2]; }
  VectorView perturbation() { return vectors_[3]; }

  std::shared_ptr<const Setup> setup_;
  PushShares shares_;
  problem::GradientOracle gradient_;
  double step_scale_;         ///< w_i
  VectorStack vectors_;       ///< x, z, gradient, perturbation Σ −α w ∇f
  double weight_ = 1;         ///< y
  std::int64_t count_ = 0;    ///< completed activations
  std::int64_t silence_ = 0;  ///< activations since the last message
  /// Per in-neighbour: activations it is known to have completed. Empty without max_lead.
  std::vector<std::int64_t> heard_;
};

/// w_i = (mean of the rates) / r_i.
std::vector<double> step_scales(const Inputs& inputs, bool known_rates) {
  const std::size_t n = inputs.graph.agents();
  if (!known_rates) return std::vector<double>(n, 1.0);
  const auto& rates = inputs.expected_rates;
  if (rates.size() != n)
    throw InputError(
        "asynchronous_gradient_push: known_rates needs the expected update rate of every agent, and the "
        "compute times do not state one; accepted are compute times with a finite positive mean, or "
        "known_rates false");
  const double mean = std::accumulate(rates.begin(), rates.end(), 0.0) / static_cast<double>(n);
  std::vector<double> scales(n);
  for (std::size_t i = 0; i < n; ++i) {
    if (!(rates[i] > 0) || !std::isfinite(rates[i]) || !std::isfinite(mean / rates[i]))
      throw InputError(
          "asynchronous_gradient_push: known_rates cannot use the expected update rate of agent " +
          std::to_string(i) + ", " + std::to_string(rates[i]) +
          " per second; accepted are finite positive rates");
    scales[i] = mean / rates[i];
  }
  return scales;
}

struct AsynchronousGradientPushSpec final : AlgorithmSpec {
  config::Choice<ScheduleSpec> step_size;
  AsynchronousGradientPushOptions options;

  void fields(config::Fields& f) override {
    f.choice("step_size", step_size, schedules(), "α(k) over the agent's own activations k = 0, 1, …",
             config::required);
    f.real("weight_floor", options.weight_floor, config::between(0, 1),
           "an agent whose push-sum weight is below this sends nothing; 0: always sends");
    f.integer("max_lead", options.max_lead, config::at_least(1),
              "wait while an in-neighbour is known to be this many activations behind; 1 is lock-step; "
              "absent: never");
    f.integer("max_silence", options.max_silence, config::at_least(0),
              "wait for a message after more than this many activations without one; absent: never");
    f.flag("known_rates", options.known_rates,
           "scale each agent's step by mean rate / own rate, expected from its compute times: no bias from "
           "unequal rates");
    f.demand(!(options.known_rates && options.max_lead), "known_rates",
             "cannot go with max_lead, under which all rates become equal; accepted is one of the two");
  }
  Programs build(const Inputs& inputs) const override {
    return build_asynchronous_gradient_push(
        inputs, column_stochastic(inputs.graph, inputs.mixing, inputs.laplacian_scale), step_size.spec,
        options);
  }
  bool push() const override { return true; }
  bool asynchronous() const override { return true; }
  bool corrects_expected_rates() const override { return options.known_rates; }
  std::vector<double> step_scale(const Inputs& inputs) const override {
    return step_scales(inputs, options.known_rates);
  }
  bool equalises_rates() const override { return options.max_lead.has_value(); }
  bool never_idles() const override { return !options.max_lead && !options.max_silence; }
  std::optional<double> step(std::int64_t k) const override { return step_size->at(k); }
  bool can_start_anew() const override { return !options.max_lead; }
  double expected_bytes_per_agent(const Scale& scale) const override {
    const double counts = options.max_lead ? 8 * scale.degree + allocation_overhead : 0;
    return sizeof(AsynchronousGradientPush) + sizeof(void*) + 8 * 4 * scale.dimension +
           2 * allocation_overhead + counts;
  }
};

}  // namespace

Programs build_asynchronous_gradient_push(const Inputs& inputs, topology::ColumnStochastic weights,
                                          StepSize step_size,
                                          const AsynchronousGradientPushOptions& options) {
  require_own_shares(weights, "asynchronous_gradient_push");
  const auto scales = step_scales(inputs, options.known_rates);
  using Setup = AsynchronousGradientPush::Setup;
  const auto setup = std::make_shared<const Setup>(Setup{std::move(weights), std::move(step_size), options});
  return one_program_an_agent(inputs, [&](AgentId i) {
    return std::make_unique<AsynchronousGradientPush>(setup, inputs, i, scales[i]);
  });
}

extern const config::Entry<AlgorithmSpec> asynchronous_gradient_push;
const config::Entry<AlgorithmSpec> asynchronous_gradient_push{
    "asynchronous_gradient_push", "gradient steps and push-sum mixing at each agent's own pace; nobody waits",
    "Assran, Rabbat, Asynchronous gradient push, IEEE TAC 66(1), 2021",
    R"({"kind": "asynchronous_gradient_push", "step_size": 0.1})",
    []() -> std::shared_ptr<AlgorithmSpec> { return std::make_shared<AsynchronousGradientPushSpec>(); }};

}  // namespace taubar::algorithm
