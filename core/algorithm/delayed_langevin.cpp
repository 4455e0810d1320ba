// Langevin sampling with delayed gradients: one chain θ ∈ R^d at a server, moved by the gradients of its workers as they come.
//   θ_{k+1} = θ_k − η_k ∇f_{i_k}(θ_{k−τ_k}; ζ_k) + √(2 η_k T_k) ξ_k,   ξ_k ~ N(0, I)
// k = 0, 1, … counts the server's updates; worker i_k's gradient comes as number k, τ_k updates after θ_{k−τ_k} was sent to it;
// it is sent θ_{k+1} next. The noise is charged once an update, whoever computed the gradient. With one worker, or with waits
// for nobody to be late, τ = 0: stochastic gradient Langevin dynamics (the unadjusted Langevin algorithm with full gradients).
//
// n workers of equal constant times and latencies have τ_k = min(k, n−1): k counts what came since, and the others come in turn.
// With other times the delays are what the event queue makes of them.
//
// The target is exp(−F/T) where all f_i = F, or where gradients of all come equally often: a worker's f_i weighs as often as its
// gradients come. ξ_k is a function of (seed, k): runs that differ in workers or times have the same noise. The server is agent
// n, without data or compute time; θ_0 is the mean of the initial iterates. Duplicates are ignored; a lost message stops one
// worker for ever.
//
// Sources: Chen, Ding, Li, Zhang, Carin, "Stochastic gradient MCMC with stale gradients", NeurIPS 2016 (arXiv 1610.06664),
// section 3; Kungurtsev, Chatterjee, Alistarh, "Stochastic gradient Langevin with delayed gradients" (arXiv 2006.07362).
#include <cmath>

#include "core/algorithm/builders.hpp"
#include "core/algorithm/draw_rule.hpp"
#include "core/algorithm/first_come_server.hpp"

namespace taubar::algorithm {
namespace {

class LangevinStep final : public ArrivalRule {
 public:
  LangevinStep(StepSize step_size, StepSize temperature, std::uint64_t seed, const trace::DrawRule& draws, std::int64_t dimension)
      : step_size_(std::move(step_size)), temperature_(std::move(temperature)), seed_(seed), draws_(draws, 1, dimension) {}

  bool update(VectorView theta, const ConstVectorView& g, std::int64_t k, std::int64_t, Time now) override {
    const std::span<const double> values(theta.data(), static_cast<std::size_t>(theta.size()));
    if (by_time()) draws_.see(now, values);
    const double eta = step_size_->at(k);
    // θ ← θ − η_k g
    theta -= eta * g;
    // θ ← θ + √(2 η_k T_k) ξ_k
    if (const double scale = std::sqrt(2 * eta * temperature_->at(k)); scale > 0) {
      Stream noise(seed_, Purpose::chain_noise, static_cast<std::uint64_t>(k));
      for (Eigen::Index c = 0; c < theta.size(); ++c) theta[c] += scale * noise.normal();
    }
    if (!by_time()) draws_.see(k + 1, values);
    return true;
  }
  const trace::Draws* draws() const override { return &draws_; }

 private:
  bool by_time() const { return draws_.rule().clock == trace::DrawRule::Clock::time; }

  StepSize step_size_, temperature_;
  std::uint64_t seed_;
  trace::Draws draws_;
};

struct DelayedLangevinSpec final : AlgorithmSpec {
  config::Choice<ScheduleSpec> step_size, temperature = constant_schedule(1);
  DrawsSpec draws;

  void fields(config::Fields& f) override {
    f.choice("step_size", step_size, schedules(), "η over the server's updates k = 0, 1, …", config::required);
    f.choice("temperature", temperature, schedules(), "T over the same; the target is exp(−F/T)");
    f.object("draws", draws, "which states of the chain are kept");
  }
  Programs build(const Inputs& inputs) const override {
    return build_delayed_langevin(inputs, step_size.spec, temperature.spec, draws.rule());
  }
  Overlay overlay() const override { return Overlay::server; }
  bool asynchronous() const override { return true; }
  std::shared_ptr<const LangevinRule> langevin_rule() const override {
    auto rule = std::make_shared<LangevinRule>();
    rule->step_size = step_size.spec;
    rule->temperature = temperature.spec;
    rule->delayed = true;
    rule->draws = draws.rule();
    return rule;
  }
  std::optional<double> step(std::int64_t k) const override { return step_size->at(k); }
  double expected_bytes_per_agent(const Scale& scale) const override {
    return expected_bytes_of_first_come(scale) +
           (sizeof(LangevinStep) + trace::Draws::expected_bytes(draws.rule(), 1, scale.dimension)) / scale.agents;
  }
  double expected_messages_per_step(double) const override { return 1; }
};

}  // namespace

Programs build_delayed_langevin(const Inputs& inputs, StepSize step_size, StepSize temperature, const trace::DrawRule& draws) {
  return build_first_come(inputs, std::make_unique<LangevinStep>(std::move(step_size), std::move(temperature), inputs.seed, draws,
                                                                 inputs.problem.dimension()));
}

extern const config::Entry<AlgorithmSpec> delayed_langevin;
const config::Entry<AlgorithmSpec> delayed_langevin{
    "delayed_langevin", "one Langevin chain at a server, moved by gradients of its workers as they come",
    "Chen, Ding, Li, Zhang, Carin, Stochastic gradient MCMC with stale gradients, NeurIPS 2016",
    R"({"kind": "delayed_langevin", "step_size": 0.05, "temperature": 0.5, "draws": {"every": 5, "burn_in": 200}})",
    []() -> std::shared_ptr<AlgorithmSpec> { return std::make_shared<DelayedLangevinSpec>(); }};

}  // namespace taubar::algorithm
